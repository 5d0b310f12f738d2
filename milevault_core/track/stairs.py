"""A distance that is told in steps, as by sensors and phones that count only every few seconds: it stands still and
then jumps, again and again. It is spread evenly between its jumps: no speed and no best time is that of a jump. Used by
track.clean, and for tracks that were stored before; times in seconds, ascending."""

import numpy as np

# How long a step takes: whole metres of a slow walker come each 3 s at most, laps of a hall every two minutes.
SHORTEST_S, LONGEST_S = 4.0, 120.0
NEAR, MOST = 11, 8  # steps around one, itself among them; so many of them have to be such steps
ALIKE = (0.5, 1.5)  # in time, metres or speed, of the usual one near it
STOP = 2.0  # so many times the usual time, and slower than SLOW of the usual speed: who took it stood first
SLOW = 0.5
LEAP = 2.5  # so many times as far as usual in its time is no step: others judge it


def even(seconds: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """The distance, never descending, without its stairs; itself where it has none. Both of shape (n,), without NaN.

    A step that took much longer than those near it was a stop: it is spread over as long as these take."""
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
    over = np.zeros(len(first))  # s before its jump over which each step is spread; 0: as it is
    over[steps] = np.where(regular, np.where(stood, usual_s, took[steps]), 0.0)
    step = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(distance))))
    inside = np.flatnonzero(over[step] > 0)
    step = step[inside]
    share = 1.0 - (seconds[first[step + 1]] - seconds[inside]) / over[step]
    spread = np.array(distance, dtype=float)
    spread[inside] += up[step] * np.clip(share, 0.0, 1.0)
    return spread


def even_known(seconds: np.ndarray, distance: np.ndarray) -> np.ndarray:
    """The same of a distance that is missing (NaN) at some points; one that falls anywhere stays as it is."""
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
    """How many of each row are about as large as its median."""
    low, high = (share * np.median(values, axis=1)[:, None] for share in ALIKE)
    return ((values >= low) & (values <= high)).sum(axis=1)
