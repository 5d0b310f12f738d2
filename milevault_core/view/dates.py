"""UTC as the user's local time, in words. Only this module knows time zones, and how the reader writes dates and times
and on which day their week begins: `read_as` is called as soon as the reader is known."""

from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from milevault_core.records.calendar import FIRST_WEEKDAYS
from milevault_core.view.format import MISSING

Clock = Literal["24h", "12h"]
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip
MIDNIGHT = "T00:00:00"  # charts read a date without a time as UTC, which in America is the day before

_HOUR_MINUTE, _NBSP = "%-I:%M", "\u00a0"  # for a 12-hour clock; the space before AM does not break
_reader: ContextVar[tuple[str, int, Clock]] = ContextVar("reader", default=("day", 0, "24h"))


def read_as(date_format: str, week_start: str, clock: str = "24h") -> None:
    """From now on, in this run of a page, write dates for this reader: date_format is day (1 June 2026), month
    (June 1, 2026) or iso (2026-06-01); week_start is monday, sunday or saturday; clock is 24h (18:05) or 12h
    (6:05 PM)."""
    _reader.set((date_format, FIRST_WEEKDAYS.get(week_start, 0), "12h" if clock == "12h" else "24h"))


def reader() -> tuple[str, int, str]:
    """All of the reader's settings, as a cache key: text written for one reader does not suit another."""
    return _reader.get()


def date_format() -> str:
    """How the reader writes dates: day, month or iso."""
    return _reader.get()[0]


def first_weekday() -> int:
    """The day on which the reader's week begins; Monday is 0."""
    return _reader.get()[1]


def clock_form() -> Clock:
    """How the reader writes the time of day: 24h or 12h."""
    return _reader.get()[2]


def week_of(value: date) -> date:
    """The first day of the reader's week that a day is in."""
    return value - timedelta(days=(value.weekday() - first_weekday()) % 7)


def weekdays() -> tuple[str, ...]:
    """The names of the days in the order of the reader's week."""
    first = first_weekday()
    return DAYS[first:] + DAYS[:first]


Zone = str | int | tzinfo | None


def zone_of(zone: Zone) -> tzinfo:
    """The tzinfo for a zone's name ("Europe/Vienna"), seconds east of Greenwich, or a tzinfo; UTC if unknown."""
    if isinstance(zone, tzinfo):
        return zone
    if isinstance(zone, int | np.integer) and abs(int(zone)) < 86_400:
        return timezone(timedelta(seconds=int(zone)))
    try:
        return ZoneInfo(zone) if isinstance(zone, str) and zone else UTC
    except (KeyError, ValueError, OSError):  # an unknown or malformed name
        return UTC


def local(utc, zone: Zone) -> datetime | None:
    """A datetime, Timestamp or datetime64 (without zone: UTC) as aware local time; None if missing."""
    if utc is None or utc is pd.NaT:
        return None
    stamp = pd.Timestamp(utc)
    if pd.isna(stamp):
        return None
    stamp = stamp.tz_localize(UTC) if stamp.tzinfo is None else stamp.tz_convert(UTC)
    try:
        return stamp.to_pydatetime(warn=False).astimezone(zone_of(zone))
    except OverflowError:  # the first and the last day of the calendar
        return stamp.to_pydatetime(warn=False)


def local_day(utc, zone: Zone) -> date | None:
    """The local date of a time; None if missing."""
    at = local(utc, zone)
    return at.date() if at else None


def day(value: date | None, weekday: bool = True) -> str:
    """ "Sun 1 June 2026", without weekday "1 June 2026"."""
    if value is None or pd.isna(value):
        return MISSING
    text = _written(value, MONTHS[value.month - 1])
    return _with_weekday(value, text) if weekday else text


def _with_weekday(value: date, text: str) -> str:
    comma = "," if date_format() == "month" else ""
    return f"{DAYS[value.weekday()]}{comma} {text}"


