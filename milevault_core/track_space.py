"""Positions, distance and speed of a track, put right. Used by track.clean; times in seconds, ascending."""

import numpy as np

from milevault_core.geo import haversine_m, legs_m

SPIKE_SPEED = 35.0  # m/s a leg, and SPIKE_RATIO times the speed from before the spike to after it
SPIKE_RATIO = 5.0
SPIKE_LEG = 30.0  # m
NOISE_M = 5.0  # the distance may go back so far without meaning anything
MAX_SPEED = 400.0
PAUSE_S = 30.0  # speed is not carried across a longer gap


def drop_spikes(seconds: np.ndarray, lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Rows whose position jumps away and back: one to three points, however fast the rest travels.

    Both legs must be faster than SPIKE_SPEED and SPIKE_RATIO times faster than the straight way from the
    point before to the point after; so a car or a plane, fast on every leg, keeps all its points. A first or
    last point is a spike when its only leg is that fast against the five next to it.
    """
    rows = np.flatnonzero(np.isfinite(lat))
    if len(rows) < 3:
        return rows[:0]
    if len(rows) == len(lat):
        t, la, lo = seconds, lat, lon
    else:
        t, la, lo = seconds[rows], lat[rows], lon[rows]
    legs = legs_m(la, lo)
    wait = np.maximum(np.diff(t), 1.0)
    fast = (legs > SPIKE_LEG) & (legs > SPIKE_SPEED * wait)
    if not fast.any():
        return rows[:0]
    bad = np.zeros(len(rows), dtype=bool)
    speed = legs / wait
    for k in (1, 2, 3):
        if len(rows) < k + 2:
            break
        i = np.flatnonzero(fast[: len(legs) - k] & fast[k:])  # leg i leads in, leg i + k leads out
        direct = haversine_m(la[i], lo[i], la[i + k + 1], lo[i + k + 1]) / np.maximum(
            t[i + k + 1] - t[i], 1.0
        )
        found = i[np.minimum(speed[i], speed[i + k]) > SPIKE_RATIO * direct]
        for step in range(1, k + 1):
            bad[found + step] = True
    if len(rows) >= 7:
        for leg, others, row in ((0, speed[1:6], 0), (-1, speed[-6:-1], -1)):
            if fast[leg] and legs[leg] > 10 * SPIKE_LEG and speed[leg] > SPIKE_RATIO * max(1, others.max()):
                bad[row] = True
    if bad.sum() * 4 > len(rows):  # not spikes then, but how this track is
        return rows[:0]
    return rows[bad]


def way_m(lat: np.ndarray, lon: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """Distance along the positions; where one is missing, by the time between its neighbours."""
    rows = np.flatnonzero(np.isfinite(lat))
    if len(rows) < 2:
        return np.full(len(lat), np.nan)
    way = np.append(0.0, np.cumsum(legs_m(lat[rows], lon[rows])))
    return way if len(rows) == len(lat) else np.interp(seconds, seconds[rows], way)


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
    distance: np.ndarray, seconds: np.ndarray, lat: np.ndarray, lon: np.ndarray
) -> tuple[np.ndarray, str]:
    """A distance that never decreases, and what was wrong: "", "restarted" or "recomputed".

    A value that falls and is back within three points was lost: interpolated. One that falls to (nearly)
    nothing has restarted, per lap: the parts are added up. Any other fall of more than NOISE_M, a leap the
    positions do not know of, and a total below half of the way are lies: recomputed from the positions; without
    positions the fall or leap is left out.
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
            lies |= not positioned or _unknown_leaps(np.flatnonzero(leap), steps, rows, lat, lon, seconds)
        if lies and positioned:
            return way_m(lat, lon, seconds), "recomputed"
        forward = np.maximum(steps, 0.0)
        forward[anew] = d[anew + 1]
        if lies:
            forward[leap] = 0.0
        d = np.append(d[0], d[0] + np.cumsum(forward)) if (len(anew) or lies) else np.maximum.accumulate(d)
        told = "recomputed" if lies else ("restarted" if len(anew) else "")
    if len(d) and d[0] > 1000:  # counted on from an earlier part
        d = d - d[0]
    whole = d if len(d) == len(distance) else np.interp(seconds, t, d)
    if len(d) and whole[-1] < 1e6 and _too_short(whole[-1] - whole[0], lat, lon, seconds):
        return way_m(lat, lon, seconds), "recomputed"
    return whole, told


def _lost(d: np.ndarray) -> np.ndarray:
    """Values below the one before while one of the three after is back at or above it; and lone high ones."""
    lost = np.zeros(len(d), dtype=bool)
    for i in np.flatnonzero(np.diff(d) < -NOISE_M):
        ahead = d[i + 2 : i + 5]
        back = np.flatnonzero(ahead >= d[i])
        if len(back) and ahead[back[0]] - d[i] < 1000:
            lost[i + 1 : i + 2 + back[0]] = True
        elif i >= 1 and 0 <= d[i + 1] - d[i - 1] < 1000:
            lost[i] = True  # one value too high
    return lost


def _unknown_leaps(at, steps, rows, lat, lon, seconds) -> bool:
    """Whether a leap of the distance is more than ten times the way of the positions meanwhile."""
    way = way_m(lat, lon, seconds)
    return bool((steps[at] > 100 + 10 * (way[rows[at + 1]] - way[rows[at]])).any())


def _too_short(total: float, lat: np.ndarray, lon: np.ndarray, seconds: np.ndarray) -> bool:
    """Whether positions that clearly went somewhere make the way more than twice as long as `total`."""
    known = np.isfinite(lat)
    if known.sum() < 10:
        return False
    la, lo = lat[known], lon[known]
    corners = haversine_m(la.min(), lo.min(), la.max(), lo.max())
    return bool(corners > max(300.0, total) and way_m(lat, lon, seconds)[-1] > max(500.0, 2 * total))
