"""Biggest single climb, and highest altitude."""

from collections.abc import Iterator

import numpy as np

from milevault_core.metrics.turning_points import turning_points
from milevault_core.records import Effort, Guard, record
from milevault_core.records.fits import CLIMB, HEIGHT, IN_THE_AIR
from milevault_core.records.performance import Performance
from milevault_core.records.plausible import highest_ascent_m

REVERSAL_M = 10.0
FLAT_M = 1.0
DIP = 0.1  # share of the gain that a climb may lose again on its way up
HIGHEST_M = 8_900.0  # Mount Everest is 8,849 m; the rest allows for altimeter error
GAP_S = 60.0  # s; for a longer gap with a rise across it, nobody knows how that was climbed


@record(
    "biggest_climb", "Biggest climb", "m", version=2, section="longest", order=4, quantity="altitude", sports=CLIMB,
    stretch="altitude", heads={"cycling": {0: 2}},
    guard=Guard(lambda _: 2.0, "Did you really climb {value} in one go? Your best efforts are usually about {usual}."),
)  # fmt: skip
def biggest_climb(performance: Performance) -> Iterator[Effort]:
    """The highest gain from the foot of a climb to its top.

    Source: the turning points of the altitude, as for ascent, with a reversal of 10 m.
    Definition: the foot is the lowest and the top the highest point between them, and no dip on the way is both
    10 m or more and a tenth of the gain or more.
    Messy data: altitude smoothed as for ascent; not across a gap of over a minute in which it changed by more than
    10 m; not indoors, not faster than anybody has climbed, and not for sports in which something carries you up.
    """
    if performance.is_indoor:
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
        inside = altitude[foot : top + 1]  # the window excludes the flat before the foot and after the top
        begin = int(np.flatnonzero(inside <= inside[0] + FLAT_M)[-1])
        end = begin + int((inside[begin:] >= inside[-1] - FLAT_M).argmax())
        t0, t1 = float(seconds[foot + begin]), float(seconds[foot + end])
        if gain <= highest_ascent_m(t1 - t0):
            yield Effort("biggest_climb", 0.0, float(round(gain)), t0, t1)


@record(
    "highest_altitude", "Highest altitude", "m", version=3, section="longest", order=5, quantity="altitude",
    sports=HEIGHT, stretch="altitude",
)  # fmt: skip
def highest_altitude(performance: Performance) -> Iterator[Effort]:
    """The highest point of the track.

    Source and definition: altitude smoothed as for ascent, so that a single wrong value does not set it.
    Messy data: not indoors. Nobody on the ground is above 8,900 m: such an altitude is an error and does not count.
    """
    if performance.is_indoor:
        return
    seconds, altitude = performance.altitude
    if len(seconds):
        top = int(altitude.argmax())
        if altitude[top] > HIGHEST_M and performance.sport not in IN_THE_AIR:
            return
        yield Effort(
            "highest_altitude", 0.0, float(round(altitude[top])), float(seconds[top]), float(seconds[top])
        )


def highest_climb(altitude: np.ndarray) -> tuple[float, int, int]:
    """(gain, row of the foot, row of the top) of the biggest climb; (0, 0, 0) where there is none."""
    rows = turning_points(altitude, REVERSAL_M)
    heights = altitude[rows]
    best = (0.0, 0, 0)
    ahead = np.maximum.accumulate(heights[::-1])[::-1]
    for i in np.flatnonzero(ahead - heights > 0):
        if ahead[i] - heights[i] <= best[0]:  # no climb from this foot can win
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
