"""Which activities can have passed a segment: grid cells, so that a `bigint[]` with a GIN index finds them.

A pass has to touch at least one cell around the start, one around the middle and one around the end: `cells && :start
and cells && :middle and cells && :end`, where `cells` are those of the track.
"""

from typing import NamedTuple

import numpy as np

from milevault_core.routes.cells import cells_of
from milevault_core.routes.geometry import unproject
from milevault_core.segments.corridor import AWAY_M
from milevault_core.segments.line import Line

STEP_M = 30.0  # margin: cells of a line are found by walking it in quarter-cell steps, which may miss corners


class Candidates(NamedTuple):
    """Three sets of cells, each in ascending order; every pass touches at least one cell of each set."""

    start: list[int]
    middle: list[int]
    end: list[int]


def candidate_cells(line: Line) -> Candidates:
    """The cells to look for. In the middle a pass may be outside the corridor for AWAY_M, so more cells are needed
    there."""
    middle = line.points[len(line.points) // 2]
    reach = line.corridor_m + STEP_M
    return Candidates(
        _around(line, line.start, reach),
        _around(line, middle, reach + AWAY_M / 2),
        _around(line, line.end, reach),
    )


def may_pass(candidates: Candidates, cells: frozenset[int]) -> bool:
    """Whether a track with these cells touches all three sets; the same test as the SQL above."""
    start, middle, end = candidates
    return not (cells.isdisjoint(start) or cells.isdisjoint(end) or cells.isdisjoint(middle))


def track_cells(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """The cells that a track passes, including between its points, as sorted int64. lat, lon: degrees; NaN are left
    out."""
    known = np.isfinite(lat) & np.isfinite(lon)
    return cells_of(lat[known], lon[known])


def _around(line: Line, place: np.ndarray, reach_m: float) -> list[int]:
    """All cells within a square around a place, found by walking it back and forth."""
    offsets = np.linspace(-reach_m, reach_m, 2 * int(np.ceil(reach_m / STEP_M)) + 1)
    square = [
        (x, y) for k, y in enumerate(offsets) for x in ((-reach_m, reach_m) if k % 2 else (reach_m, -reach_m))
    ]
    return list(cells_of(*unproject(place + np.array(square), line.origin)).tolist())
