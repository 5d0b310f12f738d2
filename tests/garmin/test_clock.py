"""Requests are at least a second apart, whichever host they go to; and a clock that is set back does no harm."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from milevault_core import store
from milevault_core.actions import garmin as actions
from milevault_core.garmin import sign_in, sync
from milevault_core.store.garmin import connection
from tests.garmin.conftest import NOON, Hand, connect, run_until_done, state
from tests.garmin.standin import CODE, EMAIL, PASSWORD, Answer, StandIn, entry
from tests.garmin.test_sync import add, outcomes


def moments(garmin: StandIn, clock: Hand) -> list[datetime]:
    """The arrival times of all requests from now on."""
    arrived: list[datetime] = []
    garmin.before = lambda path: arrived.append(clock.time)
    return arrived


def apart_s(arrived: list[datetime]) -> list[float]:
    return [(b - a).total_seconds() for a, b in pairwise(arrived)]


@pytest.mark.parametrize("wants_code", [False, True])
def test_a_sign_in_keeps_a_second_between_its_requests(
    user: int, garmin: StandIn, clock: Hand, monkeypatch: pytest.MonkeyPatch, wants_code: bool
) -> None:
    clock.time = datetime.now(NOON.tzinfo)  # like the page's clock
    begun = clock.time
    arrived = moments(garmin, clock)
    garmin.wants_code = wants_code
    actions.connect(user, EMAIL, PASSWORD)
    sign_in.work(user, clock)
    if wants_code:
        actions.give_code(user, CODE)
        sign_in.work(user, clock)
    assert state(user).state == "ok"
    assert len(arrived) == len(garmin.seen) >= 3
    assert min(apart_s([begun, *arrived])) >= 1.0
    assert len({round(s, 3) for s in apart_s(arrived)}) > 1  # and not at a fixed interval


@pytest.mark.parametrize("is_revoked", [False, True])
def test_renewing_a_token_keeps_it_too(user: int, garmin: StandIn, clock: Hand, is_revoked: bool) -> None:
    """Before a call, or after a refused one: this makes two or three requests for one call."""
    connect(user, garmin, is_old=not is_revoked)
    if is_revoked:
        garmin.revoke()
    arrived = moments(garmin, clock)
    sync.run(user, clock)
    assert garmin.renewed == 1
    assert min(apart_s([NOON, *arrived])) >= 1.0


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=400)])
def test_a_clock_that_is_set_back_between_two_runs(
    ann: int, garmin: StandIn, clock: Hand, back: timedelta
) -> None:
    """A pass that began in what is now the future must not ask for the same days again and again."""
    add(garmin, 1)
    garmin.answer["/download-service/files/activity"] = Answer(500, times=1)
    sync.run(ann, clock)
    assert state(ann).state == "failing"
    assert state(ann).pass_began_at is not None
    clock.time -= back
    garmin.upload = f"{clock.time:%Y-%m-%dT%H:%M:%S}.0"
    before = len(garmin.seen)
    with store.session() as session:
        assert connection.due(session, clock.time + timedelta(hours=2)) == [ann]
    assert run_until_done(ann, clock) == 1
    assert len(garmin.seen) - before < 40
    clock.time += timedelta(hours=2)
    garmin.upload = "later"
    run_until_done(ann, clock)
    assert outcomes()["imported"] == 1


def test_a_clock_that_is_set_back_during_a_run(ann: int, garmin: StandIn, clock: Hand) -> None:
    def set_back(path: str) -> None:
        if path.startswith("/usersummary-service"):
            clock.time -= timedelta(hours=2)
            garmin.before = lambda path: None

    garmin.before = set_back
    assert run_until_done(ann, clock) == 1
    asked = [q["startDate"] for _, p, q in garmin.seen if p.startswith("/usersummary-service")]
    assert len(asked) == len(set(asked))


def test_days_that_were_fetched_in_the_future_come_again(ann: int, garmin: StandIn, clock: Hand) -> None:
    clock.time = NOON + timedelta(days=300)
    garmin.last_day = date(2027, 12, 31)
    with store.session() as session:
        connection.change(session, ann, {"first_day": date(2027, 9, 1)})
    run_until_done(ann, clock)
    clock.time = NOON
    with store.session() as session:
        connection.change(session, ann, {"first_day": date(2026, 11, 20)})
        assert connection.due(session, clock.time) == [ann]
    garmin.upload = "2026-11-29T11:00:00.0"
    run_until_done(ann, clock)
    final = store.read("SELECT day FROM garmin_days WHERE is_final AND day < '2026-12-01' ORDER BY day")
    assert final["day"].tolist() == [date(2026, 11, 20) + timedelta(days=n) for n in range(7)]


def test_a_refusal_in_a_future_that_was_none(ann: int, garmin: StandIn, clock: Hand) -> None:
    clock.time = NOON + timedelta(days=300)
    garmin.answer["/"] = Answer(429, times=1)
    sync.run(ann, clock)
    clock.time = NOON
    with store.session() as session:
        assert connection.due(session, clock.time) == [ann]
    run_until_done(ann, clock)
    assert state(ann).state == "ok"


def test_an_upload_in_the_future_makes_no_day_final_too_soon(ann: int, garmin: StandIn, clock: Hand) -> None:
    garmin.upload = "2031-01-01T00:00:00.0"
    run_until_done(ann, clock)
    final = store.read("SELECT max(day) AS day FROM garmin_days WHERE is_final")["day"][0]
    assert final == date(2026, 11, 26)
    calls = len(garmin.seen)
    clock.time += timedelta(minutes=31)
    sync.run(ann, clock)
    assert len(garmin.seen) == calls + 1


def test_two_people_with_the_same_account(ann: int, other_user: int, garmin: StandIn, clock: Hand) -> None:
    """Each gets all of it; when they share a token, the one who renews it too late has to sign in."""
    connect(other_user, garmin)
    add(garmin, 1)
    for who in (ann, other_user):
        run_until_done(who, clock)
        assert state(who).state == "ok"
    each = "SELECT user_id, count(*) AS n FROM garmin_activities WHERE fetched_at IS NOT NULL GROUP BY 1"
    assert dict(store.read(each).values.tolist()) == {ann: 1, other_user: 1}
    garmin.revoke()
    clock.time += timedelta(hours=1)
    garmin.upload = "later"
    for who in (ann, other_user):
        sync.run(who, clock)
    assert (state(ann).state, state(other_user).state) == ("ok", "needs_sign_in")


def test_a_token_that_is_renewed_between_two_pages_of_the_list(
    ann: int, garmin: StandIn, clock: Hand
) -> None:
    garmin.activities = [
        entry(n, f"2026-{1 + n // 28:02d}-{1 + n % 28:02d} 10:00:00", manualActivity=True) for n in range(250)
    ]
    pages = []

    def revoke(path: str) -> None:
        if path.startswith("/activitylist-service"):
            pages.append(path)
            if len(pages) == 2:
                garmin.revoke()

    garmin.before = revoke
    sync.run(ann, clock)
    assert garmin.renewed == 1
    assert state(ann).state == "ok"
    assert store.read("SELECT count(*) AS n FROM garmin_activities")["n"][0] == 250
