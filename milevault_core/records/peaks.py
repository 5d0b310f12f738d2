"""Highest mean power and heart rate over a duration."""

from collections.abc import Iterator

from milevault_core.records import Effort, record
from milevault_core.records.mean_max import CURVE_DURATIONS, RECORD_DURATIONS
from milevault_core.records.performance import Performance

_RECORDS = [(d, CURVE_DURATIONS.index(d)) for d in RECORD_DURATIONS]


@record("power", "Highest power", "W", key_unit="s", real_place=False)
def power(performance: Performance) -> Iterator[Effort]:
    """The highest mean power over 1 s to 5 h.

    Source: mean-max power, Allen and Coggan, Training and Racing with a Power Meter.
    Definition: at 1 Hz, zeros count.
    Messy data: holes up to 5 s are a straight line, longer ones no power, above an hour nothing reaches across.
    """
    yield from _peaks(performance, "power")


@record("heart_rate", "Highest heart rate", "bpm", key_unit="s", real_place=False)
def heart_rate(performance: Performance) -> Iterator[Effort]:
    """The highest mean heart rate over 1 s to 5 h.

    Source and definition: as for power.
    Messy data: holes up to 5 s are a straight line; a window never reaches across a longer one.
    """
    yield from _peaks(performance, "heart_rate")


def _peaks(performance: Performance, name: str) -> Iterator[Effort]:
    if (found := performance.peaks(name)) is None:
        return
    best, begin = (values.tolist() for values in found)
    for duration, at in _RECORDS:
        if begin[at] >= 0 and best[at] > 0:
            yield Effort(name, duration, best[at], begin[at], begin[at] + duration)
