"""After killed, silent and stopped workers, each file is imported exactly once and nothing is incomplete."""

import signal
import subprocess
import sys
import time

import psutil
import pytest

from jobs.sweep import sweep
from milevault_core import store
from milevault_core.store import queue
from tests.jobs import processes
from tests.jobs.processes import ROOT, hand_over, original_held, running_jobs, value, worker_pids
from tests.waiting import patience, wait_for


def busy_workers(jobs: subprocess.Popen) -> set[int]:
    """The workers of a pool with something to import: one, because workers for routes wait until it is done."""
    return wait_for(lambda: len(found := worker_pids(jobs)) == 1 and found, "a worker")


def test_a_worker_killed_in_the_middle_of_an_import(user: int) -> None:
    items = hand_over(user, 5)
    with running_jobs() as start:
        with original_held(items[2]):
            jobs = start()
            wait_for(processes.waiting_backends, "a worker in the middle of an import")
            assert value("SELECT attempts FROM import_items WHERE id = %s", items[2]) == 1
            for pid in busy_workers(jobs):
                processes.kill(pid)
        killed = time.monotonic()
        processes.wait_until_done(20)
        print(f"done {time.monotonic() - killed:.1f} s after the kill")
    processes.assert_each_once(5)
    assert value("SELECT attempts FROM import_items WHERE id = %s", items[2]) == 2


def test_the_whole_jobs_process_killed_and_started_anew(user: int) -> None:
    items = hand_over(user, 5)
    with running_jobs() as start:
        with original_held(items[2]):
            jobs = start()
            wait_for(processes.waiting_backends, "a worker in the middle of an import")
            workers = busy_workers(jobs)
            for pid in (jobs.pid, *workers):
                processes.kill(pid)
            jobs.wait()
        start()
        processes.wait_until_done(20)
    processes.assert_each_once(5)


def test_workers_end_when_their_parent_is_killed(user: int) -> None:
    with running_jobs() as start:
        jobs = start()
        workers = [psutil.Process(pid) for pid in busy_workers(jobs)]
        processes.kill(jobs.pid)
        jobs.wait()
        assert not psutil.wait_procs(workers, timeout=patience(10))[1]


def test_a_file_whose_first_run_died_while_its_row_was_held_is_not_forgotten(user: int) -> None:
    """The dead worker's backend still locks the item, so the second run gives up; then the first is gone too."""
    items = hand_over(user, 1)
    first = value("SELECT id FROM procrastinate_jobs")
    with running_jobs() as start:
        with original_held(items[0]):
            jobs = start()
            (backend,) = wait_for(processes.waiting_backends, "a worker in the middle of an import")
            for pid in busy_workers(jobs):
                processes.kill(pid)
            here = "SELECT count(*) FROM procrastinate_jobs WHERE id = %s"
            wait_for(lambda: not value(here, first), "a second run that left")
            # Such a run is over within milliseconds, so look at the last job id given, not at the existing rows.
            given = "SELECT last_value FROM procrastinate_jobs_id_seq"
            before = value(given)
            wait_for(lambda: value(given) > before, "a new job for the file")
            assert processes.waiting_backends() == [backend]
        processes.wait_until_done(20)
    processes.assert_each_once(1)


def test_sigterm_under_work_ends_with_0_and_leaves_nothing_half(user: int) -> None:
    items = hand_over(user, 12, n=200)
    batch = value("SELECT import_id FROM import_items WHERE id = %s", items[0])
    with running_jobs(workers=2) as start:
        jobs = start()
        done = "SELECT count(*) FROM import_items WHERE state = 'done'"
        with processes.item_left(batch):
            wait_for(lambda: value(done) >= 3, "some files imported")
            jobs.send_signal(signal.SIGTERM)
            assert jobs.wait(patience(20)) == 0
            assert value(done) < 12  # it was stopped while working
        processes.assert_nothing_half()
        assert value("SELECT count(*) FROM activities") == value(done)
        start()
        processes.wait_until_done(30)
    processes.assert_each_once(12, n=200)


KILLER = """
import os, signal, sys
from milevault_core import formats, store
from milevault_core.imports import files as imports

formats.read = lambda data, name="": os.kill(os.getpid(), signal.SIGKILL)
for _ in range(3):
    worker = os.fork()  # so that what a worker imports is imported once
    if not worker:
        store.open(sys.argv[1])
        imports.process(int(sys.argv[2]))
        os._exit(1)
    assert os.waitpid(worker, 0)[1] == signal.SIGKILL
"""


def test_a_file_that_kills_its_worker_three_times_is_set_aside(user: int) -> None:
    bad, good = hand_over(user, 2)
    command = [sys.executable, "-c", KILLER, store.database().dsn, str(bad)]
    assert subprocess.run(command, cwd=ROOT).returncode == 0
    wait_for(lambda: not idle_in_transaction(), "the dead workers' transactions rolled back")
    with running_jobs() as start:
        start()
        processes.wait_until_done(20)
    outcomes = dict(processes.sql("SELECT id, outcome FROM import_items"))
    assert outcomes == {bad: "failed", good: "imported"}
    reason = value("SELECT reason FROM import_items WHERE id = %s", bad)
    assert reason == "This file stopped the import 3 times and was set aside."
    assert value("SELECT count(*) FROM activities") == 1


def idle_in_transaction() -> int:
    return value(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%%'"
    )


FAILING = """
import sys
from milevault_core.imports import files as imports

def fail(*_, **__):
    raise ZeroDivisionError("a defect of ours")

imports._import = fail
from jobs.worker import work

work(["import", "derive"], sys.argv[1])
"""


def test_a_file_that_fails_by_a_defect_of_ours_is_tried_again_and_then_set_aside(user: int) -> None:
    (item,) = hand_over(user, 1)
    command = [sys.executable, "-c", FAILING, store.database().dsn]
    worker = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        state = "SELECT state FROM import_items WHERE id = %s"
        wait_for(lambda: (sweep(), value(state, item))[1] == "done", "the file set aside")
    finally:
        worker.kill()
        worker.wait()
    assert processes.sql("SELECT outcome, attempts FROM import_items") == [("failed", 4)]
    assert value("SELECT count(*) FROM activities") == 0


@pytest.mark.parametrize("silent_s", [0.5, 60.0])
def test_lost_jobs_go_back_to_the_queue(user: int, silent_s: float) -> None:
    """A worker that has been silent for a long time loses its job; one that has just reported does not."""
    hand_over(user, 1)
    ((worker,),) = processes.sql(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s * interval '1 s') RETURNING id",
        silent_s,
    )
    processes.sql("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s RETURNING id", worker)
    processes.sql("UPDATE procrastinate_events SET at = at - %s * interval '1 s' RETURNING id", silent_s)
    sweep()
    assert value("SELECT status::text FROM procrastinate_jobs") == (
        "todo" if silent_s > queue.STALLED_S else "doing"
    )
