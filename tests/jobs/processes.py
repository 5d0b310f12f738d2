"""Real `python -m jobs` processes and what the database says about their work, for the queue's tests."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import psutil
import psycopg

from milevault_core import store
from milevault_core.imports import files
from tests.builders import gpx
from tests.waiting import wait_for

ROOT = Path(__file__).resolve().parents[2]


def gpx_file(day: int, n: int = 60) -> bytes:
    """A run on a day of its own."""
    start = gpx.START + timedelta(days=day)
    return gpx.gpx(gpx.track(gpx.points(n, start=start, lat=47 + day / 100))).encode()


def hand_over(user: int, count: int, n: int = 60) -> list[int]:
    """Add a batch of `count` different files; the ids of its items."""
    batch = files.begin(user, "page")
    return [files.add(user, batch, f"{day}.gpx", gpx_file(day, n))[0] for day in range(count)]


@contextmanager
def running_jobs(workers: int = 1) -> Iterator[Callable[[], subprocess.Popen]]:
    """Start `python -m jobs` on this process's database; at the end all of them and their workers are killed."""
    started: list[subprocess.Popen] = []
    family: dict[int, psutil.Process] = {}
    environment = os.environ | {
        "DATABASE_URL": store.database().dsn,
        "JOBS_WORKERS": str(workers),
        "BACKUP_AT": "never",
    }

    def start() -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-m", "jobs"], cwd=ROOT, env=environment, start_new_session=True
        )
        started.append(process)
        return process

    try:
        yield start
    finally:
        for process in started:
            with suppress(psutil.NoSuchProcess):
                family |= {p.pid: p for p in psutil.Process(process.pid).children(recursive=True)}
            process.kill()
            process.wait()
        for member in family.values():
            with suppress(psutil.NoSuchProcess):
                member.kill()
        psutil.wait_procs(list(family.values()), timeout=10)


def worker_pids(jobs: subprocess.Popen) -> set[int]:
    """The worker processes of a `python -m jobs`."""
    with suppress(psutil.NoSuchProcess):
        found = psutil.Process(jobs.pid).children()
        return {p.pid for p in found if "jobs.worker" in p.cmdline() and p.status() != "zombie"}
    return set()


def sql(query: str, *parameters) -> list[tuple]:
    """Rows of a query, on a separate connection."""
    with psycopg.connect(store.database().dsn, autocommit=True) as connection:
        cursor = connection.execute(query, parameters)
        return cursor.fetchall() if cursor.description else []


def value(query: str, *parameters):
    return sql(query, *parameters)[0][0]


def all_done() -> bool:
    """Whether every item is done, nothing is queued and nothing is dirty."""
    return not value(
        "SELECT (SELECT count(*) FROM import_items WHERE state <> 'done') + (SELECT count(*) FROM procrastinate_jobs "
        "WHERE status IN ('todo', 'doing')) + (SELECT count(*) FROM dirty_activities) + "
        "(SELECT count(*) FROM dirty_days)"
    )


def wait_until_done(within_s: float = 20.0) -> None:
    wait_for(all_done, "every file imported and everything derived", within_s)


def assert_each_once(count: int, n: int = 60) -> None:
    """Check that each of `count` files of `n` points is one activity with all its points, and nothing is incomplete."""
    assert sql("SELECT outcome, count(*) FROM import_items GROUP BY 1") == [("imported", count)]
    assert value("SELECT count(*) FROM activities") == count
    assert value("SELECT count(DISTINCT original_id) FROM activity_recordings") == count
    assert_nothing_half()
    assert sql("SELECT DISTINCT count(*) FROM activity_data_points GROUP BY activity_id") == [(n,)]
    assert value("SELECT sum(activity_count) FROM day_totals") == count
    computed = "SELECT count(DISTINCT activity_id) FROM activity_metrics WHERE origin = 'computed'"
    assert value(computed) == count


def assert_nothing_half() -> None:
    """Check that there are no points without activity, and no activity without its points, recording and item."""
    stray = "SELECT count(*) FROM activity_data_points WHERE activity_id NOT IN (SELECT id FROM activities)"
    assert value(stray) == 0
    torn = (
        "SELECT count(*) FROM activities a WHERE point_count <> "
        "(SELECT count(*) FROM activity_data_points p WHERE p.activity_id = a.id) "
        "OR NOT EXISTS (SELECT 1 FROM activity_recordings r WHERE r.activity_id = a.id) "
        "OR NOT EXISTS (SELECT 1 FROM import_items i WHERE a.id = ANY (i.activities))"
    )
    assert value(torn) == 0


@contextmanager
def original_held(item_id: int) -> Iterator[psycopg.Connection]:
    """Lock the item's original, so that a worker importing the item waits in the middle of its transaction."""
    with psycopg.connect(store.database().dsn) as connection:
        connection.execute(
            "SELECT 1 FROM original_files WHERE id = (SELECT original_id FROM import_items WHERE id = %s) FOR UPDATE",
            (item_id,),
        )
        yield connection


@contextmanager
def item_left(import_id: int) -> Iterator[None]:
    """Lock the last item of a batch, so that it is not done however fast the others are: workers skip a locked item."""
    with psycopg.connect(store.database().dsn) as connection:
        last = "(SELECT max(id) FROM import_items WHERE import_id = %s)"
        connection.execute(f"SELECT 1 FROM import_items WHERE id = {last} FOR UPDATE", (import_id,))
        yield


def waiting_backends() -> list[int]:
    """Process ids of the database backends that wait for a row in an import."""
    found = sql(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' "
        "AND query LIKE '%%original_files%%'"
    )
    return [pid for (pid,) in found]


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
