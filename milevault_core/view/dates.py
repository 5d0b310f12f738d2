"""UTC into the user's local time, in words. The only place where a time has a zone."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from milevault_core.view.format import MISSING

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip

Zone = str | int | tzinfo | None


def zone_of(zone: Zone) -> tzinfo:
    """A zone's name ("Europe/Vienna"), seconds east of Greenwich, or a tzinfo; what is unknown is UTC."""
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


def day(value: date | None, weekday: bool = True) -> str:
    """ "Sun 1 June 2026", without weekday "1 June 2026"."""
    if value is None or pd.isna(value):
        return MISSING
    text = f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    return f"{DAYS[value.weekday()]} {text}" if weekday else text


def short_day(value: date | None) -> str:
    """ "1 Jun 2026"."""
    if value is None or pd.isna(value):
        return MISSING
    return f"{value.day} {MONTHS[value.month - 1][:3]} {value.year}"


def day_time(utc, zone: Zone) -> str:
    """ "Sun 1 June 2026, 08:00" in local time."""
    at = local(utc, zone)
    return MISSING if at is None else f"{day(at)}, {at:%H:%M}"


def short_day_time(utc, zone: Zone) -> str:
    """ "1 Jun 2026, 08:00" in local time."""
    at = local(utc, zone)
    return MISSING if at is None else f"{short_day(at)}, {at:%H:%M}"


def clock(utc, zone: Zone, seconds: bool = False) -> str:
    """ "08:00" or "08:00:12" in local time."""
    at = local(utc, zone)
    return MISSING if at is None else at.strftime("%H:%M:%S" if seconds else "%H:%M")


def clocks(utc: np.ndarray, zone: Zone) -> list[str]:
    """`clock` with seconds of many times (datetime64, sorted), cheaply: the offset is that of each hour."""
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
    return [MISSING if t == "NaT" else t[11:] for t in texts.tolist()]


def today(zone: Zone) -> date:
    """The date it is now where the user lives."""
    return datetime.now(zone_of(zone)).date()
