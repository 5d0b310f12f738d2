"""Removes altitudes that were not really measured. Used by track.clean; times in seconds, ascending; in place.

1. A constant beginning at a value that was not measured (0, or the last stored one) before a jump to the first real
   value is left out, and so is such an end.
2. Pieces between jumps that come back are spikes, whatever their length: left out.
3. A jump that stays is a calibration: the altitudes before it are shifted, so that it does not count as ascent.
4. If more than FEW_JUMPS jumps stay, or many spikes take up much of the track, all altitudes are dropped, because the
   rest comes from the same altimeter.
"""

import numpy as np

from milevault_core.track import chain

JUMP_M = 30.0  # m in one step, on top of what the sport allows in that time
FEW_JUMPS = 5
MUCH = 0.25  # share of the altitudes
BACK = 50
NOTHING_M, STORED_M = 5.0, 15.0  # m of a jump from 0, and from another value
STEEP = 3.0  # m/s; an altitude that stood still does not begin to rise faster than this


def clean_heights(
    seconds: np.ndarray, altitude: np.ndarray, rising: float, bounds: tuple[float, float]
) -> tuple[int, bool]:
    """(how many altitudes were left out, whether some were moved). `rising`: greatest vertical speed up or down in m/s;
    `bounds`: lowest and highest possible altitude in m."""
    unmeasured = _drop_ends(seconds, altitude, rising)
    dropped, moved = _clean_jumps(seconds, altitude, rising, bounds)
    return unmeasured + dropped, moved


def _drop_ends(seconds: np.ndarray, altitude: np.ndarray, rising: float) -> int:
    """Drop a constant beginning and end next to a jump, in place; return how many altitudes were dropped."""
    known = np.flatnonzero(np.isfinite(altitude))
    if len(known) < 4:
        return 0
    count = 0
    for rows in (known, known[::-1]):
        h = altitude[rows]
        k = int(np.argmax(h != h[0]))
        if not 0 < k < len(h) / 2:
            continue
        took = abs(seconds[rows[k]] - seconds[rows[k - 1]])
        most = (STORED_M if h[0] else NOTHING_M) + max(STEEP, rising / 10.0) * took
        if abs(h[k] - h[0]) > most and abs(np.median(h[k:]) - h[0]) > most:
            altitude[rows[:k]] = np.nan
            count += k
    return count


def _clean_jumps(
    seconds: np.ndarray, altitude: np.ndarray, rising: float, bounds: tuple[float, float]
) -> tuple[int, bool]:
    lowest, highest = bounds
    if len(altitude) < 2:
        return 0, False
    steps = np.abs(np.diff(altitude))
    whole = not np.isnan(steps).any()
    if whole and steps.max() <= JUMP_M:
        return 0, False
    rows = np.arange(len(altitude)) if whole else np.flatnonzero(np.isfinite(altitude))
    if len(rows) < 2:
        return 0, False
    t, h = seconds[rows], altitude[rows]
    cut = _jumps(t, h, rising) != 0
    if not cut.any():
        return 0, False
    first = np.append(0, np.flatnonzero(cut) + 1)
    last = np.append(first[1:] - 1, len(h) - 1)
    out = np.zeros(len(first), dtype=bool)
    if len(first) * 4 > len(h) and len(h) >= 2 * FEW_JUMPS:
        out[:] = True
    else:
        kept = _chain(t, h, first, last, rising)
        out[kept[0] : kept[-1]] = True  # comes back
        out[kept] = False
    dropped = np.repeat(out, last - first + 1)
    left = rows[~dropped]
    stays = _jumps(seconds[left], altitude[left], rising)
    many = np.count_nonzero(cut) > 2 * FEW_JUMPS  # each spike has two jumps
    if np.count_nonzero(stays) > FEW_JUMPS or (many and dropped.mean() > MUCH):
        dropped[:] = True
    altitude[rows[dropped]] = np.nan
    if dropped.all() or not stays.any():
        return int(dropped.sum()), False
    level = altitude[left] + np.append(np.cumsum(stays[::-1])[::-1], 0.0)
    if level.min() < lowest or level.max() > highest:
        altitude[left] = np.nan
        return len(rows), False
    altitude[left] = level
    return int(dropped.sum()), True


def _jumps(t: np.ndarray, h: np.ndarray, rising: float) -> np.ndarray:
    """The height of each step that is a jump (m), 0 for the other steps."""
    step = np.diff(h)
    return np.where(np.abs(step) > JUMP_M + rising * np.diff(t), step, 0.0)


def _chain(t: np.ndarray, h: np.ndarray, first: np.ndarray, last: np.ndarray, rising: float) -> np.ndarray:
    """The pieces of the chain with the most points in which each altitude can follow from the one before."""

    def may_follow(i: np.ndarray, j: int) -> np.ndarray:
        return np.abs(h[first[j]] - h[last[i]]) <= JUMP_M + rising * (t[first[j]] - t[last[i]])

    return chain.longest(last - first + 1, may_follow, BACK)
