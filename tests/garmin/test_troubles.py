"""Whatever Garmin answers: the right state, a next try, nothing lost, nothing twice, and never a call too many."""

import threading
from datetime import timedelta
from email.utils import format_datetime

import pytest

from milevault_core import store
from milevault_core.accounts import vault
from milevault_core.garmin import client, manners, sync, tokens
from milevault_core.store.garmin import connection
from tests.garmin.conftest import NOON, Hand, connect, run_until_done, state
from tests.garmin.standin import CANARY, Answer, StandIn, entry, jwt
from tests.garmin.test_sync import add, outcomes

TOKEN, STAMP = "/di-oauth2-service/oauth/token", "/wellness-service/wellness/syncTimestamp"
HTML = b"<!DOCTYPE html><html><title>Just a moment ...</title></html>"


def token_of(user_id: int) -> str:
    return vault.unseal(user_id, tokens.PURPOSE, state(user_id).token or b"")


@pytest.mark.parametrize(("path", "said", "wait"), [
    (STAMP, "", timedelta(hours=1)),
    ("/activitylist-service", "4000", timedelta(seconds=4000)),
    ("/hrv-service", format_datetime(NOON + timedelta(hours=5)), timedelta(hours=5)),
    ("/download-service/files/activity", "nonsense", timedelta(hours=1)),
])  # fmt: skip
def test_a_429_of_the_api_ends_the_run(
    ann: int, garmin: StandIn, clock: Hand, path: str, said: str, wait: timedelta
) -> None:
    add(garmin, 1)
    garmin.answer[path] = Answer(429, headers={"Retry-After": said} if said else {})
    sync.run(ann, clock)
    assert garmin.paths()[-1].startswith(path)  # nothing more was asked for
    account = state(ann)
    assert (account.state, account.reason) == ("cooling_down", "api_limit")
    assert account.cooling_until is not None
    assert abs(account.cooling_until - NOON - wait) < timedelta(minutes=1)
    assert account.next_run_at == account.cooling_until
    asked = len(garmin.seen)
    sync.run(ann, clock)  # "Sync now" follows the same rules
    assert len(garmin.seen) == asked
    garmin.answer.clear()
    clock.time = account.cooling_until
    run_until_done(ann, clock)
    assert (state(ann).state, state(ann).cooling_steps) == ("ok", 0)
    assert outcomes()["imported"] == 1


def test_every_further_429_doubles_the_wait_up_to_a_day(ann: int, garmin: StandIn, clock: Hand) -> None:
    garmin.answer["/"] = Answer(429)
    waits = []
    for _ in range(7):
        sync.run(ann, clock)
        until = state(ann).cooling_until
        assert until is not None
        waits.append((until - clock.time) / timedelta(hours=1))
        clock.time = until
    assert waits == [1, 2, 4, 8, 16, 24, 24]
    assert len(garmin.seen) == 7


@pytest.mark.parametrize("is_old", [True, False])  # renewed before the call, or after a 401
@pytest.mark.parametrize(("answer", "kind", "reason"), [
    (Answer(429, headers={"Retry-After": "7200"}), "cooling_down", "token_limit"),
    (Answer(429), "cooling_down", "token_limit"),
    (Answer(400, b'{"error":"invalid_grant"}'), "needs_sign_in", "token_refused"),
    (Answer(401), "needs_sign_in", "token_refused"),
    (Answer(403), "failing", "token_trouble"),
    (Answer(500), "failing", "token_trouble"),
    (Answer(200, HTML), "failing", "token_trouble"),
    (Answer(200, b'{"access'), "failing", "token_trouble"),
])  # fmt: skip
def test_only_the_token_host_ends_a_session(
    user: int, garmin: StandIn, clock: Hand, is_old: bool, answer: Answer, kind: str, reason: str
) -> None:
    connect(user, garmin, is_old)
    if not is_old:
        garmin.revoke()
    garmin.answer[TOKEN] = answer
    before = token_of(user)
    sync.run(user, clock)
    account = state(user)
    assert (account.state, account.reason) == (kind, reason)
    assert garmin.paths("POST") == [TOKEN]  # once, and nothing after it
    assert garmin.paths()[-1] == TOKEN
    assert token_of(user) == before
    if answer.headers:
        assert account.next_run_at == clock.time + timedelta(hours=2)
    assert (account.next_run_at is None) == (kind == "needs_sign_in")
    with store.session() as session:
        due = connection.due(session, NOON + timedelta(days=400))
    assert due == ([] if kind == "needs_sign_in" else [user])


