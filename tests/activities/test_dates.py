"""Plausible start times, and those of a clock that was never set."""

from datetime import UTC, datetime, timedelta

import pytest

from milevault_core.activities.dates import EPOCHS, ROLLOVER, doubt, is_plausible
from milevault_core.sports import SPORTS

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("epoch", EPOCHS, ids=lambda e: f"{e:%Y-%m-%d}")
@pytest.mark.parametrize("later", [timedelta(0), timedelta(hours=7, seconds=3), timedelta(hours=-11)])
def test_a_clock_that_was_never_set_is_seen_in_every_sport(epoch: datetime, later: timedelta) -> None:
    """On the first day after an epoch, and on the day before it in a time zone west of Greenwich."""
    assert {doubt(epoch + later, sport, NOW) for sport in SPORTS} == {"epoch"}


@pytest.mark.parametrize(
    ("start", "sport", "file_format", "expected"),
    [
        (datetime(2026, 3, 2, 1, tzinfo=UTC), "running", "", ""),  # a clock set to local time
        (datetime(2026, 3, 3, tzinfo=UTC), "running", "fit", "future"),
        (datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC), "diving", "fit", "future"),
        (datetime(1996, 5, 4, tzinfo=UTC), "running", "gpx", "too_early"),
        (datetime(1996, 5, 4, tzinfo=UTC), "diving", "", ""),
        (datetime(1996, 5, 4, tzinfo=UTC), "flying", "gpx", ""),
        (datetime(1904, 1, 1, tzinfo=UTC), "diving", "", "too_early"),
        (datetime(2004, 7, 10, 8, tzinfo=UTC), "cycling", "tcx", ""),
        (datetime(2004, 7, 10, 8, tzinfo=UTC), "cycling", "fit", "too_early"),
        (datetime(2009, 7, 10, 8, tzinfo=UTC), "cycling", "fit", ""),
        (datetime(2024, 2, 29, tzinfo=UTC), "a sport nobody knows", "fit", ""),
    ],
)
def test_the_reason(start: datetime, sport: str, file_format: str, expected: str) -> None:
    assert doubt(start, sport, NOW, file_format) == expected
    assert is_plausible(start, sport, NOW, file_format) is (expected == "")


def test_fit_of_these_years_a_rollover_slow_is_always_seen() -> None:
    """No device wrote FIT 1,024 weeks before 2021 to 2027."""
    starts = [datetime(2021, 1, 1, 12, tzinfo=UTC) + timedelta(days=30 * k) for k in range(60)]
    assert not any(is_plausible(start - ROLLOVER, "running", NOW, "fit") for start in starts)


def test_real_dates_are_let_through() -> None:
    """Every seventh day of the years in which people have recorded, except for the epochs themselves."""
    days = [datetime(2001, 1, 3, 9, tzinfo=UTC) + timedelta(days=k) for k in range(0, 9100, 7)]
    assert all(is_plausible(day, "running", NOW, "gpx") for day in days)
