"""When a part of Garmin's health data fails, the rest comes; what is missing is asked for again, but not for ever."""

import threading
from datetime import date, timedelta

import pytest

from milevault_core import store
from milevault_core.actions import garmin as actions
from milevault_core.garmin import client, sync, wellness
from milevault_core.store.garmin import days
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
    sync.run(ann, clock)  # the watch has not uploaded anything since
    assert len([p for p in garmin.paths() if p.startswith(path)]) == tries
    assert state(ann).reason == f"left_out {call}"

    garmin.answer.clear()  # the failure was temporary
    before, health = len(garmin.paths()), outcomes()["health"]
    clock.time += timedelta(hours=7)
    run_until_done(ann, clock)
    again = [p for p in garmin.paths()[before:] if p.startswith(path)]
    assert again
    assert (state(ann).state, state(ann).reason) == ("ok", "")
    assert outcomes()["health"] >= health + (path != ZIP)
    assert not store.read("SELECT 1 FROM garmin_days WHERE attempts > 0").size


def test_what_never_comes_is_given_up(ann: int, garmin: StandIn, clock: Hand) -> None:
    """After four tries at growing intervals, for past days; the last three days come again with each upload."""
    path = "/metrics-service/metrics/trainingreadiness"
    garmin.answer[path] = Answer(403)
    for hours in (0, 1, 6, 7, 18, 25, 72, 7):
        clock.time += timedelta(hours=hours)
        run_until_done(ann, clock)
    asked = [p for p in garmin.paths() if p.startswith(path)]
    days = store.read("SELECT day, is_final, attempts FROM garmin_days ORDER BY day")
    final = days.loc[days["is_final"], "day"].tolist()
    assert final[-1] == date(2026, 11, 26)
    assert set(days.loc[days["is_final"], "attempts"]) == {4}
    old = [p for p in asked if p.split("/")[-2] == "2026-11-20"]
    assert len(old) == 4
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
    """A run gives it up after three refusals in a row; it is then asked for alone, three more times."""
    connect(user, garmin, first_day=clock.time.date() - timedelta(days=364))
    path = "/metrics-service/metrics/trainingreadiness"
    garmin.answer[path] = Answer(403)
    calls = []
    for hours in (0, 7, 25, 97):
        clock.time += timedelta(hours=hours)
        before = len(garmin.paths())
        run_until_done(user, clock)
        calls.append(len(garmin.paths()) - before)
    assert calls[0] <= 120  # as for a year when every call is answered
    assert max(calls[1:3]) <= 25  # the last three days, which come again, and that one call a few times
    assert calls[3] <= 40  # four more days
    assert len([p for p in garmin.paths() if p.startswith(path)]) <= 7 * wellness.TIRED
    days = store.read("SELECT is_final, attempts FROM garmin_days ORDER BY day")
    assert set(days.loc[days["is_final"], "attempts"]) == {4}
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


def test_a_kind_that_is_out_for_days_is_not_lost(user: int, garmin: StandIn, clock: Hand) -> None:
    """Including days that were never asked for because the run had given the call up."""
    connect(user, garmin, first_day=clock.time.date() - timedelta(days=364))
    garmin.first_day = date(2025, 1, 1)
    path = "/metrics-service/metrics/trainingreadiness"
    garmin.answer[path] = Answer(500)
    for hours in (0, 7, 25, 24):
        clock.time += timedelta(hours=hours)
        run_until_done(user, clock)
    garmin.answer.clear()
    clock.time += timedelta(days=4)
    before = len(garmin.seen)
    run_until_done(user, clock)
    asked = [p.split("/")[-2:] for p in garmin.paths()[before:] if p.startswith(path)]
    assert min(first for first, _ in asked) == "2025-11-30"
    assert store.read("SELECT count(*) AS n FROM garmin_days WHERE attempts > 0")["n"][0] == 0
    assert state(user).reason == ""


def test_a_day_that_lacks_something_else_is_not_taken_for_whole(
    ann: int, garmin: StandIn, clock: Hand
) -> None:
    """It lies between two days for which one kind is asked for again, and itself waits for another kind."""
    with store.session() as session:
        for day, call, hours in (
            (20, "get_weigh_ins", 9),
            (21, "get_hrv_data_range", 1),
            (22, "get_weigh_ins", 9),
        ):
            when = date(2026, 11, day)
            days.note(session, ann, when, when, when, clock.time - timedelta(hours=hours), {when: {call}})
    run_until_done(ann, clock)
    rows = store.read("SELECT left_out, is_final FROM garmin_days WHERE day = '2026-11-21'")
    assert rows.to_dict("records") == [{"left_out": "get_hrv_data_range", "is_final": False}]
    clock.time += timedelta(hours=6)
    before = len(garmin.seen)
    run_until_done(ann, clock)
    assert any(p.startswith("/hrv-service/hrv/daily/2026-11-21") for p in garmin.paths()[before:])
    assert store.read("SELECT is_final FROM garmin_days WHERE day = '2026-11-21'")["is_final"][0]


def test_a_429_in_the_middle_of_asking_again(ann: int, garmin: StandIn, clock: Hand) -> None:
    """What was not answered stays open, and does not count as a try."""
    add(garmin, 1)
    garmin.answer[ZIP] = Answer(500)
    garmin.answer["/hrv-service"] = Answer(500)
    run_until_done(ann, clock)
    garmin.answer = {"/hrv-service": Answer(429)}
    clock.time += timedelta(hours=7)
    sync.run(ann, clock)
    assert state(ann).state == "cooling_down"
    old = "SELECT left_out, attempts FROM garmin_days WHERE day = '2026-11-22'"
    assert store.read(old).to_dict("records") == [{"left_out": "get_hrv_data_range", "attempts": 1}]
    garmin.answer.clear()
    clock.time += timedelta(hours=1, minutes=1)
    run_until_done(ann, clock)
    assert not store.read("SELECT 1 FROM garmin_days WHERE left_out <> ''").size
    assert (state(ann).state, state(ann).reason) == ("ok", "")


def test_disconnecting_in_the_middle_of_asking_again(ann: int, garmin: StandIn, clock: Hand) -> None:
    garmin.answer["/hrv-service"] = Answer(500)
    run_until_done(ann, clock)
    garmin.answer.clear()
    clock.time += timedelta(hours=7)
    garmin.before = lambda path: actions.disconnect(ann) if path.startswith("/hrv-service") else None
    sync.run(ann, clock)
    last = len(garmin.seen)
    assert (state(ann).token, state(ann).state) == (None, "disconnected")
    clock.time += timedelta(days=1)
    sync.run(ann, clock)
    assert len(garmin.seen) == last


def test_a_call_that_alone_is_refused_holds_up_nothing(ann: int, garmin: StandIn, clock: Hand) -> None:
    add(garmin, 1)
    garmin.answer["/metrics-service/metrics/trainingreadiness"] = Answer(401)
    run_until_done(ann, clock)
    assert (state(ann).state, state(ann).reason) == ("ok", "left_out get_training_readiness_range")
    assert outcomes()["imported"] == 1
    assert garmin.renewed <= wellness.TIRED


def test_health_data_that_hangs_does_not_hold_up_activities(
    ann: int, garmin: StandIn, clock: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "TIMEOUT_S", 0.2)
    add(garmin, 1)
    garmin.answer[ZIP] = Answer(wait=threading.Event())
    sync.run(ann, clock)
    assert (state(ann).state, state(ann).reason) == ("failing", "slow")
    assert outcomes()["imported"] == 1
