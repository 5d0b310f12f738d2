"""The log of backups and verifications ("proofs") in the database: what was done and when, and what is due.

A run holds an advisory lock with its row's number for as long as its connection lives. If a row says `running` but its
lock is free, the run was killed, and the next check marks it as failed. Times are from the database's clock.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any

import psycopg

from milevault_core.backup import BackupError
from milevault_core.backup.make import BackupFile
from milevault_core.backup.restore import RestoreResult
from milevault_core.store import jobs_channel

_LOCK = 0x6261636B  # "back", with the number of a run; number 0 lets one process at a time do what is due
_INTERRUPTED = "It was interrupted: the process that made it ended, or the machine."
_RETRY = {"backup": timedelta(hours=1), "proof": timedelta(days=1)}  # after a failure
_PROVE_EVERY = timedelta(days=7)
_AHEAD = timedelta(hours=1)  # runs dated later than this from now come from a wrong clock and do not count


@dataclass
class Run:
    """A run in progress; what it made or restored is logged at its end."""

    number: int
    made: BackupFile | None = None
    restored: RestoreResult | None = None


@contextmanager
def noted(dsn: str, kind: str, occasion: str, path: Path | None = None, number: int = 0) -> Iterator[Run]:
    """Log a run from its beginning to its end, however it ends. `number`: the row of the request, 0 without one."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        if not has_log(connection):  # an older schema without the log
            yield Run(0)
            return
        run = Run(_begin(connection, kind, occasion, path, number))
        try:
            yield run
        except BaseException as error:
            said = (
                str(error) if isinstance(error, BackupError) else f"{_INTERRUPTED} ({type(error).__name__})"
            )
            with suppress(psycopg.Error):
                connection.execute(
                    "UPDATE backup_runs SET state = 'failed', ended_at = now(), reason = %s WHERE id = %s",
                    (said, run.number),
                )
            raise
        made, restored = run.made, run.restored
        moment = made.made_at if made else datetime.fromisoformat(restored.made_at) if restored else None
        rows = made.row_count if made else restored.row_count if restored else None
        connection.execute(
            "UPDATE backup_runs SET state = 'done', ended_at = now(), made_at = %s, row_count = %s, size_bytes = %s, "
            "file = coalesce(%s, file) WHERE id = %s",
            (moment, rows, made and made.size_bytes, made and str(made.path), run.number),
        )


def _begin(
    connection: psycopg.Connection[Any], kind: str, occasion: str, path: Path | None, number: int
) -> int:
    file = str(path.absolute()) if path else ""
    if number:
        connection.execute(
            "UPDATE backup_runs SET state = 'running', began_at = now(), file = %s WHERE id = %s",
            (file, number),
        )
    else:
        row = connection.execute(
            "INSERT INTO backup_runs (kind, occasion, state, began_at, file) "
            "VALUES (%s, %s, 'running', now(), %s) RETURNING id",
            (kind, occasion, file),
        ).fetchone()
        number = row[0] if row else 0
    connection.execute("SELECT pg_advisory_lock(%s, %s)", (_LOCK, number))
    return number


def has_log(connection: psycopg.Connection[Any]) -> bool:
    """Whether the schema is new enough to keep a log of backups."""
    row = connection.execute("SELECT to_regclass('public.backup_runs')").fetchone()
    return bool(row and row[0])


def one_at_a_time(connection: psycopg.Connection[Any]) -> bool:
    """Take the lock for doing what is due, until the connection closes; returns whether this connection got it."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s, 0)", (_LOCK,)).fetchone()
    return bool(row and row[0])


def bury(connection: psycopg.Connection[Any]) -> None:
    """Mark runs that were killed as failed."""
    for (number,) in connection.execute("SELECT id FROM backup_runs WHERE state = 'running'").fetchall():
        free = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", (_LOCK, number)).fetchone()
        if free and free[0]:
            connection.execute(
                "UPDATE backup_runs SET state = 'failed', ended_at = now(), reason = %s "
                "WHERE id = %s AND state = 'running'",
                (_INTERRUPTED, number),
            )
            connection.execute("SELECT pg_advisory_unlock(%s, %s)", (_LOCK, number))


def ask(connection: psycopg.Connection[Any], kind: str, file: str = "") -> None:
    """Request a backup, or the verification of a file, at the next check; does nothing if one is requested already."""
    connection.execute(
        "INSERT INTO backup_runs (kind, occasion, state, file) SELECT %s, 'page', 'asked', %s "
        "WHERE NOT EXISTS (SELECT 1 FROM backup_runs WHERE kind = %s AND state = 'asked')",
        (kind, file, kind),
    )
    jobs_channel.say_look(connection)


def asked(connection: psycopg.Connection[Any]) -> list[tuple[int, str, str]]:
    """(number, kind, file) of every request."""
    rows = connection.execute("SELECT id, kind, file FROM backup_runs WHERE state = 'asked' ORDER BY id")
    return rows.fetchall()


def is_backup_due(
    connection: psycopg.Connection[Any], at: str, now: datetime, zone: tzinfo | None = None
) -> bool:
    """Whether there was no nightly backup since the clock of this machine last showed `at` (such as 03:00).

    The first backup is due in the first night after the first account was created.
    """
    if at == "never" or _has_just_failed(connection, "backup", "nightly", now):
        return False
    last = connection.execute(
        "SELECT coalesce((SELECT max(began_at) FROM backup_runs WHERE kind = 'backup' AND occasion = 'nightly' "
        "AND state IN ('done', 'running') AND began_at < %s), (SELECT min(created_at) FROM users))",
        (now + _AHEAD,),
    ).fetchone()
    return bool(last and last[0] and last[0] < latest(at, now, zone))


def latest(at: str, now: datetime, zone: tzinfo | None = None) -> datetime:
    """The last moment at which the clock showed `at`. If the clock shows it twice on a day, the first of them; if the
    clock skips it, the moment it would have been without the change."""
    today = now.astimezone(zone).date()
    for days_ago in (0, 1):
        shown = datetime.combine(today - timedelta(days=days_ago), time.fromisoformat(at))
        # Compared in UTC, because Python compares two times in the same zone by their wall-clock time.
        moment = (shown.replace(tzinfo=zone) if zone else shown).astimezone(UTC)
        if moment <= now.astimezone(UTC):
            return moment
    return moment


def file_to_prove(connection: psycopg.Connection[Any], now: datetime) -> Path | None:
    """The newest backup whose file still exists, if the last verification is a week old; None if none is due."""
    if _has_just_failed(connection, "proof", "weekly", now):
        return None
    recent = connection.execute(
        "SELECT 1 FROM backup_runs WHERE kind = 'proof' AND state IN ('done', 'running') "
        "AND began_at > %s AND began_at < %s LIMIT 1",
        (now - _PROVE_EVERY, now + _AHEAD),
    ).fetchone()
    if recent:
        return None
    files = connection.execute(
        "SELECT file FROM backup_runs WHERE kind = 'backup' AND state = 'done' ORDER BY id DESC LIMIT 50"
    ).fetchall()
    return next((path for (file,) in files if (path := Path(file)).exists()), None)


def _has_just_failed(connection: psycopg.Connection[Any], kind: str, occasion: str, now: datetime) -> bool:
    found = connection.execute(
        "SELECT 1 FROM backup_runs WHERE kind = %s AND occasion = %s AND state = 'failed' "
        "AND ended_at > %s AND ended_at < %s LIMIT 1",
        (kind, occasion, now - _RETRY[kind], now + _AHEAD),
    )
    return found.fetchone() is not None
