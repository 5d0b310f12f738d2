"""Biggest single climb, and the highest place."""

from collections.abc import Iterator

import numpy as np

from milevault_core.records import Effort, record
from milevault_core.records.longest import CARRIED
from milevault_core.records.performance import Performance

REVERSAL_M = 10.0
FLAT_M = 1.0
DIP = 0.1  # of the gain, what a climb may lose on its way up
GAP_S = 60.0  # silent for longer, and higher afterwards: nobody knows who climbed that


@record("biggest_climb", "Biggest climb", "m")
def biggest_climb(performance: Performance) -> Iterator[Effort]:
    """The highest gain from the foot of a climb to its top.

    Source: the zig-zag of the ascent, with a reversal of 10 m.
    Definition: the foot is the lowest and the top the highest point between them, and no dip on the way is both
    10 m or more and a tenth of the gain or more.
    Messy data: altitude smoothed by a mean over 5 s; not across a gap above a minute in which it changed by more
    than 10 m; not indoors, and not for sports in which something carries you up.
    """
    if performance.is_indoor or performance.sport in CARRIED:
        return
    seconds, altitude = performance.altitude
    if len(seconds) < 2:
        return
    unknown = (np.diff(seconds) > GAP_S) & (np.abs(np.diff(altitude)) > REVERSAL_M)
    best = (0.0, 0, 0)
    first = 0
    for last in [*np.flatnonzero(unknown).tolist(), len(seconds) - 1]:
        gain, foot, top = highest_climb(altitude[first : last + 1])
        best = max(best, (gain, first + foot, first + top), key=lambda climb: climb[0])
        first = last + 1
    gain, foot, top = best
    if gain >= REVERSAL_M:
        inside = altitude[foot : top + 1]  # the window is without the flat before the foot and after the top
        begin = int(np.flatnonzero(inside <= inside[0] + FLAT_M)[-1])
        end = begin + int((inside[begin:] >= inside[-1] - FLAT_M).argmax())
        yield Effort("biggest_climb", 0.0, gain, float(seconds[foot + begin]), float(seconds[foot + end]))


@record("highest_altitude", "Highest altitude", "m")
def highest_altitude(performance: Performance) -> Iterator[Effort]:
    """The highest point of the track.

    Source and definition: altitude smoothed by a mean over 5 s, so that one wrong value does not make it.
    Messy data: not indoors.
    """
    if performance.is_indoor:
        return
    seconds, altitude = performance.altitude
    if len(seconds):
        top = int(altitude.argmax())
        yield Effort("highest_altitude", 0.0, float(altitude[top]), float(seconds[top]), float(seconds[top]))


def highest_climb(altitude: np.ndarray) -> tuple[float, int, int]:
    """(gain, row of the foot, row of the top) of the biggest climb; (0, 0, 0) where there is none."""
    rows = _turns(altitude)
    heights = altitude[rows]
    best = (0.0, 0, 0)
    ahead = np.maximum.accumulate(heights[::-1])[::-1]
    for i in np.flatnonzero(ahead - heights > 0):
        if ahead[i] - heights[i] <= best[0]:  # nothing ahead of this foot can win
            continue
        part = heights[i:]
        below = np.flatnonzero(part < part[0])
        part = part[: below[0]] if len(below) else part
        tops = np.maximum.accumulate(part)
        dip = np.maximum.accumulate(tops - part)
        gain = part - part[0]
        climbs = np.where((part == tops) & (dip < np.maximum(REVERSAL_M, DIP * gain)), gain, 0.0)
        top = int(climbs.argmax())
        if climbs[top] > best[0]:
            best = (float(climbs[top]), int(rows[i]), int(rows[i + top]))
    return best


def _turns(altitude: np.ndarray) -> np.ndarray:
    """Rows of the turning points that a way back of REVERSAL_M confirms, with the first and the last extreme."""
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
        if direction <= 0 and altitude[row] - altitude[low] >= REVERSAL_M:
            turns.append(low)
            direction, high = 1, row
        elif direction >= 0 and altitude[high] - altitude[row] >= REVERSAL_M:
            turns.append(high)
            direction, low = -1, row
    if direction == 0:
        return np.array(sorted({low, high}))
    return np.array([*turns, high if direction > 0 else low])
