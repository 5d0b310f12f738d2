"""`manage.py bench backup [S|L1|L2]`: a backup and its verification by a restore: time and memory.

On a busy machine, wall-clock time says nothing about the program. Then the budget applies to the CPU time of both sides
together, which is stricter (they work at the same time).

The database of `--data` or DATABASE_URL is measured if `bench make` filled it; it is only read. Otherwise an athlete's
history (L1: 5,000 activities, 18 million points, their files) is first made in a temporary folder, which takes minutes.
Each measured run is a process of its own, so that only its memory counts; the server's CPU time is that of all
backends.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from bench import figure, make, scratch
from milevault_core import config, store
from milevault_core.backup import tables, verify

BUDGET_S = {"S": (3, 6), "L1": (90, 240), "L2": (180, 480)}  # backup, restore
_ATHLETES = {"S": "athlete", "L1": "athlete", "L2": "athlete1"}
_ACTIVITIES = {"S": 100, "L1": 5_000, "L2": 1_000}

_BACKUP = "from milevault_core.backup import make; make.write(sys.argv[1], Path(sys.argv[2]))"
_RESTORE = "from milevault_core.backup import restore; restore.restore(sys.argv[1], Path(sys.argv[2]))"


@dataclass(frozen=True)
class Measurement:
    wall_s: float
    cpu_s: float  # of our process
    server_cpu_s: float
    memory_mb: float  # peak of our process


def run(size: str = "L1") -> list[dict]:
    backup_s, restore_s = BUDGET_S[size]
    with _life(size) as dsn, tempfile.TemporaryDirectory(prefix="milevault-bench-") as folder:
        file = Path(folder) / "backup.tar"
        made = _measure(_BACKUP, dsn, file)
        with verify.scratch(dsn) as elsewhere:
            restored = _measure(_RESTORE, elsewhere, file)
            points = _points(elsewhere)
            is_same = tables.digests(elsewhere) == tables.digests(dsn)
        size_mb = file.stat().st_size / 1e6
    return [
        figure("points", points, ""),
        *_times("backup", made, backup_s),
        figure("backup, most memory", made.memory_mb, "MB", "at most 300"),
        figure("size of the file", size_mb, "MB"),
        *_times("restore, digests compared", restored, restore_s),
        figure("restore, most memory", restored.memory_mb, "MB", "at most 300"),
        figure("tables equal, row by row", float(is_same), "", "at least 1"),
    ]


def _times(name: str, measured: Measurement, most_s: int) -> list[dict]:
    """Wall-clock time and CPU time, one of them with the budget."""
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    is_quiet = load <= cores + 1  # ourselves and the server
    budget, beside = f"at most {most_s}", f"load {load:.1f} on {cores} cores"
    cpu_s = measured.cpu_s + measured.server_cpu_s
    return [
        figure(name, measured.wall_s, "s", budget if is_quiet else "", beside),
        figure(f"{name}: CPU, ours and the server's", cpu_s, "s", "" if is_quiet else budget, beside),
    ]


@contextmanager
def _life(size: str) -> Iterator[str]:
    """A database with that many activities."""
    if size not in BUDGET_S:
        raise make.CommandError(f"There is no size {size!r}: S, L1 or L2.")
    settings = config.settings()
    if settings.database_url or (settings.data / "pg" / "PG_VERSION").exists():
        database = store.open()
        try:
            if _is_made(size):
                scratch.note_database()
                yield database.dsn
                return
        finally:
            store.close()
    with tempfile.TemporaryDirectory(prefix="milevault-bench-") as folder:
        os.environ["MILEVAULT_DATA"] = folder
        os.environ["DATABASE_URL"] = ""
        config.settings.cache_clear()
        make.run(size)
        database = store.open()
        try:
            yield database.dsn
        finally:
            store.close()


def _is_made(size: str) -> bool:
    made = store.read(
        "SELECT count(*) AS n FROM activities a JOIN users u ON u.id = a.user_id WHERE u.username = $1",
        (_ATHLETES[size],),
    )
    return int(made["n"].iloc[0]) >= _ACTIVITIES[size]


def _points(dsn: str) -> int:
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute("SELECT count(*) FROM activity_data_points").fetchone()
    return row[0] if row else 0


def _measure(work: str, *arguments: object) -> Measurement:
    before, began = _server_cpu_s(), time.monotonic()
    code = f"import sys; from pathlib import Path; {work}"
    process = subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)])
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("The measured process failed; the lines above say why.")
    peak = used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1024)
    wall_s = time.monotonic() - began
    time.sleep(0.5)  # the server adds up a backend's time only after it has ended
    return Measurement(wall_s, used.ru_utime + used.ru_stime, _server_cpu_s() - before, peak)


def _server_cpu_s() -> float:
    """CPU seconds of the embedded server and all its ended backends; 0 for any other server."""
    note = config.settings().data / "pg" / "postmaster.pid"
    if config.settings().database_url or not note.exists():
        return 0.0
    used = psutil.Process(int(note.read_text().split()[0])).cpu_times()
    return used.user + used.system + used.children_user + used.children_system