def _written(value: date, month: str) -> str:
    match date_format():
        case "iso":
            return f"{value.year:04d}-{value.month:02d}-{value.day:02d}"
        case "month":
            return f"{month} {value.day}, {value.year}"
    return f"{value.day} {month} {value.year}"


def short_day(value: date | None, weekday: bool = False) -> str:
    """ "1 Jun 2026", with weekday "Mon 1 Jun 2026"."""
    if value is None or pd.isna(value):
        return MISSING
    text = _written(value, MONTHS[value.month - 1][:3])
    return _with_weekday(value, text) if weekday else text


def day_of_year(value: date, weekday: bool = False) -> str:
    """ "1 Jun", with weekday "Mon 1 Jun": for use where the year is clear."""
    month = MONTHS[value.month - 1][:3]
    text = {"iso": f"{value.month:02d}-{value.day:02d}", "month": f"{month} {value.day}"}.get(
        date_format(), f"{value.day} {month}"
    )
    return f"{DAYS[value.weekday()]} {text}" if weekday else text


def chart_format(format: str) -> str:
    """The date or time format of a chart (d3, written for "1 Jun 2026" and "18:05") as the reader writes it."""
    if clock_form() == "12h":
        format = format.replace("%H:%M:%S", f"{_HOUR_MINUTE}:%S{_NBSP}%p")
        format = format.replace("%H:%M", f"{_HOUR_MINUTE}{_NBSP}%p")
    instead = {"iso": ("%Y-%m-%d", "%m-%d"), "month": ("%b %-d, %Y", "%b %-d")}.get(date_format())
    if instead is None:
        return format
    return format.replace("%-d %b %Y", instead[0]).replace("%-d %b", instead[1])


def day_time(utc, zone: Zone) -> str:
    """ "Sun 1 June 2026, 08:00" in local time."""
    at = local(utc, zone)
    return MISSING if at is None else f"{day(at)}, {time_of_day(at)}"


def short_day_time(utc, zone: Zone) -> str:
    """ "1 Jun 2026, 08:00" in local time."""
    at = local(utc, zone)
    return MISSING if at is None else f"{short_day(at)}, {time_of_day(at)}"


def clock(utc, zone: Zone, seconds: bool = False) -> str:
    """ "08:00" or "08:00:12" in local time."""
    at = local(utc, zone)
    return MISSING if at is None else time_of_day(at, seconds)


def time_of_day(at: datetime | time, seconds: bool = False) -> str:
    """ "18:05" or "18:05:12"; "6:05 PM" for a reader with a 12-hour clock."""
    return _as_read(at.strftime("%H:%M:%S" if seconds else "%H:%M"))


def _as_read(clock: str) -> str:
    """ "18:05" or "18:05:12" as the reader writes it."""
    if clock_form() == "24h":
        return clock
    hour = int(clock[:2])
    return f"{hour % 12 or 12}{clock[2:]}{_NBSP}{'AM' if hour < 12 else 'PM'}"


def clock_of(minute: int) -> str:
    """A minute of the day as a time: 450 -> "07:30"; 1440 is midnight again."""
    return _as_read(f"{minute // 60 % 24:02d}:{minute % 60:02d}")


def clocks(utc: np.ndarray, zone: Zone) -> list[str]:
    """`clock` with seconds for many times (datetime64, sorted), cheaply: the offset is looked up once per hour."""
    if not len(utc):
        return []
    hours = utc.astype("datetime64[h]")
    shift = np.zeros(len(utc), dtype="timedelta64[s]")
    for hour in np.unique(hours[~np.isnat(hours)]):
        at = local(hour.astype("datetime64[us]"), zone)
        offset = at.utcoffset() if at else None
        if offset is not None:
            shift[hours == hour] = np.timedelta64(int(offset.total_seconds()), "s")
    texts = np.datetime_as_string(utc.astype("datetime64[s]") + shift, unit="s")
    return [MISSING if t == "NaT" else _as_read(t[11:]) for t in texts.tolist()]


def today(zone: Zone) -> date:
    """Today's date in the user's time zone."""
    return datetime.now(zone_of(zone)).date()
