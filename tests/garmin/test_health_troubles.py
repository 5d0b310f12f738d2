"""A part of Garmin's health data that fails: the rest comes, and what is missing is asked for again, not for ever."""

from datetime import date, timedelta

import pytest

from milevault_core import store
from milevault_core.garmin import sync, wellness
from tests.garmin.conftest import Hand, connect, run_until_done, state
from tests.garmin.standin import Answer, StandIn
from tests.garmin.test_sync import add, outcomes
from tests.garmin.test_troubles import HTML

ZIP = "/download-service/files/wellness"


@pytest.mark.parametrize(("path", "answer", "call"), [
    (ZIP, Answer(500), "download_health_snapshot"),
    (ZIP, Answer(200, b"PK\3\4 cut", kind="application/zip"), "download_health_snapshot"),
    (ZIP, Answer(200, HTML, kind="text/html"), "download_health_snapshot"),
    ("/metrics-service/metrics/trainingreadiness", Answer(400), "get_training_readiness_range"),
    ("/metrics-service/metrics/trainingreadiness", Answer(403), "get_training_readiness_range"),
    ("/weight-service", Answer(200, HTML, kind="text/html"), "get_weigh_ins"),
    ("/usersummary-service", Answer(502, HTML, kind="text/html"), "get_daily_summaries"),
    ("/usersummary-service", Answer(200, b'{"data": [{"calendarDate": "2026-'), "get_daily_summaries"),
])  # fmt: skip
def test_one_bad_call_of_health_data_holds_up_nothing(
    ann: int, garmin: StandIn, clock: Hand, path: str, answer: Answer, call: str
) -> None:
    add(garmin, 1)
    garmin.answer[path] = answer
    run_until_done(ann, clock)
    account = state(ann)
    assert (account.state, account.reason, account.failing_since) == ("ok", f"left_out {call}", None)
    assert outcomes()["imported"] == 1
    assert outcomes()["health"] >= 5
    tries = len([p for p in garmin.paths() if p.startswith(path)])
    sync.run(ann, clock)  # the watch has uploaded nothing since
    assert len([p for p in garmin.paths() if p.startswith(path)]) == tries
    assert state(ann).reason == f"left_out {call}"

    garmin.answer.clear()  # it was only for a while
    before, health = len(garmin.paths()), outcomes()["health"]
    clock.time += timedelta(hours=7)
    run_until_done(ann, clock)
    again = [p for p in garmin.paths()[before:] if p.startswith(path)]
    assert again
    assert (state(ann).state, state(ann).reason) == ("ok", "")
    assert outcomes()["health"] >= health + (path != ZIP)
    assert not store.read("SELECT 1 FROM garmin_days WHERE attempts > 0").size


def test_what_never_comes_is_given_up(ann: int, garmin: StandIn, clock: Hand) -> None:
    """Three times, some hours apart, for days that are past; the last three days come again with each upload."""
    path = "/metrics-service/metrics/trainingreadiness"
    garmin.answer[path] = Answer(403)
    for hours in (0, 1, 6, 1, 7, 7):
        clock.time += timedelta(hours=hours)
        run_until_done(ann, clock)
    asked = [p for p in garmin.paths() if p.startswith(path)]
    days = store.read("SELECT day, is_final, attempts FROM garmin_days ORDER BY day")
    final = days.loc[days["is_final"], "day"].tolist()
    assert final[-1] == date(2026, 11, 26)
    assert set(days.loc[days["is_final"], "attempts"]) == {3}
    old = [p for p in asked if p.split("/")[-2] == "2026-11-20"]
    assert len(old) == 3
    others = [p for p in garmin.paths() if p.startswith("/sleep-service/stats/sleep/daily/2026-11-20/")]
    assert len(others) == 1  # what was answered is not asked for again


def test_where_all_health_data_fails_activities_come(ann: int, garmin: StandIn, clock: Hand) -> None:
    add(garmin, 1)
    for path in (
        "/usersummary",
        "/sleep",
        "/hrv",
        "/weight",
        "/metrics",
        "/wellness-service/wellness/daily",
        ZIP,
    ):
        garmin.answer[path] = Answer(403)
    sync.run(ann, clock)
    assert (state(ann).state, state(ann).reason) == ("failing", "blocked")
    assert outcomes()["imported"] == 1
    assert store.read("SELECT 1 FROM garmin_days").empty
    assert len(garmin.paths()) == 1 + 1 + 7 + 1  # the watch, the list, a range, the activity


def test_summaries_that_always_fail_do_not_ask_back_to_the_year_2000(
    user: int, garmin: StandIn, clock: Hand
) -> None:
    connect(user, garmin, first_day=None)
    add(garmin, 1)
    garmin.answer["/usersummary-service"] = Answer(403)
    run_until_done(user, clock)
    assert len(garmin.paths()) <= 120
    assert state(user).first_day is not None


def test_a_call_that_is_refused_for_ever_costs_a_year_no_more_than_its_calls(
    user: int, garmin: StandIn, clock: Hand
) -> None:
    """Given up in a run after three refusals in a row, and asked for again alone, six hours later and once more."""
    connect(user, garmin, first_day=clock.time.date() - timedelta(days=364))
    path = "/metrics-service/metrics/trainingreadiness"
    garmin.answer[path] = Answer(403)
    calls = []
    for hours in (0, 7, 7):
        clock.time += timedelta(hours=hours)
        before = len(garmin.paths())
        run_until_done(user, clock)
        calls.append(len(garmin.paths()) - before)
    assert calls[0] <= 120  # as for a year of which every call is answered
    assert max(calls[1:]) <= 25  # the last three days, which come again, and the one call a few times
    assert len([p for p in garmin.paths() if p.startswith(path)]) <= 5 * wellness.TIRED
    days = store.read("SELECT is_final, attempts FROM garmin_days ORDER BY day")
    assert set(days.loc[days["is_final"], "attempts"]) == {3}
    assert days["is_final"].sum() == 362  # all but the last three of the year


def test_a_day_that_was_not_over_is_asked_for_whole(ann: int, garmin: StandIn, clock: Hand) -> None:
    """What the watch uploads later may be of any kind, whichever call failed before."""
    path = "/metrics-service/metrics/trainingreadiness"
    garmin.answer[path] = Answer(403)
    run_until_done(ann, clock)
    garmin.answer.clear()
    before = len(garmin.paths())
    clock.time += timedelta(days=4)
    garmin.upload = "2026-12-03T12:00:00.0"
    run_until_done(ann, clock)
    nights = [p for p in garmin.paths()[before:] if p.startswith("/sleep-service/stats/sleep/daily/")]
    assert min(p.split("/")[-2] for p in nights) <= "2026-11-27"
    assert state(ann).reason == ""
