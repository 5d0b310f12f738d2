"""Finds steps of a distance that were not travelled by muscle: a train between two segments, a car at the end, a leap
of the GPS fix. Used by track.clean and distance.py."""

import numpy as np

from milevault_core.sports.limits import Limits
from milevault_core.track.carried import SensorSeries, carried

GAP_S = 60.0  # s; a longer gap is a pause, or there was no GPS fix
SEGMENT_S = 10.0  # s; the same between two segments
FEW_M = 100.0  # m; nobody takes a train for less
OWN_PACE = 1.5  # across a gap, at most this many times the usual speed …
ANY_PACE = 3.0  # … or this many if the sport is unknown
WINDOW_S = 10.0  # s; over less, position noise and rounding to metres look faster than anybody
NOISE_M = 20.0
STANDING_M_S = 0.3


def untravelled(
    seconds: np.ndarray,
    steps_m: np.ndarray,
    limits: Limits,
    begins: np.ndarray | None = None,
    by_gps: bool = True,
    sensed: SensorSeries | None = None,
) -> np.ndarray:
    """Mask of the steps (n - 1, metres from each of n points to the next) that were not travelled by muscle.

    Across a gap in the recording, or from one segment to the next (`begins`: mask of the points that begin one), these
    are the steps much faster than the rest. Elsewhere they are the steps within ten seconds that are faster than the
    sport's top speed, and drives (carried.py, if `sensed` is given). With `by_gps` false the steps come from a wheel
    sensor or foot pod, which does not count a train ride: only leaps and drives are left out. `limits.fastest` is inf
    for an unknown sport.
    """
    wait = np.diff(seconds)
    out = np.zeros(len(wait), dtype=bool)
    gap = wait > GAP_S
    if begins is not None:
        gap |= begins[1:] & (wait > SEGMENT_S)
    fast = steps_m > limits.fastest * np.maximum(wait, 1.0)
    if fast.any():
        out = _too_fast(seconds, np.where(gap, 0.0, steps_m), limits.fastest, fast & ~gap)
    if sensed is not None:
        out |= carried(seconds, np.where(gap, 0.0, steps_m), limits, sensed)
    far = gap & (steps_m > FEW_M)
    if far.any():
        pace = steps_m / np.maximum(wait, 1.0)
        out |= far & (pace > limits.fastest)
        if by_gps:
            own = ~gap & ~out & (steps_m > STANDING_M_S * wait)
            took = wait[own].sum()
            usual = steps_m[own].sum() / took if took > 0 else np.inf
            if usual > 0:
                times = OWN_PACE if np.isfinite(limits.fastest) else ANY_PACE
                out |= far & (pace > max(times * usual, 1.0))
    return out


def _too_fast(seconds: np.ndarray, steps_m: np.ndarray, fastest: float, suspects: np.ndarray) -> np.ndarray:
    """Mask of the suspect steps that are too fast over WINDOW_S around them, and of the suspects directly next to
    them. suspects: mask of the steps."""
    way = np.append(0.0, np.cumsum(steps_m))
    at = np.flatnonzero(suspects)
    middle = (seconds[at] + seconds[at + 1]) / 2
    half = np.maximum(WINDOW_S, seconds[at + 1] - seconds[at]) / 2
    begin = np.maximum(np.minimum(middle - half, seconds[-1] - 2 * half), seconds[0])
    gone = np.interp(begin + 2 * half, seconds, way) - np.interp(begin, seconds, way)
    found = gone > fastest * 2 * half + NOISE_M
    out = np.zeros(len(steps_m), dtype=bool)
    run = np.append(0, np.cumsum(np.diff(at) > 1))[: len(at)]
    out[at[np.isin(run, run[found])]] = True
    return out
