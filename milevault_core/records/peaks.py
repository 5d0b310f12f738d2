"""Highest mean power and heart rate over a duration."""

from collections.abc import Iterator

from milevault_core.records import Effort, Guard, record
from milevault_core.records.fits import HEART, POWER
from milevault_core.records.mean_max import CURVE_DURATIONS, HEART_DURATIONS, RECORD_DURATIONS
from milevault_core.records.performance import Performance

_RECORDS = {
    name: [(d, CURVE_DURATIONS.index(d)) for d in durations]
    for name, durations in (("power", RECORD_DURATIONS), ("heart_rate", HEART_DURATIONS))
}


@record(
    "power", "Highest power", "W", key_unit="s", real_place=False, version=2, section="power", title="{key} power",
    short="{key}", sports=POWER, stretch="power", heads={"cycling": {1_200: 4}},
    guard=Guard(lambda duration: 0.5 if duration < 60 else 0.25,
                "Did you really hold {value} for {key}? Your best efforts are usually about {usual}."),
)  # fmt: skip
def power(performance: Performance) -> Iterator[Effort]:
    """The highest mean power over 1 s to 5 h.

    Source: mean-max power, Allen and Coggan, Training and Racing with a Power Meter.
    Definition: resampled to 1 Hz; zeros count.
    Messy data: holes up to 10 s (up to a minute in a recording with long steps) are filled with a straight line,
    longer ones count as no power; no window spans a hole of an hour or more.
    """
    yield from _peaks(performance, "power")


@record(
    "heart_rate", "Highest heart rate", "bpm", key_unit="s", real_place=False, version=2, section="heart_rate",
    title="{key} heart rate", short="{key}", sports=HEART, stretch="heart_rate",
    guard=Guard(lambda _: 0.08, "Was your heart rate really {value} for {key}? It usually stays below {usual}.",
                against="shortest"),
)  # fmt: skip
def heart_rate(performance: Performance) -> Iterator[Effort]:
    """The highest mean heart rate over 1 s to 3 h.

    Source and definition: as for power.
    Messy data: holes are filled as for power, but no window spans a longer one.
    """
    yield from _peaks(performance, "heart_rate")


def _peaks(performance: Performance, name: str) -> Iterator[Effort]:
    if (found := performance.peaks(name)) is None:
        return
    best, begin = (values.tolist() for values in found)
    for duration, at in _RECORDS[name]:
        if begin[at] >= 0 and best[at] > 0:  # in whole watts and beats: 0.2 is no improvement
            yield Effort(name, duration, float(round(best[at])), begin[at], begin[at] + duration)
