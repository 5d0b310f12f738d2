"""How far apart two match lines are at equal times: in metres, and in heart rate."""

import numpy as np

from milevault_core.activities.clocks import OVERLAP
from milevault_core.activities.match_line import Line
from milevault_core.geo.sphere import haversine_m

PAUSE_S = 60.0  # s; positions are not interpolated across a longer pause
BEATS_SPAN = 8.0  # bpm; a heart rate that varies less says nothing
_FEW = 24  # fewer heart rate samples say nothing either


def apart_m(a: Line, b: Line, later_s: float, most: int | None = None) -> tuple[float, float] | None:
    """Median and 90th percentile of the distance (m) at equal times, with `later_s` added to the times of `b`; None
    if they overlap too little. `most`: compare only about this many samples."""
    placed = np.flatnonzero(np.isfinite(b.lat))
    own = np.isfinite(a.lat)
    times = a.t[own]
    t = b.t[placed] + later_s
    inside = (t >= times[0]) & (t <= times[-1])
    short = min(times[-1] - times[0], t[-1] - t[0])
    reach, rows = t[inside], placed[inside]
    if len(reach) < 4 or reach[-1] - reach[0] < OVERLAP * short - 2 * _spacing(t):
        return None
    if most:
        every = max(1, len(reach) // most)
        reach, rows = reach[::every], rows[::every]
    lat, lon = np.interp(reach, times, a.lat[own]), np.interp(reach, times, a.lon[own])
    metres = haversine_m(lat, lon, b.lat[rows], b.lon[rows])
    after = np.searchsorted(times, reach).clip(1, len(times) - 1)
    metres = metres[times[after] - times[after - 1] <= PAUSE_S]
    if len(metres) < 4:
        return None
    metres = np.sort(metres)  # far cheaper than numpy's median and percentile for so few values
    return float(metres[len(metres) // 2]), float(metres[9 * (len(metres) - 1) // 10])


def beats_apart(a: Line, b: Line, later_s: float) -> float | None:
    """Mean difference in heart rate (bpm) at equal times; None if either has too few samples or the second one's heart
    rate hardly varies."""
    known_a, known_b = np.isfinite(a.heart_rate), np.isfinite(b.heart_rate)
    if known_a.sum() < _FEW or known_b.sum() < _FEW:
        return None
    times = a.t[known_a]
    t = b.t[known_b] + later_s
    inside = (t >= times[0]) & (t <= times[-1])
    theirs = b.heart_rate[known_b][inside]
    if inside.sum() < _FEW or np.percentile(theirs, 90) - np.percentile(theirs, 10) < BEATS_SPAN:
        return None
    return float(np.mean(np.abs(np.interp(t[inside], times, a.heart_rate[known_a]) - theirs)))


def extent_m(line: Line) -> float:
    """Diagonal of the bounding box of a line's positions, in metres."""
    south, north = np.nanmin(line.lat), np.nanmax(line.lat)
    west, east = np.nanmin(line.lon), np.nanmax(line.lon)
    return float(haversine_m(south, west, north, east))


def _spacing(t: np.ndarray) -> float:
    return float((t[-1] - t[0]) / max(1, len(t) - 1))
