"""`manage.py bench import`: a Strava-shaped zip of 1,000 mixed one-hour files, end to end with the real workers.

It is sent in pieces, planned, imported and derived. Wall-clock time depends on how busy this machine is, so the budgets
are for the CPU time of all processes and their database on two cores. BENCH_FILES sets another number of files.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil

from bench import figure, scratch
from bench.import_files import write_export
from milevault_core import store
from milevault_core.imports import archives
from milevault_core.store.queries import uploads as upload_queries

ROOT = Path(__file__).resolve().parents[1]
PIECE = 4 << 20


def run() -> list[dict]:
    many = int(os.environ.get("BENCH_FILES", "1000"))
    tenth = many / 1000
    doubles, broken = max(1, round(15 * tenth)), max(1, round(10 * tenth))
    with tempfile.TemporaryFile() as file, scratch.database() as user_id:
        fit, gpx = round(600 * tenth), round(200 * tenth)
        distinct, points = write_export(file, fit, gpx, many - fit - gpx, doubles, broken)
        size = file.tell()
        environment = os.environ | {"DATABASE_URL": store.database().dsn, "JOBS_WORKERS": "2"}
        jobs = subprocess.Popen([sys.executable, "-m", "jobs"], cwd=ROOT, env=environment)
        watch = Watch(jobs.pid)
        try:
            return _measure(user_id, file, size, watch, many, distinct, points)
        finally:
            watch.stop()
            jobs.terminate()
            jobs.wait()


def _measure(
    user_id: int, file, size: int, watch: "Watch", many: int, distinct: int, points: int
) -> list[dict]:
    wait_until(
        lambda: _value("SELECT count(*) FROM procrastinate_workers") >= 1
    )  # started, nothing to do yet
    begun = time.monotonic()
    file.seek(0)
    upload = archives.begin(user_id, "export_bench.zip", size)
    at = 0
    while data := file.read(PIECE):
        at = archives.append(user_id, upload.id, at, data)
    sent = time.monotonic() - begun
    wait_until(lambda: (upload_queries.one(user_id, upload.id) or {}).get("state") == "planned")
    made = upload_queries.one(user_id, upload.id)
    assert made is not None
    plan = made["plan"]
    watch.look()
    before, begun = watch.cpu(), time.monotonic()
    import_id = archives.start(user_id, upload.id)
    files = f"SELECT count(*) FROM import_items WHERE import_id = {import_id}"
    wait_until(lambda: _value(files) >= many and not _value(f"{files} AND state = 'waiting'"))
    imported_s = time.monotonic() - begun
    watch.look()
    imported_cpu = watch.cpu() - before
    wait_until(_is_quiet)
    derived_s = time.monotonic() - begun
    watch.look()
    derived_cpu = watch.cpu() - before
    here = _value("SELECT count(DISTINCT o.sha256) FROM original_files o")
    points_here = _value("SELECT count(*) FROM activity_data_points")
    assert points_here == points, (points_here, points)
    return [
        figure("files in the archive", many, "files"),
        figure("distinct sha256 kept", here, "files", f"at least {distinct}"),
        figure("points", points_here, "points"),
        figure("size of the archive", size / 2**20, "MB"),
        figure("sending it", sent, "s"),
        figure("the plan, CPU and waiting", plan["plan_s"], "s"),
        figure(
            "the plan's share of the import's CPU time", plan["plan_cpu_s"] / derived_cpu, "", "at most 0.2"
        ),
        figure("imported, wall clock here and now", many / imported_s, "files/s"),
        figure("imported and all derived, wall clock here and now", many / derived_s, "files/s"),
        figure("imported, by CPU time on two cores", 2 * many / imported_cpu, "files/s", "at least 20"),
        figure(
            "imported and all derived, by CPU time on two cores",
            2 * many / derived_cpu,
            "files/s",
            "at least 15",
        ),
        figure("CPU of a file, imported", 1000 * imported_cpu / many, "ms"),
        figure("CPU of a file, all derived too", 1000 * derived_cpu / many, "ms"),
        figure("the largest worker, resident", watch.largest_mb(), "MB", "at most 350"),
        figure("growth of an import worker in the second half", watch.growth_mb(), "MB", "at most 30"),
        *_guess(plan["import_s"] / plan["workers"] / derived_s),
    ]


def _guess(ratio: float) -> list[dict]:
    """An estimate that is too long is as bad as one that is too short."""
    off = max(ratio, 1 / ratio)
    return [
        figure("the plan's guess over what it took, by wall clock", ratio, ""),
        figure("the plan's guess is off by a factor of", off, "", "at most 1.5"),
    ]


def _is_quiet() -> bool:
    return not _value(
        "SELECT (SELECT count(*) FROM dirty_activities) + (SELECT count(*) FROM dirty_days) + "
        "(SELECT count(*) FROM dirty_steps) + "
        "(SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing'))"
    )


def _value(sql: str) -> int:
    return int(store.read(sql).iloc[0, 0])


def wait_until(is_done, patience_s: float = 3600.0) -> None:
    end = time.monotonic() + patience_s
    while not is_done():
        if time.monotonic() > end:
            raise TimeoutError("The import did not come to its end.")
        time.sleep(0.25)


class Watch:
    """CPU seconds and resident memory of the job processes and of the database's backends, sampled every second."""

    def __init__(self, jobs_pid: int) -> None:
        self.jobs = psutil.Process(jobs_pid)
        backend = int(store.read("SELECT pg_backend_pid() AS pid")["pid"].iloc[0])
        self.postmaster = psutil.Process(backend).parent() if psutil.pid_exists(backend) else None
        self.used: dict[int, float] = {}
        self.resident: dict[int, list[float]] = {}
        self.going = True
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while self.going:
            self.look()
            time.sleep(1.0)

    def look(self) -> None:
        ours = [self.jobs, *_children(self.jobs)]
        for process in [*ours, *(_children(self.postmaster) if self.postmaster else [])]:
            with suppress(psutil.Error):
                times = process.cpu_times()
                self.used[process.pid] = times.user + times.system
                if process in ours[1:]:
                    self.resident.setdefault(process.pid, []).append(process.memory_info().rss / 2**20)

    def cpu(self) -> float:
        return sum(self.used.values())

    def largest_mb(self) -> float:
        return max((max(seen) for seen in self.resident.values()), default=0.0)

    def growth_mb(self) -> float:
        """How much more memory an import worker held at the end than at any time in the first half of its life: the
        worse of the two busiest processes, which are the import workers. (The routes worker grows once, when it loads
        tslearn.)"""
        busiest = sorted(self.resident, key=lambda pid: -self.used.get(pid, 0.0))[:2]
        series = [self.resident[pid] for pid in busiest]
        return max((seen[-1] - max(seen[: len(seen) // 2 or 1]) for seen in series), default=0.0)

    def stop(self) -> None:
        self.going = False
        self.thread.join()


def _children(process: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return process.children(recursive=True)
    return []