@pytest.mark.parametrize(("path", "answer", "reason"), [
    (STAMP, Answer(403, HTML, kind="text/html"), "blocked"),
    ("/activitylist-service", Answer(500), "garmin_trouble"),
    ("/download-service/files/activity", Answer(200, HTML, kind="text/html"), "not_data"),
    ("/metrics-service", Answer(200, b'{"data": [{"calendarDate": "2026-', cut=True), "unreachable"),
    ("/download-service/files/activity", Answer(200, b"PK\3\4 cut", cut=True), "unreachable"),
])  # fmt: skip
def test_trouble_goes_away_by_itself(
    ann: int, garmin: StandIn, clock: Hand, path: str, answer: Answer, reason: str
) -> None:
    add(garmin, 1)
    garmin.answer[path] = answer
    sync.run(ann, clock)
    account = state(ann)
    assert (account.state, account.reason, account.failing_since) == ("failing", reason, clock.time)
    assert len([p for p in garmin.paths() if p.startswith(path)]) == 1  # not tried again immediately
    assert account.next_run_at == clock.time + timedelta(minutes=30)
    garmin.answer.clear()
    clock.time = account.next_run_at
    run_until_done(ann, clock)
    assert (state(ann).state, state(ann).failing_since) == ("ok", None)
    assert outcomes()["imported"] == 1
    assert not outcomes()["failed"]


