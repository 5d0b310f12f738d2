"""All passes of one track over a segment.

The last departure counts: of several crossings of the start before a crossing of the end, the latest from which the
path still covers the whole line. The first arrival counts. Passes may overlap by a tenth, for laps of a loop whose end
lies a little beyond its start.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from milevault_core.routes.geometry import cumulative, project
from milevault_core.segments.corridor import Fit, fit_of
from milevault_core.segments.gates import Crossing, crossings, left_s, lingered_s
from milevault_core.segments.line import Line

SHORTEST = 0.85  # of the line's length, with SLACK_M: crossings closer together are not considered
LONGEST = 2.0  # jitter at a stop makes a path longer; the corridor measures the length without it
SLACK_M = 20.0
STANDS_M = 1_000.0
STRIDE_S = 20.0  # between the points of a rough path, in which jitter is small
OVERLAP = 0.1  # of the line's length
GAP_S, GAP_M = 30.0, 35.0  # if positions are missing for longer and further, the path is unknown
NOISE_M = (0.5, 15.0)  # the smallest and the largest error of a position
UNEVEN = 0.05  # of a leg's time: error from uneven speed within the leg


@dataclass(frozen=True)
class Pass:
    """entry_s, exit_s: by the track's clock. away: share of the path outside the corridor.

    plus_minus_s: one standard deviation of `seconds`, from how far the track is to the side of the line and how fast it
    passes the gates (large if it stood at one). Two out of three times are closer to the truth than this.
    """

    entry_s: float
    exit_s: float
    away: float
    plus_minus_s: float

    @property
    def seconds(self) -> float:
        return self.exit_s - self.entry_s


def passes(line: Line, seconds: np.ndarray, lat: np.ndarray, lon: np.ndarray) -> list[Pass]:
    """The passes of a track over a line, in time order; none contains another, and none is in the wrong direction.

    seconds: ascending; of equal times the first counts. lat, lon: degrees, NaN where unknown.
    """
    known = np.isfinite(lat) & np.isfinite(lon) & np.isfinite(seconds)
    if not known.all():
        seconds, lat, lon = seconds[known], lat[known], lon[known]
    later = np.diff(seconds) > 0
    if not later.all():
        kept = np.append(True, seconds[1:] > np.maximum.accumulate(seconds)[:-1])
        seconds, lat, lon = seconds[kept], lat[kept], lon[kept]
    if len(seconds) < 2:
        return []
    way = project(lat, lon, line.origin)
    starts = crossings(seconds, way, line.start, line.start_way, line.corridor_m, leaving=True)
    if not starts:
        return []
    ends = crossings(seconds, way, line.end, line.end_way, line.corridor_m, leaving=False)
    if not ends:
        return []
    return _paired(line, seconds, way, starts, ends)


def _paired(
    line: Line, seconds: np.ndarray, way: np.ndarray, starts: list[Crossing], ends: list[Crossing]
) -> list[Pass]:
    path = cumulative(way)
    rows = np.arange(len(path))
    start_m = np.interp([c.leg for c in starts], rows, path)
    end_m = np.interp([c.leg for c in ends], rows, path)
    rough = _rough(seconds, way)
    gap = (np.diff(seconds) > GAP_S) & (np.diff(path) > GAP_M)
    gaps = np.append(0, np.cumsum(gap))
    found: list[Pass] = []
    free, free_m = 0, -np.inf  # the next start that is not part of a pass yet
    for end, there in zip(ends, end_m, strict=True):
        for i in range(len(starts) - 1, free - 1, -1):
            start, metres = starts[i], there - start_m[i]
            if start.leg >= end.leg or metres < SHORTEST * line.length_m - SLACK_M:
                continue
            most_m = LONGEST * line.length_m + STANDS_M
            if start_m[i] < free_m or (
                metres > most_m and rough(end.seconds) - rough(start.seconds) > most_m
            ):
                break
            if gaps[int(np.ceil(end.leg))] > gaps[int(start.leg)]:
                break  # earlier starts have the same gap in their path
            fit = fit_of(line, _between(way, start.leg, end.leg))
            if fit is not None:
                found.append(_pass(line, seconds, way, start, end, fit))
                free, free_m = i + 1, there - OVERLAP * line.length_m
                break
    return found


def _rough(seconds: np.ndarray, way: np.ndarray) -> Callable[[float], float]:
    """How far (m) the track has come at a given time, cutting corners: an hour of standing while the GPS position
    drifts adds kilometres to the distance from point to point, but little to this."""
    stride = np.floor((seconds - seconds[0]) / STRIDE_S)
    rows = np.append(np.flatnonzero(np.diff(stride, prepend=-1.0)), len(way) - 1)
    metres = cumulative(way[rows])
    return lambda at: float(np.interp(at, seconds[rows], metres))


def _between(way: np.ndarray, first: float, last: float) -> np.ndarray:
    """The path from one place to another, both given as a row plus a share of the leg after it."""
    inside = np.arange(int(first) + 1, int(np.ceil(last)))
    rows = np.concatenate(([first], inside, [last]))
    low = np.minimum(rows.astype(int), len(way) - 2)
    share = (rows - low)[:, None]
    return np.asarray(way[low] * (1 - share) + way[low + 1] * share)


def _pass(
    line: Line,
    seconds: np.ndarray,
    way: np.ndarray,
    start: Crossing,
    end: Crossing,
    fit: Fit,
) -> Pass:
    noise_m = float(np.clip(fit.sideways_m, *NOISE_M))
    gates = ((line.start, line.start_way, start), (line.end, line.end_way, end))
    left = [left_s(seconds, way, *gate, leaving=gate[2] is start) for gate in gates]
    entry_s, exit_s = (
        float(c.seconds if np.isnan(at) else at) for at, c in zip(left, (start, end), strict=True)
    )
    if exit_s <= entry_s:
        entry_s, exit_s, left = start.seconds, end.seconds, [np.nan, np.nan]
    lasted = max(exit_s - entry_s, 1e-9)
    errors = []
    for (gate, along, crossing), at in zip(gates, left, strict=True):
        stood = lingered_s(seconds, way, gate, along, crossing, noise_m) / 2 if np.isnan(at) else 0.0
        errors += [max(noise_m * lasted / line.length_m, stood), UNEVEN * crossing.leg_s]
    return Pass(entry_s, exit_s, fit.away, float(np.hypot.reduce(errors)))
