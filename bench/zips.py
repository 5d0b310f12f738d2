"""`manage.py bench zips`: a folder of archives with one file each, as Garmin delivers them, imported by
`manage.py import`: one import, one undo; and what the command itself costs while it waits for the workers. BENCH_ZIPS
sets another number."""

import io
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import psutil

from bench import figure, scratch
from bench.hour import hour_fit
from milevault_core import store
from milevault_core.imports import undo

ROOT = Path(__file__).resolve().parents[1]
MANY, SECONDS = 500, 1800


def run() -> list[dict]:
    many = int(os.environ.get("BENCH_ZIPS", MANY))
    with tempfile.TemporaryDirectory(prefix="milevault-bench-") as folder, scratch.database() as user_id:
        for number in range(many):
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(f"{number}_ACTIVITY.fit", hour_fit(number, SECONDS))
            (Path(folder) / f"{number}.zip").write_bytes(packed.getvalue())
        taken_s, waited_s, cpu_s, code = _import(folder, many)
        batches = store.read("SELECT id FROM imports")["id"].tolist()
        there = _activities()
        for batch in batches[:1]:
            undo.ask(user_id, int(batch))
            undo.run(user_id, int(batch))
        return [
            figure(f"{many} archives of a file each: activities", there, "", f"at least {many}"),
            figure("lines in the log", len(batches), "", "at most 1"),
            figure("activities left after one undo", _activities(), "", "at most 0"),
            figure("exit code of the command", code, "", "at most 0"),
            figure("taking them in", taken_s, "s"),
            figure("waiting for the workers", waited_s, "s", "at least 5"),
            figure("the command's own CPU meanwhile, of a core", 100 * cpu_s / waited_s, "%", "at most 2"),
        ]


def _import(folder: str, many: int) -> tuple[float, float, float, int]:
    """(seconds until all files were accepted, seconds after that, CPU seconds of the command after that, exit code);
    its workers, which are child processes, are not counted."""
    environment = os.environ | {"DATABASE_URL": store.database().dsn, "JOBS_WORKERS": "2"}
    words = [sys.executable, "-m", "milevault_core.cli", "import", folder, "--user", "bench"]
    begun = time.monotonic()
    with subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as command:
        process = psutil.Process(command.pid)
        while _taken() < many and command.poll() is None:
            time.sleep(0.1)
        taken, cpu = time.monotonic(), _cpu_s(process)
        last = cpu
        while _is_waiting() and command.poll() is None:
            time.sleep(0.25)
            last = _cpu_s(process)
        waited = time.monotonic() - taken
        code = command.wait()
    return taken - begun, waited, last - cpu, code


def _cpu_s(process: psutil.Process) -> float:
    try:
        used = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return used.user + used.system


def _taken() -> int:
    return int(store.read("SELECT count(*) AS n FROM import_items")["n"].iloc[0])


def _is_waiting() -> bool:
    return bool(
        store.read("SELECT EXISTS (SELECT 1 FROM import_items WHERE state = 'waiting') AS w")["w"].iloc[0]
    )


def _activities() -> int:
    return int(store.read("SELECT count(*) AS n FROM activities")["n"].iloc[0])
