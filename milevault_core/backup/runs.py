"""The log of backups and proofs, in the database: what was made and proven and when, and what is due.

A run holds an advisory lock with its row's number for as long as its connection lives. A row that says `running`
whose lock is free is of a run that was killed: the next look says so. Times are the database's own clock.
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

_LOCK = 0x6261636B  # "back", with the number of a run; 0: one process at a time does what is due
_INTERRUPTED = "It was interrupted: the process that made it ended, or the machine."
_RETRY = {"backup": timedelta(hours=1), "proof": timedelta(days=1)}  # after a failure
_PROVE_EVERY = timedelta(days=7)
_AHEAD = timedelta(hours=1)  # what happened later than now, by a clock that was wrong, does not count


@dataclass
class Run:
    """A run under way; what it made or restored is noted at its end."""

    number: int
    made: BackupFile | None = None
    restored: RestoreResult | None = None


@contextmanager
def noted(dsn: str, kind: str, occasion: str, path: Path | None = None, number: int = 0) -> Iterator[Run]:
    """Note a run from its beginning to its end, however it ends. `number`: the row that asked for it."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        if not has_log(connection):  # a schema from before there was one
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
    """Whether this connection is now the one that does what is due, until it closes."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s, 0)", (_LOCK,)).fetchone()
    return bool(row and row[0])


def bury(connection: psycopg.Connection[Any]) -> None:
    """Say of the runs that were killed that they failed."""
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
    """Ask for a backup, or the proof of a file, to be made at the next look; asked for already: nothing more."""
    connection.execute(
        "INSERT INTO backup_runs (kind, occasion, state, file) SELECT %s, 'page', 'asked', %s "
        "WHERE NOT EXISTS (SELECT 1 FROM backup_runs WHERE kind = %s AND state = 'asked')",
        (kind, file, kind),
    )
    jobs_channel.say_look(connection)


def asked(connection: psycopg.Connection[Any]) -> list[tuple[int, str, str]]:
    """What somebody asked for: number, kind, file."""
    rows = connection.execute("SELECT id, kind, file FROM backup_runs WHERE state = 'asked' ORDER BY id")
    return rows.fetchall()


def is_backup_due(
    connection: psycopg.Connection[Any], at: str, now: datetime, zone: tzinfo | None = None
) -> bool:
    """Whether the last moment `at` (as 03:00, in this machine's time zone) has passed without a nightly backup since.

    A server's first night is the first one after its first account.
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
    """The last moment that the clock showed `at`. Where it shows it twice, the first; where it is left out, the
    moment as long after the hour before."""
    today = now.astimezone(zone).date()
    for days_ago in (0, 1):
        shown = datetime.combine(today - timedelta(days=days_ago), time.fromisoformat(at))
        # Compared in UTC: Python compares two times of one zone by what the clock shows.
        moment = (shown.replace(tzinfo=zone) if zone else shown).astimezone(UTC)
        if moment <= now.astimezone(UTC):
            return moment
    return moment


def file_to_prove(connection: psycopg.Connection[Any], now: datetime) -> Path | None:
    """The newest backup that is still there, if the last proof is a week old; None when nothing is due."""
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
