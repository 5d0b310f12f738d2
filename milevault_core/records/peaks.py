"""Highest mean power and heart rate over a duration."""

from collections.abc import Iterator

import numpy as np

from milevault_core.records import Effort, record
from milevault_core.records.mean_max import RECORD_DURATIONS, every_second, mean_max
from milevault_core.records.performance import Performance


@record("power", "Highest power", "W", key_unit="s", real_place=False)
def power(performance: Performance) -> Iterator[Effort]:
    """The highest mean power over 1 s to 5 h.

    Source: mean-max power, Allen and Coggan, Training and Racing with a Power Meter.
    Definition: at 1 Hz, zeros count.
    Messy data: holes up to 5 s are a straight line, longer ones no power, above an hour nothing reaches across.
    """
    yield from _peaks(performance, "power", silent_is_zero=True)


@record("heart_rate", "Highest heart rate", "bpm", key_unit="s", real_place=False)
def heart_rate(performance: Performance) -> Iterator[Effort]:
    """The highest mean heart rate over 1 s to 5 h.

    Source and definition: as for power.
    Messy data: holes up to 5 s are a straight line; a window never reaches across a longer one.
    """
    yield from _peaks(performance, "heart_rate", silent_is_zero=False)


def _peaks(performance: Performance, name: str, silent_is_zero: bool) -> Iterator[Effort]:
    values = performance.track[name].to_numpy(float)
    if not np.nanmax(values, initial=0.0) > 0:
        return
    seconds, values = every_second(performance.seconds, values, silent_is_zero)
    best, start = mean_max(values, RECORD_DURATIONS)
    for duration, value, row in zip(RECORD_DURATIONS, best.tolist(), start.tolist(), strict=True):
        if row >= 0 and value > 0:
            yield Effort(name, duration, value, float(seconds[row]), float(seconds[row]) + duration)
