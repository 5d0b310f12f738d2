"""Weekly records and streaks of weeks go by the day on which the user's week begins."""

import datetime as dt

import pandas as pd
import pytest

from milevault_core import store
from milevault_core.accounts import users
from milevault_core.derive import clean
from milevault_core.imports import by_hand
from milevault_core.records.streaks import streak_weeks
from milevault_core.records.totals import most_distance
from tests.records.test_periods import frame_of


@pytest.mark.parametrize(
    ("first", "weeks"), [(0, {1: 2, 8: 7}), (6, {0: 1, 7: 8}), (5, {6: 9})], ids=("Mon", "Sun", "Sat")
)
def test_a_week_begins_on_the_given_day(first: int, weeks: dict[int, int]) -> None:
    """Days since 31 May 2026, a Sunday: what was covered in the week that begins on that day."""
    days = frame_of([(dt.date(2026, 6, 6), "running", 1), (dt.date(2026, 6, 7), "running", 1),
                     (dt.date(2026, 6, 8), "running", 7)])  # fmt: skip
    found = most_distance(days, first)
    found = found[found["key"] == 7.0]
    begin = [pd.Timestamp(2026, 5, 31) + pd.Timedelta(days=d) for d in weeks]
    assert dict(zip(found["day"], found["value"], strict=True)) == dict(
        zip(begin, map(float, weeks.values()), strict=True)
    )
    assert (found["last_day"] - found["day"] == pd.Timedelta(days=6)).all()
    streak = streak_weeks(days, first).query("sport == 'all'").iloc[0]
    assert (streak["day"], streak["value"]) == (begin[0], len(weeks))


def held(user: int) -> dict[str, tuple[str, str, float]]:
    rows = store.read(
        "SELECT kind, day::date::text AS first, last_day::date::text AS last, value FROM personal_records "
        "WHERE user_id = $1 AND sport = 'running' AND is_current "
        "AND (kind = 'streak_weeks' OR kind = 'most_distance' AND key = 7)",
        (user,),
    )
    return {row.kind: (row.first, row.last, row.value) for row in rows.itertuples()}


def test_records_follow_the_first_day_of_the_week(user: int) -> None:
    users.set_view(user, week_start="monday")
    for day, metres in ((6, 1000.0), (7, 2000.0), (8, 5000.0)):
        at = dt.datetime(2026, 6, day, 8, tzinfo=dt.UTC)
        by_hand.add(user, "running", at, metres / 3, metres, {}, {})
    clean.clean(user)
    monday = {
        "most_distance": ("2026-06-08", "2026-06-14", 5000.0),
        "streak_weeks": ("2026-06-01", "2026-06-14", 2.0),
    }
    assert held(user) == monday
    users.set_view(user, units="imperial", week_start="monday")
    again = store.read("SELECT 1 FROM dirty_steps WHERE step = 'personal_records' AND activity_id = 0")
    assert again.empty, "nothing to compute if the week stays as it is"
    users.set_view(user, week_start="sunday")
    clean.clean(user)
    assert held(user) == {
        "most_distance": ("2026-06-07", "2026-06-13", 7000.0),
        "streak_weeks": ("2026-05-31", "2026-06-13", 2.0),
    }
    users.set_view(user, week_start="saturday")
    at = dt.datetime(2026, 6, 9, 8, tzinfo=dt.UTC)
    by_hand.add(user, "running", at, 300, 1000.0, {}, {})
    clean.clean(user)
    assert held(user)["most_distance"] == ("2026-06-06", "2026-06-12", 9000.0)
    users.set_view(user, week_start="sunday")
    clean.clean(user)
    by_hand.add(user, "running", at + dt.timedelta(hours=3), 300, 1000.0, {}, {})  # only what it changes
    clean.clean(user)
    assert held(user)["most_distance"] == ("2026-06-07", "2026-06-13", 9000.0)
