"""`python -m milevault_core.backup.nightly`: make and verify the backups that are due or requested, in a separate
process so that imports continue. The jobs process starts it; it reads from the database what is due, so it can be
started at any time."""

import logging
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from milevault_core import config
from milevault_core.backup import BackupError, deletions, locations, make, rotation, runs, verify
from milevault_core.operate import local_process, log_lines

log = logging.getLogger("milevault.backup")


def is_anything_due(connection: psycopg.Connection[Any], now: datetime | None = None) -> bool:
    """Whether the process should be started; called every few seconds."""
    now = now or _now(connection)
    return bool(
        runs.asked(connection)
        or runs.is_backup_due(connection, config.settings().backup_at, now)
        or runs.file_to_prove(connection, now)
    )


def do_what_is_due(dsn: str, now: datetime | None = None) -> None:
    """Do everything requested, the nightly backup with its rotation, and the weekly verification. Returns at once if
    another process is doing it."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        if not runs.one_at_a_time(connection):
            return
        runs.bury(connection)
        for number, kind, file in runs.asked(connection):
            _try(dsn, kind, "page", Path(file) if file else None, number)
        if runs.is_backup_due(connection, config.settings().backup_at, now or _now(connection)):
            _try(dsn, "backup", "nightly")
        _write_down_deletions(connection)
        if path := runs.file_to_prove(connection, now or _now(connection)):
            _try(dsn, "proof", "weekly", path)


def _write_down_deletions(connection: psycopg.Connection[Any]) -> None:
    """Note deleted accounts in the backup folder, including those deleted by a worker on another machine, which has
    noted them in its own folder."""
    try:
        deletions.write_down(connection)
    except OSError as error:
        log.warning("Deleted accounts could not be noted beside the backups: %s", error)


def _try(dsn: str, kind: str, occasion: str, path: Path | None = None, number: int = 0) -> None:
    """Run one backup or verification and log it; a failure is logged too and does not stop what follows."""
    try:
        with runs.noted(dsn, kind, occasion, path, number) as run:
            if kind == "proof":
                if path is None:
                    raise BackupError("There is no backup to verify yet.")
                run.restored = verify.prove(dsn, path)
            else:
                run.made = make.write(dsn, locations.new_file("nightly" if occasion == "nightly" else ""))
        if occasion == "nightly" and run.made:
            rotation.rotate(run.made.path.parent, _proven(dsn))
    except BackupError as error:
        log.warning("The %s failed: %s", kind, error)


def _proven(dsn: str) -> Path | None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute(
            "SELECT file FROM backup_runs WHERE kind = 'proof' AND state = 'done' ORDER BY id DESC LIMIT 1"
        ).fetchone()
    return Path(row[0]) if row else None


def _now(connection: psycopg.Connection[Any]) -> datetime:
    """The time on the database's clock, which the log uses."""
    row = connection.execute("SELECT now()").fetchone()
    assert row is not None
    now: datetime = row[0]
    return now


def main() -> None:
    """Do what is due or requested, in this process."""
    log_lines.begin()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    local_process.end_with_parent()
    os.nice(10)  # nobody is waiting for it
    with locations.database() as dsn:
        do_what_is_due(dsn)


if __name__ == "__main__":
    main()
