"""The worker pool: a dead worker is replaced, and import workers stay small."""

import math
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from jobs import worker, worker_pool
from jobs.stand_in import StandIn
from jobs.worker_pool import WorkerPool
from milevault_core import store
from milevault_core.store import engine, queue, server_rows
from milevault_core.store.jobs_channel import NAME, Channel, is_listening, say_look
from tests.jobs import processes
from tests.jobs.processes import ROOT, hand_over, running_jobs, worker_pids
from tests.waiting import run_apart, wait_for

HEAVY = (
    "sklearn",
    "numba",
    "llvmlite",
)  # imported by tslearn; their compiled parts appear in a process's memory map


def loaded(pid: int) -> str:
    return Path(f"/proc/{pid}/maps").read_text()


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="this system does not show memory maps")
def test_a_dead_worker_is_replaced_and_none_for_imports_loads_tslearn(user: int) -> None:
    hand_over(user, 3)
    with running_jobs() as start:
        jobs = start()
        (first,) = wait_for(lambda: worker_pids(jobs), "a worker")
        processes.wait_until_done()
        assert not [name for name in HEAVY if f"/{name}/" in loaded(first)]
        processes.kill(first)
        wait_for(lambda: worker_pids(jobs) - {first}, "a new worker")
        hand_over(user, 4)  # three of them are duplicates
        processes.wait_until_done()
        assert jobs.poll() is None
        jobs.terminate()
        jobs.wait(30)
    with store.session() as session:
        told = {task: jobs_done for task, jobs_done, _ in server_rows.durations(session)}
    assert {"process_activity_file", "derive"} <= told.keys(), "a worker that ends tells what it has done"
    assert processes.sql("SELECT outcome, count(*) FROM import_items GROUP BY 1 ORDER BY 1") == [
        ("duplicate", 3),
        ("imported", 4),
    ]


@pytest.mark.parametrize(
    ("load", "posts"),
    [
        ({}, [0]),  # the one that is kept ready
        ({"import": (1, 0)}, [0]),
        ({"import": (3, 1), "derive": (1, 0)}, [0, 1]),
        ({"routes": (1, 0)}, [0, 3]),
        ({"garmin": (1, 0)}, [0, 2]),
        ({"garmin": (1, 0), "import": (5, 0)}, [0, 1, 2]),
        ({"routes": (0, 1)}, [0]),  # it is already running
        ({"routes": (1, 0), "import": (0, 2)}, [0, 1]),  # only once the imports are done
    ],
)
def test_workers_are_there_as_far_as_there_is_work(load: dict, posts: list[int]) -> None:
    assert WorkerPool("", 2, until_idle=False).needed(load) == posts


def test_until_idle_without_work_needs_nobody() -> None:
    assert WorkerPool("", 2, until_idle=True).needed({}) == []


def test_nobody_stays_at_hand_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five minutes after the last job the last worker is told to end; the next job starts one again."""
    pool = WorkerPool("", 2, until_idle=False)
    pool.processes[0] = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        pool.keep({})
        assert pool.processes[0].poll() is None
        monkeypatch.setattr(worker_pool, "AT_HAND_S", -1.0)
        assert pool.needed({"import": (1, 0)}) == [0]
        told: list[int] = []
        end = pool.processes[0].terminate
        monkeypatch.setattr(pool.processes[0], "terminate", lambda: told.append(len(told)))
        pool.keep({})
        pool.keep({})
        assert told == [0], "a second signal would end it in the middle of a job"
        end()
        assert pool.processes[0].wait(20) == -signal.SIGTERM
        pool.keep({})
        assert (pool.processes, pool.last_death) == ({}, -math.inf), "that is no death to be told of"
    finally:
        for process in pool.processes.values():
            process.kill()
            process.wait()


def test_a_jobs_process_without_a_worker_reports_in_its_place(user: int) -> None:
    stand_in = StandIn()
    for is_needed in (True, True, False, True):
        stand_in._beaten = -math.inf
        stand_in.keep(is_needed)
        assert processes.sql("SELECT count(*) FROM procrastinate_workers") == [(int(is_needed),)]
    processes.sql("DELETE FROM procrastinate_workers RETURNING id")  # as if others had considered it dead
    stand_in._beaten = -math.inf
    stand_in.keep(True)
    with store.session() as session:
        assert queue.workers_alive(session) == 1
    stand_in.stop()
    assert processes.sql("SELECT count(*) FROM procrastinate_workers") == [(0,)]


def test_routes_do_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = WorkerPool("", 2, until_idle=False)
    load = {"import": (100, 2), "routes": (1, 0)}
    assert 3 not in pool.needed(load)
    monkeypatch.setattr(worker_pool, "_ROUTES_WAIT_S", -1.0)
    assert 3 in pool.needed(load)


@pytest.mark.parametrize(
    ("is_kept", "has_worked", "is_busy", "rested_s", "mb", "is_over"),
    [
        (True, False, False, 3600, 60, False),  # still small
        (True, True, False, 61, 150, True),  # a small one replaces it
        (False, False, False, 61, 60, True),  # another worker took the job it was started for
        (False, True, False, 10, 150, False),
        (False, True, False, 10, 400, True),  # large ones end sooner
        (True, True, True, 3600, 400, False),
    ],
)
def test_when_a_worker_ends(
    monkeypatch: pytest.MonkeyPatch, is_kept: bool, has_worked: bool, is_busy: bool, rested_s: float, mb: float,
    is_over: bool,
) -> None:  # fmt: skip
    state = worker.WorkerState(is_kept)
    state.has_worked, state.is_busy, state.rested_since = has_worked, is_busy, time.monotonic() - rested_s
    monkeypatch.setattr(worker, "resident_mb", lambda: mb)
    assert state.is_over() == is_over


def test_a_rest_begins_when_there_was_no_job(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a worker may need longer to ask for its first job than it may be idle; it would end before, and
    so would the next one."""
    monkeypatch.setattr(worker, "resident_mb", lambda: 60)
    state = worker.WorkerState(is_kept=False, idle_s=1.0)
    state.rested_since = time.monotonic() - 20
    assert not state.is_over()

    async def fetch(**_: object) -> None:
        return None

    run_apart(state.asking(fetch))
    assert not state.is_over()
    state.rested_since = time.monotonic() - 2
    assert state.is_over()


