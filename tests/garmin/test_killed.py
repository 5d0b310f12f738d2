"""kill -9 in the middle of a back-fill and right after a token was renewed: nothing is lost, nothing comes twice."""

import os
import signal
import subprocess
import sys
import threading
from datetime import date, timedelta

from milevault_core import store
from milevault_core.accounts import vault
from milevault_core.garmin import tokens
from tests.garmin.conftest import Hand, connect, run_until_done, state
from tests.garmin.standin import StandIn
from tests.garmin.test_client import ROOT
from tests.garmin.test_sync import add, outcomes


def killed_at(user_id: int, garmin: StandIn, path: str, number: int, hours: int = 0) -> None:
    """Sync in another process, which is killed while it waits for the answer to the `number`-th request for `path`."""
    reached, count, released = threading.Event(), [0], threading.Event()

    def stop_at(asked: str) -> None:
        if asked.startswith(path):
            count[0] += 1
            if count[0] == number:
                reached.set()
                released.wait(20)

    garmin.before = stop_at
    words = [store.database().dsn, garmin.url, str(user_id), str(hours)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.garmin.killed", *words], cwd=ROOT, env=os.environ
    )
    try:
        assert reached.wait(60), "it never came so far"
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        garmin.before = lambda path: None
        released.set()


def test_in_the_middle_of_a_back_fill(user: int, garmin: StandIn, clock: Hand) -> None:
    garmin.first_day = date(2026, 6, 1)
    connect(user, garmin, first_day=date(2026, 6, 1))
    for number in range(5):
        add(garmin, number)
    killed_at(user, garmin, "/usersummary-service", 3)
    here = store.read("SELECT count(*) AS n FROM garmin_days")["n"][0]
    assert here > 0
    killed_at(user, garmin, "/metrics-service/metrics/maxmet", 2, hours=1)
    clock.time += timedelta(hours=2)
    run_until_done(user, clock)
    assert state(user).state == "ok"
    assert outcomes()["imported"] == 5
    assert not outcomes()["failed"]
    days = store.read("SELECT day FROM garmin_days ORDER BY day")["day"].tolist()
    assert days == [
        date(2026, 6, 1) + timedelta(days=n) for n in range((date(2026, 11, 29) - days[0]).days + 1)
    ]
    ranges = [query["startDate"] for _, path, query in garmin.seen if path.startswith("/usersummary-service")]
    old = [day for day in ranges if day < "2026-11-01"]
    assert len(old) <= len(set(old)) + 2  # only the two ranges at which it was killed were asked for again
    names = store.read("SELECT name FROM import_items WHERE name LIKE '%daily summaries%'")["name"].tolist()
    assert len(names) == len(set(names))


def test_in_the_middle_of_an_activity(ann: int, garmin: StandIn, clock: Hand) -> None:
    for number in range(4):
        add(garmin, number)
    killed_at(ann, garmin, "/download-service/files/activity", 3)
    assert store.read("SELECT count(*) AS n FROM garmin_activities WHERE fetched_at IS NOT NULL")["n"][0] == 2
    clock.time += timedelta(hours=1)
    run_until_done(ann, clock)
    assert outcomes()["imported"] == 4
    assert not outcomes()["duplicate"]


def test_right_after_a_token_was_renewed(user: int, garmin: StandIn, clock: Hand) -> None:
    """The old token is worthless now; the call that needed the new one is still open."""
    connect(user, garmin, is_old=True)
    killed_at(user, garmin, "/wellness-service/wellness/syncTimestamp", 1)
    assert garmin.renewed == 1
    assert garmin.refresh_token in vault.unseal(user, tokens.PURPOSE, state(user).token or b"")
    clock.time += timedelta(hours=1)
    run_until_done(user, clock)
    assert (state(user).state, garmin.renewed) == ("ok", 1)
