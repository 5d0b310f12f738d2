"""What getting up at the same time would do to how regular sleep is."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from statistics import median

from milevault_core.formats.health_data import ASLEEP, Night, Stage
from milevault_core.health.regularity import regularity_of

_DAY, _EPOCH = 86_400, date(1970, 1, 1)


def up_second(night: Night) -> int:
    """When one got up, in local seconds after the midnight at which the day began."""
    return night.end + (night.utc_offset_s or 0) - (night.day - _EPOCH).days * _DAY


def usual_up(nights: Iterable[Night], weekdays: Sequence[int]) -> int | None:
    """The median time of getting up on all other days of the week, as `up_second`; None without any."""
    times = [up_second(night) for night in nights if not night.is_nap and night.day.weekday() not in weekdays]
    return int(median(times)) if times else None


def up_at(night: Night, second: int) -> Night:
    """The same night ended, or slept on, at another local time."""
    end = max(night.start + 60, second - (night.utc_offset_s or 0) + (night.day - _EPOCH).days * _DAY)
    if night.end >= end:
        stages = tuple(Stage(s.start, min(s.end, end), s.stage) for s in night.stages if s.start < end)
    else:
        stages = (*night.stages, Stage(night.end, end, ASLEEP)) if night.stages else ()
    return replace(night, end=end, stages=stages)


def same_time_up(nights: Sequence[Night], weekdays: Sequence[int]) -> tuple[float, int | None]:
    """SRI if one got up on these days of the week (Monday 0) when one usually does on the others, and that time; NaN
    and None where that cannot be said."""
    second = usual_up(nights, weekdays)
    if second is None:
        return float("nan"), None
    changed = [
        up_at(night, second) if not night.is_nap and night.day.weekday() in weekdays else night
        for night in nights
    ]
    return regularity_of(changed), second
