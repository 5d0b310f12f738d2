"""Corrects the distance and speed of a track. Used by track.clean; times in seconds, ascending."""

from collections.abc import Callable

import numpy as np

from milevault_core.geo.sphere import haversine_m, legs_m
from milevault_core.sports.limits import ANY, Limits
from milevault_core.track.carried import SensorSeries
from milevault_core.track.jitter import without_jitter
from milevault_core.track.travel import untravelled

NOISE_M = 5.0  # m; a drop in distance of up to this is noise
MAX_SPEED = 400.0
PAUSE_S = 30.0  # speed is not integrated across a longer gap


def way_m(
    lat: np.ndarray,
    lon: np.ndarray,
    seconds: np.ndarray,
    limits: Limits | None = ANY,
    begins: np.ndarray | None = None,
    sensed: SensorSeries | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """(metres along the positions, shape (n,); mask of the n - 1 steps left out as not travelled by muscle, all False
    without `limits`). lat, lon: degrees; seconds: ascending; all of shape (n,). Where a position is missing, the
    distance is interpolated over time."""
    rows = np.flatnonzero(np.isfinite(lat))
    if len(rows) < 2:
        return np.full(len(lat), np.nan), np.zeros(max(0, len(lat) - 1), dtype=bool)
    whole = len(rows) == len(lat)
    t, la, lo = (seconds, lat, lon) if whole else (seconds[rows], lat[rows], lon[rows])
    legs = legs_m(la, lo)
    left_out = np.zeros(len(legs), dtype=bool)
    if limits is not None:
        if not whole:
            begins = None if begins is None else _any_between(begins, rows)
            sensed = None if sensed is None else sensed.at(rows)
        left_out = untravelled(t, legs, limits, begins, sensed=sensed)
    if limits is not None:
        legs = without_jitter(t, la, lo, legs, left_out, limits.on_a_court)
    if left_out.any():
        legs = np.where(left_out, 0.0, legs)
    way = np.append(0.0, np.cumsum(legs))
    if whole:
        return way, left_out
    return np.interp(seconds, t, way), _on_all_rows(left_out, rows, len(lat))


def _any_between(begins: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Mask of the chosen rows that have a segment start at them, or between them and the previous chosen row."""
    count = np.cumsum(begins)[rows]
    return np.append(True, np.diff(count) > 0)


def _on_all_rows(left_out: np.ndarray, rows: np.ndarray, n: int) -> np.ndarray:
    """Convert a mask of the legs between chosen rows to a mask of the steps between all n rows."""
    out = np.zeros(n - 1, dtype=bool)
    for i in np.flatnonzero(left_out):
        out[rows[i] : rows[i + 1]] = True
    return out


def speed_integral_m(speed: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """Distance as the integral of speed (trapezoids); nothing is added across a gap above PAUSE_S."""
    known = np.nan_to_num(speed)
    wait = np.diff(seconds)
    return np.append(0.0, np.cumsum(np.where(wait <= PAUSE_S, (known[1:] + known[:-1]) / 2 * wait, 0.0)))


def smooth_speed(distance: np.ndarray, seconds: np.ndarray, window_s: float = 5.0) -> np.ndarray:
    """Speed from distance over a window of `window_s` seconds around each point."""
    if len(distance) < 2 or seconds[-1] <= seconds[0]:
        return np.full(len(distance), np.nan)
    left = np.maximum(seconds - window_s / 2, seconds[0])
    right = np.minimum(seconds + window_s / 2, seconds[-1])
    d = np.interp(right, seconds, distance) - np.interp(left, seconds, distance)
    speed = d / (right - left)
    return np.where(speed <= MAX_SPEED, speed, np.nan)


def repair_distance(
    distance: np.ndarray, seconds: np.ndarray, lat: np.ndarray, lon: np.ndarray, way: Callable[[], np.ndarray]
) -> tuple[np.ndarray, str]:
    """A distance (m) that never decreases, and what was wrong: "", "restarted" or "recomputed".

    A value that drops and recovers within three points is interpolated. A drop to (almost) nothing is a restart, as at
    each lap: the parts are added up. Any other drop of more than NOISE_M, a leap that the positions do not show, and a
    total far below the length along the positions are wrong: the distance is recomputed from the positions (`way`).
    Without positions the drop or leap is left out.
    """
    rows = np.flatnonzero(np.isfinite(distance))
    if len(rows) == 0:
        return distance, ""
    d = distance if len(rows) == len(distance) else distance[rows]
    t = seconds if len(rows) == len(distance) else seconds[rows]
    told = ""
    steps = np.diff(d)
    leap = steps > np.maximum(100.0, MAX_SPEED / 4 * np.maximum(np.diff(t), 1.0))
    if (len(steps) and steps.min() < 0) or leap.any():
        lost = _lost(d)
        if lost.any():
            rows, d, t = rows[~lost], d[~lost], t[~lost]
            steps = np.diff(d)
            leap = steps > np.maximum(100.0, MAX_SPEED / 4 * np.maximum(np.diff(t), 1.0))
        falls = np.flatnonzero(steps < -NOISE_M)
        anew = falls[d[falls + 1] <= np.maximum(50.0, 0.1 * d[falls])]
        lies = len(anew) < len(falls)
        positioned = np.isfinite(lat[rows]).mean() > 0.5 if len(rows) else False
        if leap.any():
            lies |= not positioned or _unknown_leaps(np.flatnonzero(leap), steps, rows, way())
        if lies and positioned:
            return way(), "recomputed"
        forward = np.maximum(steps, 0.0)
        forward[anew] = d[anew + 1]
        if lies:
            forward[leap] = 0.0
        d = np.append(d[0], d[0] + np.cumsum(forward)) if (len(anew) or lies) else np.maximum.accumulate(d)
        told = "recomputed" if lies else ("restarted" if len(anew) else "")
    if len(d) and d[0] > 1000:  # the device kept counting from an earlier part
        d = d - d[0]
    whole = d if len(d) == len(distance) else np.interp(seconds, t, d)
    if len(d) and whole[-1] < 1e6 and _too_short(whole[-1] - whole[0], lat, lon, way):
        return way(), "recomputed"
    return whole, told


def _lost(d: np.ndarray) -> np.ndarray:
    """Mask of the values that drop and recover within the next three, and of single values that are too high."""
    lost = np.zeros(len(d), dtype=bool)
    for i in np.flatnonzero(np.diff(d) < -NOISE_M):
        ahead = d[i + 2 : i + 5]
        back = np.flatnonzero(ahead >= d[i])
        if len(back) and ahead[back[0]] - d[i] < 1000:
            lost[i + 1 : i + 2 + back[0]] = True
        elif i >= 1 and 0 <= d[i + 1] - d[i - 1] < 1000:
            lost[i] = True  # one value too high
    return lost


def _unknown_leaps(at: np.ndarray, steps: np.ndarray, rows: np.ndarray, way: np.ndarray) -> bool:
    """Whether the distance leaps by more than ten times the length between the positions (plus 100 m)."""
    return bool((steps[at] > 100 + 10 * (way[rows[at + 1]] - way[rows[at]])).any())


def _too_short(total: float, lat: np.ndarray, lon: np.ndarray, way: Callable[[], np.ndarray]) -> bool:
    """Whether the positions clearly went further than `total` and their length is more than 1.5 times as long."""
    known = np.isfinite(lat)
    if known.sum() < 10:
        return False
    la, lo = lat[known], lon[known]
    corners = haversine_m(la.min(), lo.min(), la.max(), lo.max())
    return bool(corners > max(300.0, total) and way()[-1] > max(500.0, 1.5 * total))
