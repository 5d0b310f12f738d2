"""A job that PostgreSQL aborts because of a deadlock is retried at once, and its worker does not treat it as a lost
database.
"""

import threading
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace

import psycopg
import pytest

from jobs import tasks, worker
from milevault_core import store
from milevault_core.imports import undo
from milevault_core.store import deadlock
from tests.jobs.processes import value
from tests.waiting import run_apart, wait_for

ROW = "SELECT 1 FROM users WHERE id = %s FOR UPDATE"
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def deadlocked(first: int, second: int) -> None:
    """Hold `first` and want `second`, while another transaction holds `second` and wants `first`. This one is always
    the one that is aborted, because it has the shorter deadlock timeout."""
    with store.session() as session, psycopg.connect(store.database().dsn) as other:
        connection = store.raw(session)
        connection.execute("SET LOCAL deadlock_timeout = '1ms'")
        connection.execute(ROW, (first,))
        other.execute("SET LOCAL deadlock_timeout = '1h'")
        other.execute(ROW, (second,))
        waiting = threading.Thread(target=other.execute, args=(ROW, (first,)))
        waiting.start()
        try:
            wait_for(lambda: value(WAITING), "the other transaction", every_s=0.01)
            connection.execute(ROW, (second,))
        finally:
            connection.rollback()
            waiting.join()


@pytest.fixture
def meets(user: int, other_user: int) -> Callable[..., list[int]]:
    """`meets(runs, times)` records each run, and has a deadlock in the first `times` runs."""

    def run(runs: list[int], times: int, *_: object) -> None:
        runs.append(len(runs))
        if len(runs) <= times:
            deadlocked(user, other_user)

    return run


@pytest.mark.parametrize("times", [1, deadlock.AGAIN])
def test_a_job_is_run_again_at_once(meets, monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    runs: list[int] = []
    monkeypatch.setattr(undo, "run", partial(meets, runs, times))
    tasks.undo_import(user_id=1, import_id=1)
    assert len(runs) == times + 1


def test_it_is_not_run_for_ever(meets, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    monkeypatch.setattr(undo, "run", partial(meets, runs, 100))
    with pytest.raises(store.UNAVAILABLE) as failed:
        tasks.undo_import(user_id=1, import_id=1)
    assert deadlock.is_deadlock(failed.value)
    assert len(runs) == deadlock.AGAIN + 1


def test_another_fault_is_not_repeated() -> None:
    runs: list[int] = []

    def fails() -> None:
        runs.append(1)
        raise psycopg.OperationalError("away")

    with pytest.raises(psycopg.OperationalError):
        deadlock.repeated(fails)
    assert runs == [1]


@pytest.mark.parametrize("is_lost", [False, True])
def test_a_deadlock_is_no_lost_database(user: int, other_user: int, is_lost: bool) -> None:
    state = worker.WorkerState(is_kept=False)
    state.has_worked = True  # so it loads nothing

    async def fails() -> None:
        if is_lost:
            raise psycopg.OperationalError("away")
        deadlocked(user, other_user)

    context = SimpleNamespace(job=SimpleNamespace(id=1, task_name="undo_import"))
    with pytest.raises(psycopg.OperationalError):
        run_apart(partial(state.around, fails, context, SimpleNamespace(worker_id=3, app=None)))
    assert state.is_over() is is_lost
