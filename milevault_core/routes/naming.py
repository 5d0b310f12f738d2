"""Names for unnamed routes: "Loop of 10.4 km, north-east", from distance, shape and place or heading."""

import numpy as np

from milevault_core.routes.geometry import gap, project, segment_distance
from milevault_core.routes.relation import FAR, Line

NAMED_FROM = 2  # attempts; a path taken once is not a route yet
HEADINGS = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")
BACK_SHARE = 0.8  # of the second half that must lie next to the first half
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
    # A second lap lies next to the first one too; only on the way back is the order reversed.
    nearest = d.argmin(axis=1)
    reverse = np.polyfit(np.arange(len(back)), nearest, 1)[0] < -0.5
    return "out_and_back" if (d.min(axis=1) <= FAR).mean() >= BACK_SHARE and reverse else "loop"


def heading(line: Line) -> str:
    """Direction from the start to the farthest point: one of eight."""
    x, y = _from_start(line)[_farthest(line)]
    return HEADINGS[round(np.degrees(np.arctan2(x, y)) / 45.0) % 8]


def farthest(line: Line) -> tuple[float, float]:
    """Latitude and longitude of the point farthest from the start."""
    lat, lon = line.points[_farthest(line)].tolist()
    return lat, lon


def turn(points: np.ndarray) -> str:
    """Direction of a closed line of (n, 2) degrees lat, lon: "clockwise" or "anticlockwise"."""
    y, x = (points - points[0]).T
    x = (np.mod(x + 180.0, 360.0) - 180.0) * np.cos(np.radians(points[0, 0]))
    area = float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())
    return "clockwise" if area < 0 else "anticlockwise"


def _from_start(line: Line) -> np.ndarray:
    """The line in (n, 2) metres east and north of its start."""
    start = (float(line.points[0, 0]), float(line.points[0, 1]))
    return project(line.points[:, 0], line.points[:, 1], start)


def _farthest(line: Line) -> int:
    return int(np.hypot(*_from_start(line).T).argmax())


def made_name(shape_: str, length_m: float, where: str, unit_m: float = KM, group: str = "run") -> str:
    """ "Loop of 10.4 km, Tegel". where: a place, or else a heading; unit_m: KM or MILE; group: its sport group."""
    if shape_ == "venue":
        return f"{'Track sessions' if group in ('run', 'ride', 'wheel') else 'Laps'}, {where}"
    distance = f"{length_m / unit_m:.1f} {'km' if unit_m == KM else 'mi'}"
    word = {"loop": "Loop", "out_and_back": "Out and back", "one_way": "One way"}[shape_]
    return f"{word} of {distance}, {where}"


def name(line: Line, unit_m: float = KM) -> str:
    """The name of a route without a known place, from the line of its medoid: "Loop of 10.4 km, north-east"."""
    kind = shape(line)
    return made_name(kind, line.length_m, "at one place" if kind == "venue" else heading(line), unit_m)


def told_apart(names: dict[int, str], more: dict[int, tuple[str, ...]]) -> dict[int, str]:
    """Make the names unique: names shared by several routes get as much of `more` appended as is needed to tell them
    apart, and finally a number.

    names: route -> name, in the order used for the numbers. more: route -> the same number of texts each, "" for none.
    A route that is not in `more` was named by the user; its name stays unless another such route already has it.
    """
    found = dict(names)
    for step in range(max((len(texts) for texts in more.values()), default=0)):
        for many in _shared(found).values():
            made = [route for route in many if route in more]
            if len({more[route][step] for route in made}) > 1:
                for route in made:
                    found[route] += f", {more[route][step]}" if more[route][step] else ""
    taken = set(found.values())
    for text, many in _shared(found).items():
        number = 1
        for route in sorted(many, key=more.__contains__)[1:]:  # one keeps its name, a user-named one if any
            number += 1
            while f"{text} ({number})" in taken:
                number += 1
            found[route] = f"{text} ({number})"
            taken.add(found[route])
    return found


def _shared(names: dict[int, str]) -> dict[str, list[int]]:
    """Names that more than one route has -> these routes."""
    of: dict[str, list[int]] = {}
    for route, text in names.items():
        of.setdefault(text, []).append(route)
    return {text: routes for text, routes in of.items() if len(routes) > 1}
