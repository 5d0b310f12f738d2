"""Times in Apple Health's export: "2025-11-06 07:15:00 +0100"."""

from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple


class Moment(NamedTuple):
    """`time` in s since 1970, `offset` from UTC in s, and the local date."""

    time: int
    offset: int
    day: date


@lru_cache(maxsize=4096)
def _hour(text: str, zone: str) -> Moment:
    when = datetime.strptime(f"{text} {zone}", "%Y-%m-%d %H %z")
    offset = when.utcoffset()
    assert offset is not None
    return Moment(int(when.timestamp()), int(offset.total_seconds()), when.date())


def moment(text: str) -> Moment:
    """A time in the export as a Moment. Raises ValueError for anything else."""
    hour = _hour(text[:13], text[20:])
    minute, second = int(text[14:16]), int(text[17:19])
    if text[13] != ":" or not (0 <= minute < 60 and 0 <= second <= 60):
        raise ValueError(text)
    return Moment(hour.time + minute * 60 + second, hour.offset, hour.day)
