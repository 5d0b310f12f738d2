"""Where a profile turns from up to down and back. Registers no metric itself."""

import numpy as np


def turning_points(altitude: np.ndarray, reversal_m: float) -> np.ndarray:
    """Rows, ascending, of the turning points confirmed by a reversal of `reversal_m`, alternating between lows and
    highs, including the extreme before the first and after the last. One row for a flat profile. No NaN allowed."""
    moving = np.flatnonzero(np.diff(altitude))
    if len(moving) == 0:
        return np.array([0])
    up = np.diff(altitude)[moving] > 0
    local = np.concatenate(([0], moving[1:][up[1:] != up[:-1]], [len(altitude) - 1])).tolist()
    turns: list[int] = []
    low = high = local[0]
    direction = 0
    for row in local[1:]:
        if direction >= 0 and altitude[row] > altitude[high]:
            high = row
        if direction <= 0 and altitude[row] < altitude[low]:
            low = row
        if direction <= 0 and altitude[row] - altitude[low] >= reversal_m:
            turns.append(low)
            direction, high = 1, row
        elif direction >= 0 and altitude[high] - altitude[row] >= reversal_m:
            turns.append(high)
            direction, low = -1, row
    if direction == 0:
        return np.array(sorted({low, high}))
    return np.array([*turns, high if direction > 0 else low])
