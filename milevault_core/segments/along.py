"""One pass in detail: progress along the line over time, distance beside it, heart rate, power and cadence."""

from typing import NamedTuple

import numpy as np

from milevault_core.routes.geometry import along, cumulative, min_step, project, resample
from milevault_core.routes.profile import Profile
from milevault_core.segments.corridor import BAND, JITTER_M, leg_distances
from milevault_core.segments.line import Line

STANDS_MS = 0.5  # slower than this is standing
MARK_M = (5.0, 50.0)  # passes are compared at marks a hundredth of the line apart, within these limits
NEAR_S = 6.0  # the altitude at a gate is the median over this many seconds before and after
SILENT_S = 10.0  # a value counts for the time until the next one, at most this long


class Way(NamedTuple):
    """A pass cut out of a track. seconds (n,): by the track's clock. points (n, 2): metres in the line's plane."""

    seconds: np.ndarray
    points: np.ndarray


class Body(NamedTuple):
    """Means over a pass, None if nothing was recorded. gain_m: altitude at the exit minus altitude at the entry."""

    heart_rate: float | None
    power: float | None
    cadence: float | None
    gain_m: float | None


def way_of(
    line: Line, seconds: np.ndarray, lat: np.ndarray, lon: np.ndarray, entry_s: float, exit_s: float
) -> Way:
    """The part of a track between two moments, both ends interpolated. seconds: ascending. lat, lon: degrees.

    Raises LookupError if the track has no positions (any more)."""
    known = np.isfinite(lat) & np.isfinite(lon) & np.isfinite(seconds)
    if not known.any():
        raise LookupError("There are no positions in this track.")
    seconds, points = seconds[known], project(lat[known], lon[known], line.origin)
    kept = np.append(True, seconds[1:] > np.maximum.accumulate(seconds)[:-1])
    seconds, points = seconds[kept], points[kept]
    inside = (seconds > entry_s) & (seconds < exit_s)
    ends = np.array([entry_s, exit_s])
    at = np.column_stack([np.interp(ends, seconds, points[:, axis]) for axis in (0, 1)])
    return Way(
        np.concatenate((ends[:1], seconds[inside], ends[1:])),
        np.concatenate((at[:1], points[inside], at[1:])),
    )


def sideways(line: Line, way: Way) -> np.ndarray:
    """How far to the side of each point of the line a pass was, in m, positive to the left; shape
    (len(line.points),)."""
    n = len(line.points)
    even = resample(way.points[min_step(way.points, JITTER_M)], n)
    _, leg = leg_distances(line.points, even, max(6, n // BAND))
    a, b = even[leg], even[np.minimum(leg + 1, n - 1)]
    normal = normals(line.points)
    size = np.maximum(((b - a) ** 2).sum(1), 1e-9)
    share = np.clip(((line.points - a) * (b - a)).sum(1) / size, 0.0, 1.0)[:, None]
    return np.asarray(((a + share * (b - a) - line.points) * normal).sum(1))


def normals(points: np.ndarray) -> np.ndarray:
    """Unit vectors to the left of a line at each of its points, (n, 2)."""
    forward = np.gradient(points, axis=0)
    forward /= np.maximum(np.hypot(*forward.T), 1e-9)[:, None]
    return np.column_stack((-forward[:, 1], forward[:, 0]))


def profile(line: Line, way: Way) -> Profile:
    """When a pass was at each mark along the line, and how long it had stood still by then, for comparing passes."""
    low, high = MARK_M
    metres = np.append(
        np.arange(0.0, line.length_m - 1.0, float(np.clip(line.length_m / 100, low, high))), line.length_m
    )
    kept = min_step(way.points, JITTER_M)
    seconds, points = way.seconds[kept], way.points[kept]
    path = cumulative(points)
    n = max(len(line.points), 64)
    at = np.linspace(0.0, path[-1], n)
    even, stations = along(points, at, path), resample(line.points, n)
    _, leg = leg_distances(even, stations, max(6, n // BAND))
    a, b = stations[leg], stations[np.minimum(leg + 1, n - 1)]
    size = np.maximum(((b - a) ** 2).sum(1), 1e-9)
    share = np.clip(((even - a) * (b - a)).sum(1) / size, 0.0, 1.0)
    reached = np.maximum.accumulate((leg + share) * line.length_m / (n - 1))
    reached[0], reached[-1] = 0.0, line.length_m
    reached = np.minimum(reached, line.length_m) + np.arange(n) * 1e-6  # strictly ascending
    when = np.interp(at, path, seconds)
    leg_s, leg_m = np.diff(seconds), np.diff(path)
    stood = np.concatenate(([0.0], np.cumsum(np.where(leg_m < STANDS_MS * leg_s, leg_s, 0.0))))
    elapsed = np.interp(metres, reached, when)
    stopped = np.interp(elapsed, seconds, stood)
    return Profile(metres, elapsed - elapsed[0], stopped, np.zeros(len(metres), dtype=bool))


def body(
    seconds: np.ndarray,
    values: dict[str, np.ndarray],
    altitude: np.ndarray,
    entry_s: float,
    exit_s: float,
) -> Body:
    """Means over a pass between entry_s and exit_s. values: "heart_rate", "power", "cadence" (n,), NaN where unknown.
    altitude (n,) in m."""
    inside = (seconds >= entry_s) & (seconds <= exit_s)
    lasts = np.append(np.diff(seconds), 1.0).clip(0.01, SILENT_S)
    found = []
    for name in ("heart_rate", "power", "cadence"):
        known = inside & np.isfinite(values[name])
        found.append(float(np.average(values[name][known], weights=lasts[known])) if known.any() else None)
    heights = [_height(seconds, altitude, at) for at in (entry_s, exit_s)]
    gain = None if None in heights else heights[1] - heights[0]  # type: ignore[operator]
    return Body(found[0], found[1], found[2], gain)


def _height(seconds: np.ndarray, altitude: np.ndarray, at: float) -> float | None:
    near = np.isfinite(altitude) & (np.abs(seconds - at) <= NEAR_S)
    return float(np.median(altitude[near])) if near.any() else None
