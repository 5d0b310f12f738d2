"""The machine's clock was wrong and is set right: what was noted by the wrong one must not count for years."""

import pytest

from milevault_core import store
from milevault_core.accounts import sessions, throttle
from milevault_core.imports import files
from milevault_core.store import queue
from tests.jobs.processes import sql, value


def later(table: str, *columns: str) -> None:
    """As if the row had been written ten years later, by a clock that is now set right."""
    sql(f"UPDATE {table} SET " + ", ".join(f"{c} = {c} + interval '10 years'" for c in columns))


def test_a_failed_sign_in_of_the_future_locks_nobody_out(database) -> None:
    by = throttle.keys("ann", None)
    for _ in range(3):
        throttle.attempt(by)
    assert not throttle.attempt(by)
    later("login_attempts", "last_failed_at")
    assert throttle.attempt(by)
    assert not throttle.attempt(by)  # and counting goes on by the right clock
    later("login_attempts", "last_failed_at")
    sessions.forget_expired()
    assert value("SELECT count(*) FROM login_attempts") == 0


def test_a_session_of_the_future_ends(user: int) -> None:
    token = sessions.create(user)
    assert sessions.user_of(token)
    later("sessions", "created_at", "last_seen_at", "expires_at")
    assert sessions.user_of(token) is None
    sessions.forget_expired()
    assert value("SELECT count(*) FROM sessions") == 0


def test_an_hour_back_signs_nobody_out(user: int) -> None:
    token = sessions.create(user)
    sql("UPDATE sessions SET created_at = created_at + interval '1 hour', "
        "last_seen_at = last_seen_at + interval '1 hour', expires_at = expires_at + interval '1 hour'")  # fmt: skip
    assert sessions.user_of(token)


@pytest.mark.parametrize(
    ("ahead", "status"), [("1 second", "doing"), ("1 hour", "todo"), ("10 years", "todo")]
)
def test_a_worker_that_died_in_the_future_has_lost_its_job(user: int, ahead: str, status: str) -> None:
    (item,) = files.add(user, files.begin(user, "page"), "a.gpx", b"<gpx/>")
    assert item
    ((worker,),) = sql(
        f"INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() + interval '{ahead}') RETURNING id"
    )
    sql("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", worker)
    sql(f"UPDATE procrastinate_events SET at = at + interval '{ahead}'")
    with store.session() as session:
        queue.retry_lost(session)
    assert value("SELECT status::text FROM procrastinate_jobs") == status
