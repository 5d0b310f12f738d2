"""Garmin Connect in the jobs process: what is due is enqueued once, and a separate worker does it."""

from datetime import UTC, datetime, timedelta

import pytest

from jobs import sweep
from milevault_core import store
from milevault_core.actions import garmin as actions
from milevault_core.store.garmin import connection, sign_ins
from tests.jobs.processes import running_jobs, sql
from tests.waiting import wait_for


def put(user_id: int, **values: object) -> None:
    with store.session() as session:
        connection.make(session, user_id)
        usual = {"token": b"sealed by nobody", "state": "ok", "next_run_at": datetime.now(UTC)}
        connection.change(session, user_id, usual | values)


def queued() -> list[tuple[str, int]]:
    rows = store.read(
        "SELECT task_name, (args->>'user_id')::int AS u FROM procrastinate_jobs WHERE status = 'todo'"
    )
    return sorted(zip(rows["task_name"], rows["u"], strict=True))


def test_what_is_due_is_enqueued_once(user: int, other_user: int) -> None:
    put(user, next_run_at=datetime.now(UTC) - timedelta(hours=3))  # the machine was suspended
    put(other_user, next_run_at=datetime.now(UTC) + timedelta(minutes=5))
    for _ in range(6):
        sweep.sync_all_garmin_connect()
    actions.sync_now(user)
    assert queued() == [("garmin_connect_sync", user)]


@pytest.mark.parametrize(
    "values",
    [
        {"state": "needs_sign_in"},
        {"is_paused": True},
        {"token": None},
        {"cooling_until": datetime.now(UTC) + timedelta(days=7)},
        {"next_run_at": None},
    ],
)
def test_what_is_not_due_is_left_alone(user: int, values: dict) -> None:
    put(user, **values)
    sweep.sync_all_garmin_connect()
    assert queued() == []


def test_a_password_that_nobody_used_is_forgotten(user: int, other_user: int) -> None:
    now = datetime.now(UTC)
    with store.session() as session:
        for user_id, until in ((user, now - timedelta(seconds=1)), (other_user, now + timedelta(minutes=9))):
            sign_ins.put(session, user_id, sign_ins.SignIn("asked", "", b"sealed", False, 0, until))
    sweep.sync_all_garmin_connect()
    rows = store.read("SELECT user_id, sealed FROM garmin_sign_ins")
    assert dict(zip(rows["user_id"], rows["sealed"].notna(), strict=True)) == {user: False, other_user: True}


def test_a_worker_does_it(user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token cannot be unsealed, so no request is sent."""
    monkeypatch.setenv("SECRET_KEY", "0123456789abcdef" * 4)
    put(user)
    with running_jobs() as start:
        start()
        actions.sync_now(user)
        wait_for(lambda: sql("SELECT state, reason FROM garmin_connect_configs")[0][0] != "ok", "the state")
    assert sql("SELECT state, reason FROM garmin_connect_configs") == [("needs_sign_in", "other_key")]
