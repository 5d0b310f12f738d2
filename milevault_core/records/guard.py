"""Efforts that are implausible for this athlete: they wait until their owner has looked.

An effort waits if it is more than 15 % faster than the athlete's second percentile, and at least ten efforts of
earlier activities exist; before that only the table of world records acts.

"Earlier" is by start time, so the order of imports does not matter. The percentile is a rank: the r-th fastest of
all other efforts, r = 2 % of the earlier ones, at least 2. The rank counts only what came before, the others are
everything known: so what happens after an effort can confirm it, but never make it wait. Two wrong efforts do not
confirm each other.
"""

import numpy as np

EARLIER = 10
SHARE = 0.02
FASTER = 0.15


def typical(values: np.ndarray, start: np.ndarray) -> np.ndarray:
    """What each effort is held against: the r-th fastest of the others, NaN with fewer than EARLIER before it.

    values: seconds, lower is better; start: when the activity began, any order.
    """
    out = np.full(len(values), np.nan)
    earlier = np.searchsorted(np.sort(start), start, "left")
    rank = np.maximum(2, np.ceil(SHARE * earlier)).astype(int)
    held = earlier >= EARLIER
    if not held.any():
        return out
    ordered = np.sort(values)
    own = np.searchsorted(ordered, values, "left")  # how many are faster: itself is among the first r or not
    out[held] = ordered[np.where(own < rank, rank, rank - 1)[held]]
    return out


def waits(values: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Whether each effort is implausible for the athlete whose efforts these are."""
    return values < (1 - FASTER) * typical(values, start)  # NaN: never