def test_the_jobs_process_hears_of_a_new_job_and_of_who_asks_it_to_look(user: int) -> None:
    reading, writing = os.pipe()
    channel = Channel(store.database().dsn)
    try:
        assert channel.wait(0.0, reading)  # a new connection: a notification may have been missed
        assert not channel.wait(0.0, reading)
        hand_over(user, 1)
        assert channel.wait(20.0, reading)
        with store.session() as session:
            assert is_listening(session)
            say_look(store.raw(session))
        assert channel.wait(20.0, reading)
        processes.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name = %s",
            NAME,
        )
        assert wait_for(lambda: channel.wait(0.0, reading), "the broken connection")
        assert channel.wait(0.0, reading)  # reconnected
        os.write(writing, b"x")
        assert not channel.wait(20.0, reading)
    finally:
        channel.close()
        os.close(reading)
        os.close(writing)


def test_what_was_done_is_told_once(database: engine.Database) -> None:
    """For /metrics: the queue deletes finished jobs, so the worker adds each to a sum. Failed jobs do not count."""
    state = worker.WorkerState(is_kept=False)
    state.has_worked = True  # so it loads nothing

    async def does() -> None:
        pass

    async def fails() -> None:
        raise OSError("no")

    for task, work in (("derive", does), ("derive", does), ("undo_import", does), ("derive", fails)):
        context = SimpleNamespace(job=SimpleNamespace(id=1, task_name=task))
        with suppress(OSError):
            run_apart(partial(state.around, work, context, SimpleNamespace(worker_id=3, app=None)))
    for _ in range(2):
        worker.save_times(state.untold())
    with store.session() as session:
        told = server_rows.durations(session)
    assert [(task, jobs) for task, jobs, _ in told] == [("derive", 2), ("undo_import", 1)]
    assert all(0 < seconds < 60 for _, _, seconds in told)


PROGRAM = """
import sys
from jobs import tasks, worker
from milevault_core import formats
from milevault_core.derive import clean as derive

{extra}
worker._load()
for scope in ("activity", "day", "athlete"):
    for queue in ("derive", "routes"):
        derive.steps_of(scope, queue)
print(*sorted({{"tslearn", "sklearn", "numba"}} & set(sys.modules)))
"""


@pytest.mark.parametrize(("extra", "expected"), [("", ""), ("import tslearn.metrics", "tslearn")])
def test_no_task_step_or_reader_imports_tslearn(extra: str, expected: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(extra=extra)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split()[-1:] == ([expected] if expected else [])


def test_a_worker_that_has_lost_the_database_ends_so_that_another_begins_anew() -> None:
    state = worker.WorkerState(is_kept=True)
    state.has_worked = state.has_lost_database = state.is_busy = True
    assert not state.is_over(), "its job first"
    state.is_busy = False
    assert state.is_over()
