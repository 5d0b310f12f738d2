"""Goals: what is done, what should be done by today, and that users only see their own."""

from datetime import date

import pytest
from sqlalchemy import text

from milevault_core import store
from milevault_core.actions import edits, goals
from milevault_core.derive import clean
from milevault_core.store.activities import save
from milevault_core.store.queries import goals as queries
from milevault_core.view import format as fmt
from milevault_core.view import goals as view
from tests.pages.runs import run

MONDAY = date(2026, 6, 1)  # a Monday, the day of run(0)


@pytest.fixture
def runs(user: int) -> int:
    with store.session() as session:
        for day in (0, 2, 8):
            save.save_activity(session, user, run(day))
    clean.clean(user)
    return user


def test_what_is_done_counts_in_its_period_and_sport(runs: int) -> None:
    week = goals.add(runs, "count", 3, "week", "running")
    month = goals.add(runs, "distance", 5000, "month")
    other = goals.add(runs, "time", 3600, "year", "cycling")
    some = goals.add(runs, "count", 2, "between", "", date(2026, 6, 3), date(2026, 6, 9))
    found = queries.progress(runs, date(2026, 6, 3)).set_index("id")
    metres = store.read("SELECT sum(distance_m) AS m FROM activities")["m"].iloc[0]
    assert found["done"].to_dict() == pytest.approx({week: 2, month: metres, other: 0, some: 2})
    assert (found.loc[week, "first"], found.loc[week, "last"]) == (MONDAY, date(2026, 6, 7))
    assert (found.loc[month, "first"], found.loc[month, "last"]) == (MONDAY, date(2026, 6, 30))
    assert found.loc[other, "last"] == date(2026, 12, 31)
    assert queries.progress(runs, date(2026, 6, 8)).set_index("id").loc[week, "done"] == 1


def test_a_goal_of_load_counts_what_trends_count(runs: int) -> None:
    week = goals.add(runs, "load", 200, "week")
    with store.session() as session:
        session.execute(text("UPDATE activity_training SET metrics = metrics || '{\"load\": 40}'"))
    assert queries.progress(runs, MONDAY).set_index("id").loc[week, "done"] == 80
    assert view.name(next(queries.progress(runs, MONDAY).itertuples()), fmt.METRIC) == "load 200 a week"
    first = int(store.read("SELECT min(id) AS id FROM activities")["id"].iloc[0])
    edits.edit_words(runs, [first], {"is_left_out": "true"})
    assert queries.progress(runs, MONDAY).set_index("id").loc[week, "done"] == 40


@pytest.mark.parametrize(
    ("today", "done", "said", "is_good"),
    [
        (date(2026, 5, 31), 0, "Begins on 1 Jun 2026", None),
        (date(2026, 6, 3), 15_000, "On track", True),
        (date(2026, 6, 3), 12_000, "3.0 km behind; 5.4 km a day from tomorrow", False),
        (date(2026, 6, 10), 50_000, "Reached", True),
        (date(2026, 6, 10), 40_000, "10.0 km to go today", False),
        (date(2026, 6, 11), 40_000, "Missed by 10.0 km", False),
    ],
)
def test_where_one_should_be_by_today(user: int, today, done, said, is_good) -> None:
    goals.add(user, "distance", 50_000, "between", "", MONDAY, date(2026, 6, 10))
    goal = next(queries.progress(user, today).assign(done=float(done)).itertuples())
    assert view.verdict(goal, today, fmt.METRIC) == (said, is_good)
    assert view.name(goal, fmt.METRIC) == "50 km from 1 Jun 2026 to 10 Jun 2026"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("distance", 0, "week"), "above zero"),
        (("distance", float("nan"), "week"), "above zero"),
        (("count", 2.5, "week"), "whole number"),
        (("dreams", 5, "week"), "no such"),
        (("count", 5, "between"), "first and the last"),
        (("count", 5, "between", "", date(2026, 2, 1), date(2026, 1, 1)), "first and the last"),
    ],
)
def test_a_goal_that_makes_no_sense_is_refused(user: int, arguments, why) -> None:
    with pytest.raises(ValueError, match=why):
        goals.add(user, *arguments)


def test_a_deleted_goal_comes_back_and_another_persons_is_not_there(user: int, other_user: int) -> None:
    goal = goals.add(user, "ascent", 1000, "month")
    with pytest.raises(LookupError):
        goals.remove(other_user, goal)
    gone = goals.remove(user, goal)
    assert queries.progress(user, MONDAY).empty
    goals.add(user, **gone)
    with pytest.raises(ValueError, match="already"):
        goals.add(user, **gone)
    assert queries.progress(user, MONDAY)["amount"].tolist() == [1000]