def test_an_answer_that_drips(
    ann: int, garmin: StandIn, clock: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A byte now and then keeps each wait short, but the whole answer would take for ever."""
    monkeypatch.setattr(client, "LONGEST_S", 0.1)
    garmin.answer["/usersummary-service"] = Answer(body=b"{}" * 5000, drips=True)
    sync.run(ann, clock)
    assert (state(ann).state, state(ann).reason) == ("failing", "slow")


def test_an_empty_file_is_asked_for_again(ann: int, garmin: StandIn, clock: Hand) -> None:
    number = add(garmin, 1)
    path = f"/download-service/files/activity/{number}"
    garmin.answer[path] = Answer(200, b"", times=1)
    sync.run(ann, clock)
    assert not outcomes()["imported"]
    clock.time += timedelta(hours=1)
    run_until_done(ann, clock)
    assert garmin.paths().count(path) == 2
    assert outcomes()["imported"] == 1
    names = store.read("SELECT name FROM import_items WHERE outcome = 'imported'")["name"].tolist()
    assert names == [f"{number}_ACTIVITY.gpx"]


def test_a_file_that_stays_empty_leaves_a_summary(ann: int, garmin: StandIn, clock: Hand) -> None:
    number = add(garmin, 1)
    garmin.answer[f"/download-service/files/activity/{number}"] = Answer(200, b"")
    for _ in range(3):
        sync.run(ann, clock)
        clock.time += timedelta(hours=1)
    assert outcomes()["imported"] == 1
    assert state(ann).state == "ok"


def test_a_token_whose_saving_failed_is_saved_after_the_call(
    user: int, garmin: StandIn, clock: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The package carries on whatever saving a renewed token raises, and the old token is worthless."""
    connect(user, garmin, is_old=True)
    save, failures = tokens.save, []

    def fails_once(user_id: int, token: str) -> None:
        if not failures:
            failures.append(token)
            raise OSError("the database is away")
        save(user_id, token)

    monkeypatch.setattr(tokens, "save", fails_once)
    sync.run(user, clock)
    assert len(failures) == garmin.renewed == 1
    assert garmin.refresh_token in token_of(user)


def test_how_long_to_keep_away_has_an_end() -> None:
    for said in ("99999999", format_datetime(NOON + timedelta(days=4000))):
        assert manners.cooling(NOON, 0, said) == NOON + manners.LONGEST
    for said in ("0", "-5", "nonsense", format_datetime(NOON - timedelta(days=1))):
        assert manners.cooling(NOON, 0, said) == NOON + timedelta(hours=1)


def test_while_it_fails_it_is_tried_less_and_less(ann: int, garmin: StandIn, clock: Hand) -> None:
    garmin.answer["/"] = Answer(503)
    waits = []
    for _ in range(7):
        sync.run(ann, clock)
        account = state(ann)
        assert account.next_run_at is not None
        waits.append((account.next_run_at - clock.time) / timedelta(hours=1))
        clock.time = account.next_run_at
    assert waits == pytest.approx([0.5, 0.5, 1, 2, 4, 6, 6], abs=0.01)
    began = state(ann).failing_since
    assert began is not None
    assert began - NOON < timedelta(minutes=1)


def test_a_server_that_does_not_answer(
    ann: int, garmin: StandIn, clock: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "TIMEOUT_S", 0.2)
    garmin.answer["/usersummary-service"] = Answer(wait=threading.Event())
    sync.run(ann, clock)
    assert (state(ann).state, state(ann).reason) == ("failing", "slow")


def test_a_network_that_is_down(
    user: int, garmin: StandIn, clock: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(user, garmin)
    monkeypatch.setattr(client, "BASE_URL", "http://127.0.0.1:1")
    sync.run(user, clock)
    assert (state(user).state, state(user).reason) == ("failing", "unreachable")
    connect(user, garmin, is_old=True)
    sync.run(user, clock)
    assert (state(user).state, state(user).reason) == ("failing", "token_unreachable")


def test_a_token_is_saved_as_soon_as_it_is_renewed(user: int, garmin: StandIn, clock: Hand) -> None:
    """Before the call that needed it is made, and even if that call then fails."""
    connect(user, garmin, is_old=True)
    saved = []

    def look(path: str) -> None:
        if path == STAMP:
            saved.append(garmin.refresh_token in token_of(user))

    garmin.before = look
    garmin.answer[STAMP] = Answer(500)
    sync.run(user, clock)
    assert saved == [True]
    assert garmin.renewed == 1
    garmin.answer.clear()
    clock.time += timedelta(hours=1)
    run_until_done(user, clock)
    assert garmin.renewed == 1
    assert state(user).state == "ok"


def test_a_session_that_was_taken_back_is_renewed(ann: int, garmin: StandIn, clock: Hand) -> None:
    garmin.revoke()
    run_until_done(ann, clock)
    assert state(ann).state == "ok"
    assert garmin.renewed == 1
    assert garmin.refresh_token in token_of(ann)


def test_an_api_that_refuses_a_fresh_token_is_no_reason_to_sign_in(
    ann: int, garmin: StandIn, clock: Hand
) -> None:
    garmin.answer[STAMP] = Answer(401, b'{"message": "Token is not active"}')
    sync.run(ann, clock)
    assert (state(ann).state, state(ann).reason) == ("failing", "refused")


def test_one_bad_activity_does_not_hold_up_the_others(ann: int, garmin: StandIn, clock: Hand) -> None:
    bad = add(garmin, 8)
    add(garmin, 7)
    garmin.files[bad] = garmin.files[bad][:-200]  # cut off
    for _ in range(4):
        sync.run(ann, clock)
        clock.time += timedelta(hours=7)
    run_until_done(ann, clock)
    assert outcomes()["imported"] == 1
    assert state(ann).state == "ok"
    garmin.files.update({bad: garmin.files[bad - 1]})
    add(garmin, 9)
    garmin.files[bad] = garmin.files[9_000_000_009]
    garmin.upload = "later"
    clock.time += timedelta(days=2)
    run_until_done(ann, clock)
    assert outcomes()["imported"] == 2
    assert not store.read("SELECT 1 FROM garmin_activities WHERE fetched_at IS NULL").size


def test_a_fault_of_ours_is_tried_again_in_half_an_hour(
    ann: int, garmin: StandIn, clock: Hand, monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    monkeypatch.setattr(sync.activities, "read_list", lambda *_: {}[CANARY])
    sync.run(ann, clock)
    account = state(ann)
    assert (account.state, account.reason) == ("failing", "internal")
    assert account.next_run_at is not None
    assert account.next_run_at >= clock.time + timedelta(minutes=30)
    assert "KeyError" in caplog.text
    assert CANARY not in caplog.text


def test_odd_entries_harm_nothing(ann: int, garmin: StandIn, clock: Hand) -> None:
    garmin.activities = [
        entry(1, "2026-11-20 10:00:00", activityName=None, activityType=None, gear=[], manualActivity=True),
        entry(2, "2026-11-21 10:00:00", duration=None, elapsedDuration=None, manualActivity=True),
        {"activityId": "x", "startTimeGMT": "2026-11-21 10:00:00"},
        {"activityId": 9_000_000_005, "startTimeGMT": "never", "activityName": "x" * 5000},
    ]
    run_until_done(ann, clock)
    assert state(ann).state == "ok"
    assert outcomes() == {"imported": 1, "failed": 2} | {k: n for k, n in outcomes().items() if k == "health"}


def test_three_hours_of_sleep_are_one_sync(ann: int, garmin: StandIn, clock: Hand) -> None:
    run_until_done(ann, clock)
    for _ in range(6):
        clock.time += timedelta(minutes=30)
    with store.session() as session:
        assert connection.due(session, clock.time) == [ann]
    sync.run(ann, clock)
    with store.session() as session:
        assert connection.due(session, clock.time) == []


def test_paused_and_disconnected_nothing_is_asked(ann: int, garmin: StandIn, clock: Hand) -> None:
    for values in ({"is_paused": True}, {"is_paused": False, "token": None}):
        with store.session() as session:
            connection.change(session, ann, values)
            assert connection.due(session, NOON + timedelta(days=1)) == []
        sync.run(ann, clock)
    assert garmin.seen == []


def test_pausing_ends_a_run_and_it_goes_on_there(ann: int, garmin: StandIn, clock: Hand) -> None:
    for number in range(6):
        add(garmin, number)

    def pause(path: str) -> None:
        if path.startswith("/download-service/files/activity"):
            with store.session() as session:
                connection.change(session, ann, {"is_paused": True})

    garmin.before = pause
    sync.run(ann, clock)
    fetched = [p for p in garmin.paths() if p.startswith("/download-service/files/activity")]
    assert len(fetched) == 1
    garmin.before = lambda path: None
    with store.session() as session:
        connection.change(session, ann, {"is_paused": False})
    clock.time += timedelta(minutes=1)
    run_until_done(ann, clock)
    again = [p for p in garmin.paths() if p.startswith("/download-service/files/activity")]
    assert len(again) == len(set(again)) == 6
    assert outcomes()["imported"] == 6


def test_a_token_of_another_key_needs_a_sign_in(
    ann: int, garmin: StandIn, clock: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    from milevault_core import config

    monkeypatch.setenv("SECRET_KEY", "f" * 10 + "0123456789abcdef" * 4)
    config.settings.cache_clear()
    sync.run(ann, clock)
    assert (state(ann).state, state(ann).reason) == ("needs_sign_in", "other_key")
    monkeypatch.setenv("SECRET_KEY_OLD", "0123456789abcdef" * 4)
    config.settings.cache_clear()
    with store.session() as session:
        connection.change(session, ann, {"state": "ok"})
    sync.run(ann, clock)
    assert state(ann).state == "ok"
    assert not vault.is_under_an_old_key(state(ann).token or b"")


def test_the_clock_of_the_token_is_the_machines(garmin: StandIn) -> None:
    assert CANARY in jwt(0)  # the canary is in every token of these tests
