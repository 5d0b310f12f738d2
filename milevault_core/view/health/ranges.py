"""The time range of the health chart as it is kept in the address: `from` and `to`, in the user's local time."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from milevault_core.view import dates

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=366 * 30)
FIRST = datetime(1900, 1, 1, tzinfo=UTC)
_FORM = "%Y-%m-%dT%H:%M:%S"


class Range(NamedTuple):
    """From `begin` to `end`, both UTC."""

    begin: datetime
    end: datetime

    @property
    def span(self) -> timedelta:
        return self.end - self.begin


def fitted(begin: datetime, end: datetime, latest: datetime) -> Range:
    """A range of at least a minute that ends at `latest` or before. All UTC."""
    begin, end = min(begin, end), max(begin, end)
    span = min(max(end - begin, SHORTEST), LONGEST)
    end = min(max(end, begin + span), latest)
    begin = max(end - span, FIRST)
    return Range(begin, max(end, begin + SHORTEST))


def asked(begin: str, end: str, zone: dates.Zone, latest: datetime) -> Range | None:
    """The range in an address; None if it has no valid one."""
    try:
        first, last = (
            datetime.fromisoformat(text).replace(tzinfo=dates.zone_of(zone)) for text in (begin, end)
        )
        return fitted(first.astimezone(UTC), last.astimezone(UTC), latest)
    except (ValueError, OverflowError):
        return None


def address(found: Range, zone: dates.Zone) -> dict[str, str]:
    """The range as parameters of an address."""
    first, last = (at.astimezone(dates.zone_of(zone)).strftime(_FORM) for at in found)
    return {"from": first, "to": last}


def brushed(
    selected: Sequence[float], browser_zone: str | None, zone: dates.Zone, latest: datetime
) -> Range | None:
    """The range selected in a chart, in ms. The browser interprets the chart's local times in its own time zone."""
    if len(selected) < 2:
        return None
    try:
        there = dates.zone_of(browser_zone or "UTC")
        ends = [
            datetime.fromtimestamp(float(ms) / 1000, there).replace(tzinfo=None)
            for ms in (min(selected), max(selected))
        ]
        first, last = (at.replace(tzinfo=dates.zone_of(zone)).astimezone(UTC) for at in ends)
    except (ValueError, TypeError, KeyError, OverflowError, OSError):
        return None
    return fitted(first, last, latest)


def moved(found: Range, by: float, latest: datetime) -> Range:
    """The same span, shifted later by `by` times its length."""
    step = found.span * by
    return fitted(max(found.begin + step, FIRST), max(found.end + step, FIRST + found.span), latest)


def widened(found: Range, times: float, latest: datetime) -> Range:
    """A span `times` as long, with the same middle."""
    middle = found.begin + found.span / 2
    half = min(found.span * times, LONGEST) / 2
    return fitted(max(middle - half, FIRST), middle + half, latest)


def text(found: Range, zone: dates.Zone) -> str:
    """ "1 Mar 2025, 12:00 to 14:30"; days without a time if the range is long."""
    if found.span > timedelta(days=75):
        return " to ".join(dates.short_day(dates.local(at, zone)) for at in found)
    is_short = found.span < timedelta(minutes=10)
    first_day, last_day = (dates.short_day(dates.local(at, zone)) for at in found)
    begin, end = (dates.clock(at, zone, is_short) for at in found)
    return f"{first_day}, {begin} to {end if first_day == last_day else f'{last_day}, {end}'}"
