"""The most of one activity: distance, moving time, climb."""

import math
from collections.abc import Iterator

from milevault_core.records import Effort, record
from milevault_core.records.performance import Performance

# What a lift, a tow or the wind lifts is not climbed.
CARRIED = frozenset({"alpine_skiing", "snowboarding", "flying", "kitesurfing", "motor_sports"})


@record("longest_distance", "Longest distance", "m")
def longest_distance(performance: Performance) -> Iterator[Effort]:
    """The way of one activity.

    Source and definition: the activity's own distance.
    Messy data: steps too fast to be true are taken off it.
    """
    way = performance.way
    yield from _whole(performance, "longest_distance", performance.figure("distance_m") - way.jumped_m)


@record("longest_time", "Longest time", "s", real_place=False)
def longest_time(performance: Performance) -> Iterator[Effort]:
    """The moving time of one activity, or the elapsed time where nothing moved that could be seen.

    Source and definition: the activity's own figures.
    Messy data: none.
    """
    moving = performance.figure("moving_s")
    yield from _whole(performance, "longest_time", moving if moving > 0 else performance.figure("elapsed_s"))


@record("most_climb", "Most climb", "m")
def most_climb(performance: Performance) -> Iterator[Effort]:
    """The metres climbed in one activity.

    Source and definition: the activity's own ascent.
    Messy data: not for sports in which something carries you up.
    """
    if performance.sport not in CARRIED:
        yield from _whole(performance, "most_climb", performance.figure("ascent_m"))


def _whole(performance: Performance, kind: str, value: float) -> Iterator[Effort]:
    elapsed = performance.figure("elapsed_s")
    if value > 0:
        source = performance.way.source if kind == "longest_distance" else ""
        yield Effort(kind, 0.0, value, 0.0, 0.0 if math.isnan(elapsed) else elapsed, source)
