"""Whether a segment already exists."""

from collections.abc import Mapping
from typing import Literal

import numpy as np

from milevault_core.routes.geometry import gap, project
from milevault_core.segments.corridor import fit_of
from milevault_core.segments.line import Line

LENGTHS = 0.9  # smallest ratio of the shorter length to the longer
AWAY_SHARE = 0.05

Direction = Literal["same", "reverse"]


def duplicates(new: Line, known: Mapping[int, Line]) -> dict[int, Direction]:
    """Those of the known segments, by id, that match the new one: "same", or "reverse" for the opposite direction.

    A match means that both ends are within the corridor width of each other, the lengths differ by at most a tenth, and
    one keeps to the other's line. The opposite direction is a different segment; it is reported so that its name can be
    reused.
    """
    found: dict[int, Direction] = {}
    for number, line in known.items():
        if min(line.length_m, new.length_m) < LENGTHS * max(line.length_m, new.length_m):
            continue
        points = project(*line.places(), new.origin)
        if _is(new, points):
            found[number] = "same"
        elif _is(new, points[::-1]):
            found[number] = "reverse"
    return found


def _is(new: Line, points: np.ndarray) -> bool:
    if max(gap(points[0], new.start), gap(points[-1], new.end)) > new.corridor_m:
        return False
    fit = fit_of(new, points)
    return fit is not None and fit.away <= AWAY_SHARE
