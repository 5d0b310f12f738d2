"""The segment passes of the generated athlete: 500 activities as a watch records them, compared with the truth."""

import numpy as np

from bench import figure
from milevault_core.demo import gps, places
from milevault_core.demo import segments as catalog
from milevault_core.demo.activity import activities
from milevault_core.demo.athlete import Athlete, sized
from milevault_core.demo.made import Activity
from milevault_core.segments.line import Line, line_of
from milevault_core.segments.passes import passes

FIRST, COUNT = 1_000, 500
NEAR_S = 40.0


def figures() -> list[dict]:
    athlete = sized("L1")[0]
    lines: dict[str, Line] = {}
    errors: list[float] = []
    there, others = 0, 0
    for made in activities(athlete, FIRST, FIRST + COUNT):
        if made.journey is None or made.session.route is None:
            continue
        lat, lon = _positions(made)
        for segment in catalog.catalog(athlete.seed, made.session.place):
            if segment.sport != made.session.sport:
                continue
            line = lines.setdefault(segment.id, _line(athlete, segment))
            got = passes(line, made.seconds.astype(float), lat, lon)
            for name, start, lasts in made.segment_passes:
                if name != segment.id:
                    continue
                there += 1
                near = [
                    p
                    for p in got
                    if abs(p.entry_s - start) < NEAR_S and abs(p.exit_s - start - lasts) < NEAR_S
                ]
                if near:
                    errors.append(abs(near[0].seconds - lasts))
                    got.remove(near[0])
            others += len(got)
    p90, p99 = np.percentile(errors, (90, 99))
    against = f"90 % within {p90:.2f} s, 99 % within {p99:.2f} s; 2 to 3 m noise, each second or smart"
    return [
        figure("generated athlete: median error of a time", np.median(errors), "s", "at most 1.5", against),
        figure(
            "generated athlete: passes found", 100 * len(errors) / there, "%", "at least 99", f"of {there}"
        ),
        figure("generated athlete: passes that were none", others, "", "at most 0", f"{COUNT} activities"),
    ]


def _positions(made: Activity) -> tuple[np.ndarray, np.ndarray]:
    """Degrees, without the spikes that the cleaning of a track removes before matching."""
    found = []
    for name in ("lat", "lon"):
        raw = made.columns[name]
        degrees = np.where(raw == gps.MISSING, np.nan, raw / gps.SEMICIRCLES)
        degrees[made.spikes] = np.nan
        found.append(degrees)
    return found[0], found[1]


def _line(athlete: Athlete, segment: catalog.Segment) -> Line:
    x, y = catalog.line(athlete.seed, segment)
    return line_of(*places.to_degrees(places.PLACES[segment.place], x, y))
