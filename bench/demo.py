"""`manage.py bench demo`: from the click on "Look around with demo data" to everything derived, by two workers."""

import os
import subprocess
import sys
import time
from collections.abc import Callable

import psutil

from bench import figure, scratch
from milevault_core import store
from milevault_core.commands import ROOT
from milevault_core.demo import life
from milevault_core.store import queue
from milevault_core.store.queries import demo as queries

WORKERS = 2


def run() -> list[dict]:
    with scratch.database() as user_id:
        environment = os.environ | {"DATABASE_URL": store.database().dsn, "JOBS_WORKERS": str(WORKERS)}
        jobs = subprocess.Popen([sys.executable, "-m", "jobs"], cwd=ROOT, env=environment)
        try:
            _wait(_all_there, jobs)
            cpu_s = _cpu_s(jobs) + scratch.server_cpu_s()
            began = time.monotonic()
            life.begin(user_id)
            clicked_s = time.monotonic() - began
            first_s = _wait(lambda: queries.batches(user_id)["activities"].sum() > 0, jobs) - began
            made_s = _wait(lambda: not queries.batches(user_id)["jobs"].sum(), jobs) - began
            done_s = _wait(lambda: not queries.batches(user_id)["dirty"].sum(), jobs) - began
            cpu_s = _cpu_s(jobs) + scratch.server_cpu_s() - cpu_s
            there = int(queries.batches(user_id)["activities"].sum())
            points = int(store.read("SELECT sum(point_count)::int8 AS n FROM activities")["n"].iloc[0])
            began = time.monotonic()
            life.remove(user_id)
            gone_s = _wait(lambda: queries.batches(user_id).empty, jobs) - began
        finally:
            jobs.terminate()
            jobs.wait()
    return [
        figure("activities", there, "", f"at least {life.ACTIVITIES}"),
        figure("points", points / 1e6, "million"),
        figure("the click itself", clicked_s, "s", "at most 0.5"),
        figure("first activity there", first_s, "s"),
        figure("all activities there", made_s, "s"),
        figure("everything derived", done_s, "s", "at most 30"),
        figure("CPU of workers and database for it", cpu_s, "s", f"at most {30 * WORKERS}"),
        figure("gone again", gone_s, "s", "at most 10"),
    ]


def _cpu_s(jobs: subprocess.Popen) -> float:
    """CPU seconds of the jobs process and its workers so far."""
    parent = psutil.Process(jobs.pid)
    return sum(sum(p.cpu_times()[:2]) for p in (parent, *parent.children(recursive=True)))


def _all_there() -> bool:
    with store.session() as session:
        return queue.workers_alive(session) > 0


def _wait(come: Callable[[], bool], jobs: subprocess.Popen, patience_s: float = 300) -> float:
    """Wait until `come` returns true; the time (time.monotonic) at which it did."""
    end = time.monotonic() + patience_s
    while not come():
        if jobs.poll() is not None or time.monotonic() > end:
            raise RuntimeError("the jobs process did not do it")
        time.sleep(0.1)
    return time.monotonic()
