"""The most in one activity: distance, moving time, climb."""

import math
from collections.abc import Iterator

from milevault_core.records import Effort, Guard, record
from milevault_core.records.fits import CLIMB, DISTANCE
from milevault_core.records.performance import Performance
from milevault_core.records.plausible import highest_ascent_m
from milevault_core.sports.limits import limits_of


@record(
    "longest_distance", "Longest distance", "m", version=3, section="longest", order=1, sports=DISTANCE,
    heads={"": {0: 11}, "running": {0: 5}, "cycling": {0: 1}, "swimming": {0: 4}, "rowing": {0: 4}},
)  # fmt: skip
def longest_distance(performance: Performance) -> Iterator[Effort]:
    """The distance of one activity.

    Source and definition: the activity's own distance.
    Messy data: impossibly fast steps and impossible stretches are subtracted. An activity without a duration has no
    longest distance: points that all have the same time are a planned route, not an activity that somebody did.
    """
    if performance.figure("elapsed_s") == 0:
        return
    left_out = performance.way.jumped_m + performance.cut.metres
    yield from _whole(performance, "longest_distance", performance.figure("distance_m") - left_out)


@record(
    "longest_time",
    "Longest time",
    "s",
    real_place=False,
    version=2,
    section="longest",
    order=2,
    heads={"": {0: 12}},
)
def longest_time(performance: Performance) -> Iterator[Effort]:
    """The moving time of one activity, or its elapsed time where no movement was recorded.

    Source and definition: the activity's own figures.
    Messy data: the seconds of impossible stretches are subtracted.
    """
    moving = performance.figure("moving_s")
    whole = moving if moving > 0 else performance.figure("elapsed_s")
    yield from _whole(performance, "longest_time", whole - performance.cut.seconds)


@record(
    "most_climb", "Most climb", "m", version=3, section="longest", order=3, quantity="altitude", sports=CLIMB,
    stretch="altitude", heads={"": {0: 13}},
    guard=Guard(lambda _: 2.0, "Did you really climb {value}? The most otherwise is about {usual}."),
)  # fmt: skip
def most_climb(performance: Performance) -> Iterator[Effort]:
    """The metres climbed in one activity.

    Source and definition: the activity's own ascent.
    Messy data: does not count if it is more than anybody has climbed in that time, if it is too steep for the
    distance, or if the activity contains a long impossible stretch.
    """
    ascent, elapsed = performance.figure("ascent_m"), performance.figure("elapsed_s")
    far = performance.figure("distance_m")
    steep = far > 0 and ascent > limits_of(performance.sport).steepest * far
    if not steep and not performance.cut.seconds and not ascent > highest_ascent_m(elapsed):
        yield from _whole(
            performance, "most_climb", float(round(ascent)) if math.isfinite(ascent) else ascent
        )


def _whole(performance: Performance, kind: str, value: float) -> Iterator[Effort]:
    elapsed = performance.figure("elapsed_s")
    if value > 0:
        source = performance.way.source if kind == "longest_distance" else ""
        yield Effort(kind, 0.0, value, 0.0, 0.0 if math.isnan(elapsed) else elapsed, source)
