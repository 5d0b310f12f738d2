"""Names for routes nobody has named: "Loop of 10.4 km, north-east". From distance, shape and heading alone."""

import numpy as np

from milevault_core.routes.geometry import gap, project, segment_distance
from milevault_core.routes.relation import FAR, Line

NAMED_FROM = 2  # attempts; one time is no route yet
HEADINGS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
BACK_SHARE = 0.8  # of the second half that must lie beside the first one
KM, MILE = 1_000.0, 1_609.344


def shape(line: Line) -> str:
    """venue, out_and_back, loop or one_way."""
    if line.is_venue:
        return "venue"
    xy = project(
        line.points[::4, 0], line.points[::4, 1], (float(line.points[0, 0]), float(line.points[0, 1]))
    )
    if gap(xy[0], xy[-1]) > max(150.0, 0.1 * line.length_m):
        return "one_way"
    half = len(xy) // 2
    out, back = xy[: half + 1], xy[half:]
    d, _ = segment_distance(back[:, None, :], out[None, :-1], out[None, 1:])
    # A second lap lies beside the first one too; only on the way back does one meet it in reverse.
    nearest = d.argmin(axis=1)
    reverse = np.polyfit(np.arange(len(back)), nearest, 1)[0] < -0.5
    return "out_and_back" if (d.min(axis=1) <= FAR).mean() >= BACK_SHARE and reverse else "loop"


def heading(line: Line) -> str:
    """Where the farthest point lies, seen from the start: one of eight directions."""
    xy = project(line.points[:, 0], line.points[:, 1], (float(line.points[0, 0]), float(line.points[0, 1])))
    x, y = xy[int(np.hypot(xy[:, 0], xy[:, 1]).argmax())]
    return HEADINGS[round(np.degrees(np.arctan2(x, y)) / 45.0) % 8]


def made_name(shape_: str, length_m: float, where: str, unit_m: float = KM) -> str:
    """ "Loop of 10.4 km, Tegel". where: a place, else a heading; with `unit_m` = MILE in miles."""
    if shape_ == "venue":
        return f"Track sessions, {where}"
    distance = f"{length_m / unit_m:.1f} {'km' if unit_m == KM else 'mi'}"
    word = {"loop": "Loop", "out_and_back": "Out and back", "one_way": "One way"}[shape_]
    return f"{word} of {distance}, {where}"


def name(line: Line, unit_m: float = KM) -> str:
    """The name of a route where no place is known, from the line of its medoid: "Loop of 10.4 km, north-east"."""
    kind = shape(line)
    return made_name(kind, line.length_m, "at one place" if kind == "venue" else heading(line), unit_m)
