"""`manage.py bench many`: an archive of 20,000 short files with one broken file of every kind, imported by the real
workers: it finishes, and its log says what was wrong with each broken file. BENCH_MANY sets another number."""

import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from bench import figure, scratch
from bench.hour import hour_fit
from bench.import_bench import wait_until
from bench.import_files import BROKEN
from milevault_core import store
from milevault_core.imports import archives
from milevault_core.store.queries import import_log

ROOT = Path(__file__).resolve().parents[1]


def run() -> list[dict]:
    many = int(os.environ.get("BENCH_MANY", "20000"))
    good = many - len(BROKEN)
    with tempfile.TemporaryFile() as file, scratch.database() as user_id:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for number in range(good):
                archive.writestr(f"{number}.fit", hour_fit(number, 60))
            for number, make in enumerate(BROKEN):
                archive.writestr(f"broken {number}.fit", make(number))
        file.seek(0)
        environment = os.environ | {"DATABASE_URL": store.database().dsn, "JOBS_WORKERS": "2"}
        jobs = subprocess.Popen([sys.executable, "-m", "jobs"], cwd=ROOT, env=environment)
        try:
            upload_id = archives.from_stream(user_id, "many.zip", file, "command", look=False)
            begun = time.monotonic()
            import_id = archives.start(user_id, upload_id)
            wait_until(lambda: _left(user_id, import_id, many) == 0)
            took = time.monotonic() - begun
        finally:
            jobs.terminate()
            jobs.wait()
        found = import_log.page(user_id, import_id, words="broken", limit=100)
        told = found[found["reason"].str.len() > 0]
        for row in found.itertuples():
            print(f"  {row.name}: {row.outcome}: {row.reason}")
        summary = import_log.summary(user_id, import_id)
        assert summary is not None
        return [
            figure("files", many, "files"),
            figure("imported", summary["outcomes"].get("imported", 0), "files", f"at least {good}"),
            figure(
                "broken files whose log says what they were", len(told), "files", f"at least {len(BROKEN)}"
            ),
            figure("wall clock, here and now", took, "s"),
        ]


def _left(user_id: int, import_id: int, many: int) -> int:
    found = import_log.summary(user_id, import_id)
    return many if found is None or found["files"] < many else found["waiting"]
