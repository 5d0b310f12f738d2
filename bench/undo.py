"""`manage.py bench undo`: the real workers import as many activities as a person has in ten years, and the import is
undone while they still compute from them. Nothing may be left of it, and the result of another import must be as if it
had been the only one. BENCH_UNDO sets another number."""

import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from sqlalchemy import text

from bench import figure, scratch
from bench.hour import hour_fit
from bench.import_bench import wait_until
from milevault_core import store
from milevault_core.demo import dirty
from milevault_core.demo.athlete import sized
from milevault_core.derive import check
from milevault_core.imports import archives, undo
from milevault_core.store.queries import import_log

ROOT = Path(__file__).resolve().parents[1]
MANY, SECONDS, DIRTY, STAYS = 3_463, 300, 80, 12
# Every table with rows of activities or days; rows left over are counted in addition to those of the other import.
TABLES = (
    "activities", "activity_recordings", "original_files", "activity_metrics", "activity_training", "activity_laps",
    "activity_tracks", "activity_channels", "activity_data_points", "activity_lines", "activity_efforts",
    "activity_curves", "day_totals", "route_members", "named_routes", "route_links", "personal_records",
    "record_waiting", "record_left_out", "record_seen", "dirty_activities", "dirty_days", "dirty_steps", "set_aside",
)  # fmt: skip


def run() -> list[dict]:
    many = int(os.environ.get("BENCH_UNDO", MANY))
    with scratch.database() as user_id:
        environment = os.environ | {"DATABASE_URL": store.database().dsn, "JOBS_WORKERS": "2"}
        jobs = subprocess.Popen([sys.executable, "-m", "jobs"], cwd=ROOT, env=environment)
        try:
            _bring(
                user_id, "stays.zip", {f"stays {n}.fit": hour_fit(90_00 + n, SECONDS) for n in range(STAYS)}
            )
            wait_until(_is_idle)
            before = _counts()
            import_id = _bring(user_id, "goes.zip", _files(many))
            wait_until(lambda: _waiting(user_id, import_id) == 0)
            there = store.read("SELECT count(*) AS n FROM activities")["n"].iloc[0]
            marked = store.read("SELECT count(*) AS n FROM dirty_steps")["n"].iloc[0]
            begun = time.monotonic()
            undo.ask(user_id, import_id)
            wait_until(lambda: (import_log.summary(user_id, import_id) or {}).get("undo") == "done")
            took = time.monotonic() - begun
            wait_until(_is_idle)
        finally:
            jobs.terminate()
            jobs.wait()
        left = {name: count - before[name] for name, count in _counts().items() if count != before[name]}
        for name, count in left.items():
            print(f"  {name}: {count:+} rows", file=sys.stderr)
        found = check.check()
        for difference in found.differences[:20]:
            print(f"  {difference}", file=sys.stderr)
        return [
            figure("activities there when the undo was asked for", there, "", f"at least {many // 2}"),
            figure("marks not yet computed then", marked, "", "at least 1"),
            figure(
                "tables with rows left over, or with rows of the other import gone",
                len(left),
                "",
                "at most 0",
            ),
            figure("figures that differ from computing them anew", len(found.differences), "", "at most 0"),
            figure("the undo, here and now", took, "s"),
            figure("an activity of it", 1000 * took / there, "ms"),
        ]


def _files(many: int) -> dict[str, bytes]:
    """Short rides on seven tracks, with activities of the dirty twin among them: copies, wrong clocks."""
    (athlete,) = sized("D")
    files = {f"{n}.fit": hour_fit(n, SECONDS) for n in range(many - DIRTY)}
    for one in dirty.life(athlete, 0, DIRTY):
        files |= {name: data for name, data in one.files if not name.endswith(".zip")}
    return files


def _bring(user_id: int, name: str, files: dict[str, bytes]) -> int:
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for each, data in files.items():
                archive.writestr(each, data)
        file.seek(0)
        return archives.start(user_id, archives.from_stream(user_id, name, file, "command", look=False))


def _waiting(user_id: int, import_id: int) -> int:
    files, waiting, is_listing = import_log.progress(user_id, import_id)
    return int(is_listing) + waiting + int(files == 0)


def _is_idle() -> bool:
    rows = store.read(
        "SELECT (SELECT count(*) FROM import_items WHERE state = 'waiting') + (SELECT count(*) FROM uploads) + "
        "(SELECT count(*) FROM dirty_activities) + (SELECT count(*) FROM dirty_days) + "
        "(SELECT count(*) FROM dirty_steps) + (SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing' "
        "OR (status = 'todo' AND coalesce(scheduled_at, now()) <= now())) AS n"
    )
    return not rows["n"].iloc[0]


def _counts() -> dict[str, int]:
    with store.session() as session:
        return {name: session.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in TABLES}
