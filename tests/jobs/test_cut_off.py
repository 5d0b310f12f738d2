"""Two machines work for one database, and one of them is cut off in the middle of an import."""

import os
import signal
from contextlib import closing

import psutil
import psycopg
import pytest

from jobs.sweep import sweep
from milevault_core import store
from milevault_core.store import queue
from tests.jobs import processes
from tests.jobs.processes import hand_over, original_held, running_jobs, sql, value, worker_pids
from tests.waiting import wait_for

pytestmark = pytest.mark.timeout(600)
DONE = "SELECT count(*) FROM import_items WHERE state = 'done'"


def family(jobs) -> list[int]:
    return [jobs.pid, *worker_pids(jobs)]


def test_a_machine_that_freezes_in_an_import_and_comes_back(
    user: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it is frozen (suspended, or the network is down), its transaction stays open and its row locked."""
    monkeypatch.setattr(queue, "CUT_OFF_S", 3.0)
    monkeypatch.setattr(queue.cut_off_silent, "__defaults__", (3.0,))
    items = hand_over(user, 6)
    with running_jobs() as start:
        with original_held(items[2]):
            first = start()
            wait_for(processes.waiting_backends, "the first machine in the middle of an import")
            frozen = family(first)
            for pid in frozen:
                os.kill(pid, signal.SIGSTOP)
        # Its transaction now has the row locks, but its process does not respond.
        held = "SELECT count(*) FROM pg_stat_activity WHERE application_name ~ '^milevault worker' AND state LIKE %s"
        wait_for(lambda: value(held, "idle in transaction%"), "the frozen machine's open transaction")
        start()
        wait_for(lambda: value(DONE) >= 5, "the other machine at work")

        def is_done() -> bool:
            sweep(2.0)  # as every jobs process does every two seconds; here with the shortened silence
            return processes.all_done()

        wait_for(is_done, "the frozen machine's file done by the other", 60)
        processes.assert_each_once(6)

        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
        more = processes.files.begin(user, "page")
        for day in range(10, 16):
            processes.files.add(user, more, f"{day}.gpx", processes.gpx_file(day))
        processes.wait_until_done(60)
        wait_for(
            lambda: psutil.pid_exists(first.pid) and len(worker_pids(first)) >= 1, "the first machine back"
        )
    processes.assert_each_once(12)


def test_the_sweep_ends_the_transaction_of_a_worker_that_is_silent(
    user: int, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue.cut_off_silent, "__defaults__", (0.0,))
    with (
        closing(psycopg.connect(database_url, application_name=f"{queue.WORKER} 1")) as silent,
        closing(psycopg.connect(database_url, application_name="psql")) as no_worker,
    ):
        for each in (silent, no_worker):
            each.execute("SELECT 1")  # starts its transaction
        sweep()
        no_worker.execute("SELECT 1")
        with pytest.raises(psycopg.OperationalError):
            silent.execute("SELECT 1")


def test_a_machine_whose_connections_are_cut(user: int) -> None:
    items = hand_over(user, 5)
    with running_jobs() as start:
        with original_held(items[1]):
            start()
            (backend,) = wait_for(processes.waiting_backends, "the first machine in the middle of an import")
            start()
            sql("SELECT pg_terminate_backend(%s)", backend)
        processes.wait_until_done(60)
    processes.assert_each_once(5)


def test_a_living_worker_is_not_cut_off(user: int) -> None:
    """However long its transaction takes, a worker that reports is alive."""
    items = hand_over(user, 1)
    with running_jobs() as start:
        with original_held(items[0]):
            start()
            wait_for(processes.waiting_backends, "a worker in the middle of an import")
            begun = "SELECT min(xact_start) < clock_timestamp() - interval '5 s' FROM pg_stat_activity " \
                "WHERE application_name LIKE 'milevault worker %%'"  # fmt: skip
            wait_for(lambda: value(begun), "a transaction of some age", 30)
            with store.session() as session:
                assert queue.cut_off_silent(session, 4.0) == 0
        processes.wait_until_done(30)
    processes.assert_each_once(1)
    assert value("SELECT attempts FROM import_items") == 1
