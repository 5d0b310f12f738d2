"""Time ranges in the address of the health chart, and as selected in a browser."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from milevault_core.view.health import ranges
from milevault_core.view.health.ranges import Range

LATEST = datetime(2026, 6, 2, tzinfo=UTC)
BERLIN = "Europe/Berlin"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_an_address_comes_back_as_it_was() -> None:
    found = Range(at("2025-03-29T22:00"), at("2025-03-30T04:00"))  # the clock goes forward in between
    told = ranges.address(found, BERLIN)
    assert told == {"from": "2025-03-29T23:00:00", "to": "2025-03-30T06:00:00"}
    assert ranges.asked(told["from"], told["to"], BERLIN, LATEST) == found


@pytest.mark.parametrize(
    "told", [("", ""), ("2025-01-01", ""), ("soon", "later"), ("0001-01-01", "9999-12-31T23:59")]
)
def test_what_is_no_range_is_none_or_fitted(told: tuple[str, str]) -> None:
    found = ranges.asked(*told, "Pacific/Kiritimati", LATEST)
    assert found is None or ranges.FIRST <= found.begin < found.end <= LATEST


def test_a_range_is_never_shorter_than_a_minute_nor_in_the_future() -> None:
    short = ranges.asked("2025-01-01T10:00:30", "2025-01-01T10:00:10", "UTC", LATEST)
    assert short is not None
    assert short.span == timedelta(minutes=1)
    found = ranges.asked("2026-06-01T22:00", "2027-01-01", "UTC", LATEST)
    assert found is not None
    assert found.end == LATEST


@pytest.mark.parametrize("browser", ["America/Los_Angeles", "Europe/Berlin", "UTC", None])
def test_a_selection_is_of_the_charts_clock_wherever_the_browser_is(browser: str | None) -> None:
    there = ZoneInfo(browser or "UTC")
    ends = [datetime(2025, 7, 1, hour, tzinfo=there).timestamp() * 1000 for hour in (14, 12)]
    assert ranges.brushed(ends, browser, BERLIN, LATEST) == Range(
        at("2025-07-01T10:00"), at("2025-07-01T12:00")
    )


@pytest.mark.parametrize("odd", [[], [1.0], [float("nan"), 2.0], [1e30, 2e30], ["x", "y"]])
def test_odd_selections_are_none(odd: list) -> None:
    assert ranges.brushed(odd, "UTC", "UTC", LATEST) is None


def test_earlier_later_closer_and_wider() -> None:
    found = Range(at("2025-01-01T12:00"), at("2025-01-01T14:00"))
    assert ranges.moved(found, -1, LATEST) == Range(at("2025-01-01T10:00"), at("2025-01-01T12:00"))
    assert ranges.widened(found, 2, LATEST) == Range(at("2025-01-01T11:00"), at("2025-01-01T15:00"))
    assert ranges.widened(found, 0.5, LATEST).span == timedelta(hours=1)
    end = Range(LATEST - timedelta(hours=1), LATEST)
    assert ranges.moved(end, 1, LATEST) == end
    assert ranges.widened(Range(LATEST - ranges.LONGEST, LATEST), 2, LATEST).span == ranges.LONGEST
    tiny = Range(LATEST - timedelta(minutes=1), LATEST)
    assert ranges.widened(tiny, 0.5, LATEST).span == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("begin", "end", "said"),
    [
        ("2025-01-01T12:00", "2025-01-01T14:00", "1 Jan 2025, 12:00 to 14:00"),
        ("2025-01-01T12:00", "2025-01-01T12:01", "1 Jan 2025, 12:00:00 to 12:01:00"),
        ("2025-01-01T22:00", "2025-01-02T06:00", "1 Jan 2025, 22:00 to 2 Jan 2025, 06:00"),
        ("2020-01-01T00:00", "2025-01-02T00:00", "1 Jan 2020 to 2 Jan 2025"),
    ],
)
def test_a_range_in_words(begin: str, end: str, said: str) -> None:
    assert ranges.text(Range(at(begin), at(end)), "UTC") == said
