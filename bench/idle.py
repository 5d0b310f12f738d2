"""`manage.py bench idle [SECONDS]`: what an unused installation costs after it has worked; how soon it then imports a
file; and what it needs while it imports an archive. SECONDS of rest are measured (600; fewer to try it).

PSS: memory that processes share is counted once. CPU time covers all processes, including the database's.
"""

import os
import tempfile
import threading
import time
import zipfile

import psutil

from bench import figure, running, scratch
from bench.hour import hour_fit
from milevault_core import store
from milevault_core.accounts import sessions, users
from milevault_core.imports import archives, files

REST_S = 240  # until nothing is left of the earlier work: workers end after a minute, visitors are forgotten after two
FILES = int(os.environ.get("BENCH_FILES", "300"))


def run(seconds: str = "600") -> list[dict]:
    with running.running() as here:
        store.open(data=here.data)
        scratch.note_database()
        account = users.by_username(running.USER)
        assert account is not None
        try:
            figures = _archive(here, account.id)
            _look_around(here, account.id)
            time.sleep(REST_S)
            return [*_idle(here, float(seconds)), *_first_file(account.id), *figures]
        finally:
            store.close()


def _archive(here: running.Running, user_id: int) -> list[dict]:
    """Import an archive of one-hour files with everything derived from them, and measure the peak memory."""
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for number in range(FILES):
                archive.writestr(f"{number}.fit", hour_fit(number, seed=number))
        file.seek(0)
        upload_id = archives.from_stream(user_id, "export.zip", file, "command", look=False)
        with PeakMemory(here) as most:
            begun = time.monotonic()
            archives.start(user_id, upload_id)
            _wait(_is_quiet)
            took_s = time.monotonic() - begun
    return [
        figure("an archive of one-hour files, imported and derived: files", FILES, "files"),
        figure("the same, wall clock here and now", took_s, "s"),
        figure("all processes together, at most (PSS)", most.mb, "MB", "at most 1200"),
        figure("the largest worker (PSS)", most.worker_mb, "MB", "at most 350"),
        figure("import workers and the one for routes at a time", most.workers, "", "at most 3"),
    ]


def _look_around(here: running.Running, user_id: int) -> None:
    """Open every page once, as in a visit."""
    token = sessions.create(user_id)
    ids = store.read("SELECT id FROM activities WHERE user_id = $1 LIMIT 1", (user_id,))["id"]

    async def visit() -> None:
        async with running.Tab(here.address, token) as tab:
            for _, address in running.site_map():
                await tab.open(address, f"id={ids.iloc[0]}" if address == "activity" else "")

    import asyncio

    asyncio.run(visit())


def _idle(here: running.Running, seconds: float) -> list[dict]:
    before, begun = running.family_cpu_s(here.family()), time.monotonic()
    time.sleep(seconds)
    family = here.family()
    after, took_s = running.family_cpu_s(family), time.monotonic() - begun
    used_s = sum(spent - before.get(pid, 0.0) for pid, spent in after.items())
    sizes = sorted(((running.pss_mb(p), _name(p)) for p in family), reverse=True)
    for size, name in sizes[:6]:
        print(f"  {size:6.0f} MB  {name}")
    return [
        figure("idle: all processes together (PSS)", sum(size for size, _ in sizes), "MB", "at most 450"),
        figure("idle: processor, of one core", 100 * used_s / took_s, "%", "at most 1"),
        figure("idle: rested for", took_s, "s"),
    ]


def _first_file(user_id: int) -> list[dict]:
    begun = time.monotonic()
    (item,) = files.add(user_id, files.begin(user_id, "page"), "new.fit", hour_fit(FILES + 1))
    _wait(
        lambda: _value(f"SELECT count(*) FROM import_items WHERE id = {item} AND state = 'done'") == 1, 0.02
    )
    return [figure("the first file after that, imported after", time.monotonic() - begun, "s", "at most 3")]


class PeakMemory:
    """Peak memory, sampled twice a second."""

    def __init__(self, here: running.Running) -> None:
        self._here = here
        self.mb = self.worker_mb = 0.0
        self.workers = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(0.5):
            sizes = [(running.pss_mb(process), _name(process)) for process in self._here.family()]
            workers = [size for size, name in sizes if "worker" in name]
            self.mb = max(self.mb, sum(size for size, _ in sizes))
            self.worker_mb = max([self.worker_mb, *workers])
            self.workers = max(self.workers, len(workers))


def _name(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())[-60:].strip()
    except psutil.Error:
        return ""


def _is_quiet() -> bool:
    return not _value(
        "SELECT (SELECT count(*) FROM import_items WHERE state = 'waiting') + "
        "(SELECT count(*) FROM dirty_activities) + "
        "(SELECT count(*) FROM dirty_days) + (SELECT count(*) FROM dirty_steps) + "
        "(SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')) + "
        "(SELECT count(*) FROM uploads WHERE state = 'listing')"
    )


def _value(sql: str) -> int:
    return int(store.read(sql).iloc[0, 0])


def _wait(is_done, every_s: float = 0.5, patience_s: float = 3600.0) -> None:
    end = time.monotonic() + patience_s
    while not is_done():
        if time.monotonic() > end:
            raise TimeoutError("It did not come to its end.")
        time.sleep(every_s)
