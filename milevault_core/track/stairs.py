"""Evens out a stepped distance, as from sensors and phones that update it only every few seconds: it stands still and
then jumps, again and again. It is spread evenly between its jumps, so that no speed or best time comes from a jump.
Used by track.clean, and for tracks that were stored before this existed; times in seconds, ascending."""

import numpy as np

# How long a step takes: a slow walker covers a metre at least every 3 s, and laps of a hall come every two minutes.
SHORTEST_S, LONGEST_S = 4.0, 120.0
NEAR, MOST = 11, 8  # steps around a step, including itself, and how many of them have to be stairs
ALIKE = (0.5, 1.5)  # range around the median of the steps nearby, in time, metres or speed
STOP = 2.0  # a step this many times as long as usual, below SLOW times the usual speed, contains a stop
SLOW = 0.5
LEAP = 2.5  # a step this many times as far as usual for its time is a leap, not a stair; others judge it


def even(seconds: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """The distance, which never descends, without its stairs; unchanged if it has none. Both of shape (n,), without
    NaN.

    A step that took much longer than those near it contains a stop: it is spread only over the usual time of those."""
    first = np.append(0, np.flatnonzero(np.diff(distance) > 0) + 1)  # the first point of each value
    if len(first) <= NEAR:
        return distance
    took, up = np.diff(seconds[first]), np.diff(distance[first])
    is_stair = (np.diff(first) > 1) & (took >= SHORTEST_S) & (took <= LONGEST_S)
    counts = np.append(0, np.cumsum(is_stair))
    begin = np.clip(np.arange(len(took)) - NEAR // 2, 0, len(took) - NEAR)
    steps = np.flatnonzero(counts[begin + NEAR] - counts[begin] >= MOST)
    if not len(steps):
        return distance
    near = begin[steps][:, None] + np.arange(NEAR)
    usual_s, usual_m = np.median(took[near], axis=1), np.median(up[near], axis=1)
    pace = up / np.maximum(took, 1e-3)  # points may share a moment
    regular = (_alike(took[near]) >= MOST) | (_alike(up[near]) >= MOST) | (_alike(pace[near]) >= MOST)
    slower = np.maximum(took[steps] / usual_s, 1.0)
    stood = (slower > STOP) & (up[steps] / usual_m < SLOW * slower)
    regular &= up[steps] <= LEAP * usual_m * np.where(stood, 1.0, slower)
    over = np.zeros(len(first))  # s before its jump over which each step is spread; 0: unchanged
    over[steps] = np.where(regular, np.where(stood, usual_s, took[steps]), 0.0)
    step = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(distance))))
    inside = np.flatnonzero(over[step] > 0)
    step = step[inside]
    share = 1.0 - (seconds[first[step + 1]] - seconds[inside]) / over[step]
    spread = np.array(distance, dtype=float)
    spread[inside] += up[step] * np.clip(share, 0.0, 1.0)
    return spread


def even_known(seconds: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """Like `even`, for a distance that is missing (NaN) at some points; a distance that falls anywhere stays as it
    is."""
    known = np.isfinite(distance)
    metres = distance if known.all() else distance[known]
    if len(metres) <= NEAR or np.diff(metres).min() < 0:
        return distance
    spread = even(seconds if known.all() else seconds[known], metres)
    if spread is metres:
        return distance
    out = np.array(distance, dtype=float)
    out[known] = spread
    return out


def _alike(values: np.ndarray) -> np.ndarray:
    """How many values of each row are about as large as its median."""
    low, high = (share * np.median(values, axis=1)[:, None] for share in ALIKE)
    return ((values >= low) & (values <= high)).sum(axis=1)
