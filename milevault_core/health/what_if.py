"""How regular sleep would be if the user always got up at the same time."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from statistics import median

from milevault_core.formats.health_data import ASLEEP, Night, Stage
from milevault_core.health.regularity import regularity_of

_DAY, _EPOCH = 86_400, date(1970, 1, 1)


def up_second(night: Night) -> int:
    """The time of getting up, in seconds of local time since the midnight at which the night's day began."""
    return night.end + (night.utc_offset_s or 0) - (night.day - _EPOCH).days * _DAY


def usual_up(nights: Iterable[Night], weekdays: Sequence[int]) -> int | None:
    """The median time of getting up on days other than `weekdays`, as `up_second`; None if there are no such days."""
    times = [up_second(night) for night in nights if not night.is_nap and night.day.weekday() not in weekdays]
    return int(median(times)) if times else None


def up_at(night: Night, second: int) -> Night:
    """The same night, shortened or extended to end at another local time (`second`, as `up_second`)."""
    end = max(night.start + 60, second - (night.utc_offset_s or 0) + (night.day - _EPOCH).days * _DAY)
    if night.end >= end:
        stages = tuple(Stage(s.start, min(s.end, end), s.stage) for s in night.stages if s.start < end)
    else:
        stages = (*night.stages, Stage(night.end, end, ASLEEP)) if night.stages else ()
    return replace(night, end=end, stages=stages)


def same_time_up(nights: Sequence[Night], weekdays: Sequence[int]) -> tuple[float, int | None]:
    """(SRI if the user got up on `weekdays` (Monday is 0) at the usual time of the other days, that time); (NaN, None)
    if there is no usual time."""
    second = usual_up(nights, weekdays)
    if second is None:
        return float("nan"), None
    changed = [
        up_at(night, second) if not night.is_nap and night.day.weekday() in weekdays else night
        for night in nights
    ]
    return regularity_of(changed), second
