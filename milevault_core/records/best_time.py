"""Best time over a distance."""

from collections.abc import Iterator

from milevault_core.records import Effort, Guard, record
from milevault_core.records.performance import Performance

_MILE = 1609.344
_WALKING = (1_000, _MILE, 5_000, 10_000, 20_000, 21_097.5, 30_000, 42_195, 50_000, 100_000)
DISTANCES: dict[str, tuple[float, ...]] = {
    "running": (
        400, _MILE / 2, 1_000, _MILE, 2 * _MILE, 5_000, 10_000, 15_000, 10 * _MILE, 20_000, 21_097.5, 30_000,
        42_195, 50_000, 50 * _MILE, 100_000, 100 * _MILE,
    ),
    "walking": _WALKING,
    "hiking": _WALKING,
    "cycling": (
        1_000, _MILE, 5_000, 10_000, 20_000, 30_000, 40_000, 50_000, 50 * _MILE, 90_000, 100_000, 100 * _MILE,
        180_000, 200_000, 300_000,
    ),
    "swimming": (
        50, 100, 200, 400, 500, 750, 800, 1_000, 1_500, 1_900, 2_000, 3_000, 3_800, 5_000, 10_000,
    ),
    "rowing": (100, 500, 1_000, 2_000, 5_000, 6_000, 10_000, 21_097.5, 42_195),
}  # fmt: skip
DISTANCES["e_biking"] = DISTANCES["cycling"]


@record(
    "best_time", "Best time", "s", key_unit="m", lower_is_better=True, version=5, section="times", title="{key}",
    quantity="time", sports=DISTANCES, stretch="way",
    guard=Guard(lambda _: 0.15, "Did you really {do} {key} in {value}? Your best efforts are usually about {usual}."),
    heads={
        "running": {1_000: 1, 5_000: 2, 10_000: 3, 21_097.5: 4}, "cycling": {40_000: 3, 20_000: 5},
        "swimming": {100: 1, 400: 2, 1_500: 3}, "rowing": {500: 1, 2_000: 2, 5_000: 3},
    },
)  # fmt: skip
def best_time(performance: Performance) -> Iterator[Effort]:
    """The fastest time over each usual distance of the sport.

    Source: elapsed time, as on a race clock.
    Definition: the shortest window of exactly that distance, its ends interpolated between points.
    Messy data: never across a recording gap, an impossible stretch, or a stretch that the user took out
    (distance_series.py); the metres of impossibly fast steps do not count. A distance that a sensor reports
    in steps is spread evenly between them.
    """
    for distance in DISTANCES.get(performance.sport, ()):
        if (found := performance.best(distance)) is not None:
            yield Effort("best_time", distance, *found, performance.way.source)
