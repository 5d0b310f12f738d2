"""Signing in with the real garminconnect: how it ends, and that the password is not kept anywhere afterwards."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from milevault_core import store
from milevault_core.accounts import vault
from milevault_core.actions import garmin as actions
from milevault_core.garmin import sign_in, sync, tokens
from milevault_core.store.garmin import connection, sign_ins
from milevault_core.store.garmin.sign_ins import SignIn
from milevault_core.store.queries import garmin as queries
from milevault_core.view import garmin as view
from tests.garmin.conftest import Hand, connect, run_until_done, state
from tests.garmin.standin import CODE, EMAIL, NAME, PASSWORD, Answer, StandIn

LOGIN, TOKEN = "/mobile/api/login", "/di-oauth2-service/oauth/token"
HTML = b"<html>Just a moment ...</html>"


@pytest.fixture(autouse=True)
def now(clock: Hand) -> None:
    clock.time = datetime.now(UTC)  # like the page's clock


def step(user_id: int) -> SignIn | None:
    with store.session() as session:
        return sign_ins.read(session, user_id)


def work(user_id: int, clock: Hand) -> tuple[str, str]:
    """Do what was asked; returns the step it ends with and the reason."""
    sign_in.work(user_id, clock)
    found = step(user_id)
    return (found.step, found.reason) if found else ("", "")


def test_a_password_becomes_a_token(user: int, garmin: StandIn, clock: Hand) -> None:
    actions.connect(user, EMAIL, PASSWORD)
    assert work(user, clock) == ("", "")
    account = state(user)
    assert account.state == "ok"
    token = json.loads(vault.unseal(user, tokens.PURPOSE, account.token or b""))
    assert token["di_refresh_token"] == garmin.refresh_token
    run_until_done(user, clock)
    assert (state(user).display_name, state(user).full_name, state(user).state) == (NAME, "Ann Example", "ok")
    assert [p for p in garmin.paths("POST") if "login" in p] == [LOGIN]  # the password was sent once


def test_the_code_in_another_process(user: int, garmin: StandIn, clock: Hand) -> None:
    garmin.wants_code = True
    actions.connect(user, EMAIL, PASSWORD)
    assert work(user, clock) == ("code_wanted", "")
    assert state(user).token is None
    actions.give_code(user, "00 00 00")
    assert work(user, clock) == ("code_wanted", "wrong_code")
    actions.give_code(user, CODE)
    assert work(user, clock) == ("", "")
    assert state(user).state == "ok"
    assert [p for p in garmin.paths("POST") if "login" in p] == [LOGIN]


def test_three_wrong_codes_end_it(user: int, garmin: StandIn, clock: Hand) -> None:
    garmin.wants_code = True
    actions.connect(user, EMAIL, PASSWORD)
    work(user, clock)
    for expected in (("code_wanted", "wrong_code"), ("code_wanted", "wrong_code"), ("failed", "wrong_codes")):
        actions.give_code(user, "999999")
        assert work(user, clock) == expected
    with pytest.raises(LookupError):
        actions.give_code(user, CODE)


def test_a_wrong_password(user: int, garmin: StandIn, clock: Hand) -> None:
    actions.connect(user, EMAIL, "wrong")
    assert work(user, clock) == ("failed", "wrong_password")
    assert garmin.paths("POST") == [LOGIN]
    assert state(user).token is None


def test_a_wrong_password_leaves_a_session_that_is_there(ann: int, garmin: StandIn, clock: Hand) -> None:
    before = state(ann).token
    actions.connect(ann, EMAIL, "wrong")
    assert work(ann, clock) == ("failed", "wrong_password")
    assert (state(ann).token, state(ann).state) == (before, "ok")


@pytest.mark.parametrize("path", ["/mobile/sso", LOGIN, TOKEN])
@pytest.mark.parametrize(("said", "hours"), [("", 1), ("7200", 2)])
def test_the_first_429_ends_it(
    user: int, garmin: StandIn, clock: Hand, path: str, said: str, hours: int
) -> None:
    garmin.answer[path] = Answer(429, headers={"Retry-After": said} if said else {})
    actions.connect(user, EMAIL, PASSWORD)
    reason = "token_limit" if path == TOKEN else "sign_in_limit"
    assert work(user, clock) == ("failed", reason)
    assert garmin.paths()[-1].startswith(path)
    assert len([p for p in garmin.paths() if p.startswith(path)]) == 1
    account = state(user)
    assert account.state == "cooling_down"
    assert account.cooling_until == clock.time + timedelta(hours=hours)
    asked = len(garmin.seen)
    with pytest.raises(ValueError, match="Garmin is refusing"):
        actions.connect(user, EMAIL, PASSWORD)
    sync.run(user, clock)
    assert len(garmin.seen) == asked


def test_a_429_for_the_code_ends_it_too(user: int, garmin: StandIn, clock: Hand) -> None:
    garmin.wants_code = True
    actions.connect(user, EMAIL, PASSWORD)
    work(user, clock)
    garmin.answer["/mobile/api/mfa"] = Answer(429)
    actions.give_code(user, CODE)
    assert work(user, clock) == ("failed", "sign_in_limit")
    assert len([p for p in garmin.paths("POST") if "mfa" in p]) == 1
    assert state(user).state == "cooling_down"


@pytest.mark.parametrize(("path", "answer", "reason"), [
    ("/", Answer(403, HTML), "sign_in_trouble"),
    ("/", Answer(500), "sign_in_trouble"),
    ("/", Answer(200, HTML), "sign_in_trouble"),
    (TOKEN, Answer(400), "no_token"),
    (TOKEN, Answer(200, HTML), "no_token"),
])  # fmt: skip
def test_what_is_no_fault_of_the_password(
    user: int, garmin: StandIn, clock: Hand, path: str, answer: Answer, reason: str
) -> None:
    garmin.answer[path] = answer
    actions.connect(user, EMAIL, PASSWORD)
    assert work(user, clock) == ("failed", reason)
    assert state(user).token is None
    if reason == "no_token":  # the password is not sent again to get another ticket
        assert len([p for p in garmin.paths("POST") if "login" in p]) == 1


def test_a_password_that_nobody_took_is_thrown_away(user: int, garmin: StandIn, clock: Hand) -> None:
    actions.connect(user, EMAIL, PASSWORD)
    clock.time += timedelta(minutes=11)
    assert work(user, clock) == ("failed", "too_late")
    assert garmin.seen == []
    found = step(user)
    assert found is not None
    assert found.sealed is None


def test_a_worker_that_is_killed_meanwhile(user: int, garmin: StandIn, clock: Hand) -> None:
    """The password is removed from the database before Garmin is asked."""
    seen = []

    def look(path: str) -> None:
        found = step(user)
        assert found is not None
        seen.append((found.step, found.sealed))

    garmin.before = look
    actions.connect(user, EMAIL, PASSWORD)
    work(user, clock)
    assert seen
    assert set(seen) <= {("working", None)}
    with store.session() as session:
        until = clock.time + timedelta(minutes=5)
        sign_ins.put(session, user, SignIn("working", "", None, False, 0, until))
    assert work(user, clock) == ("failed", "interrupted")


def test_a_token_that_was_brought_along(user: int, garmin: StandIn, clock: Hand) -> None:
    actions.bring_token(user, garmin.token())
    assert work(user, clock) == ("", "")
    assert garmin.seen == []
    run_until_done(user, clock)
    assert (state(user).state, state(user).display_name) == ("ok", NAME)
    for wrong in ("", "{}", '{"di_token": "x"}', garmin.token().replace("A_CLIENT", ""), "[1]"):
        with pytest.raises(ValueError, match=r"garmin_tokens\.json"):
            actions.bring_token(user, wrong)


def test_an_account_of_china(
    user: int, garmin: StandIn, clock: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    from milevault_core.garmin import client
    from milevault_core.garmin.manners import Pace

    actions.bring_token(user, garmin.token(), is_china=True)
    work(user, clock)
    assert state(user).is_china
    monkeypatch.setattr(client, "BASE_URL", "")
    inner = client.make(True, lambda _: None, Pace(clock)).client
    hosts = (inner._connectapi, inner._sso, inner._di_token_url)
    assert all(".garmin.cn" in host for host in hosts), hosts


def test_disconnecting_forgets_all_that_is_sealed(ann: int, garmin: StandIn, clock: Hand) -> None:
    actions.connect(ann, EMAIL, PASSWORD)
    actions.disconnect(ann)
    with store.session() as session:
        assert session.scalar(text("SELECT count(*) FROM garmin_sign_ins")) == 0
    assert state(ann).token is None
    sign_in.work(ann, clock)  # the job that was queued finds nothing
    sync.run(ann, clock)
    assert garmin.seen == []


@pytest.mark.parametrize("path", [LOGIN, TOKEN])
@pytest.mark.parametrize("answer", ["code", "token", "refusal"])
def test_a_sign_in_that_ends_after_disconnecting_brings_nothing_back(
    user: int, garmin: StandIn, clock: Hand, path: str, answer: str
) -> None:
    garmin.wants_code = answer == "code"
    if answer == "refusal":
        garmin.answer[path] = Answer(400)
    garmin.before = lambda asked: actions.disconnect(user) if asked == path else None
    actions.connect(user, EMAIL, PASSWORD)
    if (answer, path) == ("code", TOKEN):
        work(user, clock)
        actions.give_code(user, CODE)
    assert work(user, clock) == ("", "")
    assert (state(user).token, state(user).state) == (None, "disconnected")


def test_a_sign_in_that_was_asked_for_anew_meanwhile(user: int, garmin: StandIn, clock: Hand) -> None:
    """The result of the first one is no longer what the user wants."""
    actions.connect(user, EMAIL, "wrong")
    again = [lambda: actions.connect(user, EMAIL, PASSWORD)]
    garmin.before = lambda path: again.pop()() if path == LOGIN and again else None
    assert work(user, clock) == ("asked", "")
    assert work(user, clock) == ("", "")
    assert state(user).state == "ok"


def test_a_sign_in_that_is_taken_late_has_its_time(user: int, garmin: StandIn, clock: Hand) -> None:
    """It waited nine minutes for a worker; the page must not say a minute later that it was discarded."""
    seen = []

    def look(path: str) -> None:
        row = queries.state(user).iloc[0].to_dict()
        later = clock.time + timedelta(minutes=5)
        seen.append((view.is_signing_in(row, later), view.sign_in_trouble(row, later)))

    actions.connect(user, EMAIL, PASSWORD)
    clock.time += timedelta(minutes=9)
    garmin.before = look
    assert work(user, clock) == ("", "")
    assert set(seen) == {(True, "")}


def test_a_429_while_signing_in_again_does_not_wake_a_dead_session(
    ann: int, garmin: StandIn, clock: Hand
) -> None:
    with store.session() as session:
        connection.change(
            session, ann, {"state": "needs_sign_in", "reason": "token_refused", "next_run_at": None}
        )
    garmin.answer[LOGIN] = Answer(429)
    actions.connect(ann, EMAIL, PASSWORD)
    assert work(ann, clock) == ("failed", "sign_in_limit")
    account = state(ann)
    assert account.cooling_until is not None
    assert (account.state, account.next_run_at) == ("needs_sign_in", None)
    with store.session() as session:
        assert connection.due(session, account.cooling_until + timedelta(days=1)) == []
    asked = len(garmin.seen)
    clock.time = account.cooling_until
    sync.run(ann, clock)
    assert len(garmin.seen) == asked
    row = queries.state(ann).iloc[0].to_dict()
    assert view.standing(row, "UTC", clock.time).text.startswith("Needs a sign-in. What is here stays")


def test_a_run_that_ends_after_disconnecting_brings_nothing_back(
    user: int, garmin: StandIn, clock: Hand
) -> None:
    connect(user, garmin, is_old=True)
    garmin.before = lambda path: actions.disconnect(user)
    sync.run(user, clock)
    assert (state(user).token, state(user).state) == (None, "disconnected")
