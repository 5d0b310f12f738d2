"""The dashboard: this week compared with the usual one and last year's, 29 February, an archive that ended long ago."""

from datetime import date, timedelta

import pandas as pd
import pytest

from milevault_core.view import dashboard as view
from milevault_core.view import format as fmt

WEDNESDAY = date(2026, 6, 3)


def totals(*rows: tuple[date, float]) -> pd.DataFrame:
    """Daily totals from (day, hours), at 10 km/h."""
    made = [
        {"day": day, "sport": "running", "activity_count": 1, "elapsed_s": h * 3600, "moving_s": h * 3600,
         "distance_m": h * 10_000, "ascent_m": 0.0}
        for day, h in rows or ((date(1999, 1, 1), 0.0),)
    ]  # fmt: skip
    return view.prepared(pd.DataFrame(made))


def week(*rows: tuple[date, float], today: date = WEDNESDAY) -> dict:
    return {figure.label: figure for figure in view.week(totals(*rows), today, fmt.METRIC)}


def every_week(hours: float, weekday: int, count: int = 20) -> list[tuple[date, float]]:
    monday = WEDNESDAY - timedelta(days=2)
    return [(monday - timedelta(weeks=n) + timedelta(days=weekday), hours) for n in range(1, count)]


def test_a_wednesday_is_held_against_usual_wednesdays_not_whole_weeks() -> None:
    """The usual Tuesday training counts; the usual Saturday training is still to come."""
    found = week((WEDNESDAY, 1.0), *every_week(1.0, 1), *every_week(3.0, 5))
    assert found["Time"].than == "as usual"
    more = week((WEDNESDAY, 2.0), *every_week(1.0, 1), *every_week(3.0, 5))
    assert (more["Time"].than, more["Time"].trend) == (f"{fmt.hours(3600)} more than usual", "up")
    less = week(*every_week(2.0, 1))
    assert (less["Time"].than, less["Time"].trend) == (f"{fmt.hours(7200)} less than usual", "down")
    assert less["Activities"].than == "1 fewer than usual"


def test_one_great_week_is_not_usual() -> None:
    rows = [*every_week(1.0, 1), (WEDNESDAY - timedelta(weeks=2), 30.0), (WEDNESDAY, 1.0)]
    assert week(*rows)["Time"].than == "as usual"


def test_last_years_week_is_52_weeks_before_on_the_same_days() -> None:
    year_ago = WEDNESDAY - timedelta(weeks=52)
    assert year_ago.weekday() == WEDNESDAY.weekday()
    found = week(
        (WEDNESDAY, 1.0), (year_ago, 2.0), (year_ago + timedelta(1), 5.0), (year_ago - timedelta(3), 7.0)
    )
    assert found["Time"].also == f"{fmt.hours(7200)} a year ago"
    assert week((WEDNESDAY, 1.0))["Time"].also == "nothing a year ago"


@pytest.mark.parametrize(
    ("today", "then", "is_counted"),
    [
        (date(2028, 2, 29), date(2027, 2, 28), True),
        (date(2028, 2, 29), date(2027, 3, 1), False),
        (date(2029, 2, 28), date(2028, 2, 28), True),
        (date(2029, 2, 28), date(2028, 2, 29), False),
        (date(2029, 3, 1), date(2028, 2, 29), True),
    ],
)
def test_the_year_up_to_29_february(today: date, then: date, is_counted: bool) -> None:
    rows = totals((today, 5.0), (then.replace(month=1, day=1), 1.0), (then, 1.0))
    (in_year,) = (
        f for f in view.month_and_year(rows, today, fmt.METRIC) if f.label == f"Time in {today.year}"
    )
    hours = 5.0 - (2.0 if is_counted else 1.0)
    assert in_year.than == f"{fmt.hours(hours * 3600)} more than at this point in {today.year - 1}"


def test_an_archive_that_ended_long_ago_is_shown_up_to_its_last_day() -> None:
    latest = pd.DataFrame({"local_day": [date(2019, 5, 4), date(2019, 5, 2)], "date_doubted": [False, False]})
    assert view.newest_day(latest, WEDNESDAY) == date(2019, 5, 4)


def test_a_date_in_the_future_is_not_the_end_of_an_archive() -> None:
    latest = pd.DataFrame(
        {
            "local_day": [date(2061, 1, 1), date(2027, 1, 1), date(2019, 5, 2)],
            "date_doubted": [True, False, False],
        }
    )
    assert view.newest_day(latest, WEDNESDAY) == date(2019, 5, 2)
    assert view.newest_day(latest.iloc[:1], WEDNESDAY) == WEDNESDAY
