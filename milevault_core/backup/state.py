"""The state of backups, for the settings page and `doctor`."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from milevault_core.backup import locations, runs
from milevault_core.store import engine

FILE_GONE = "backup-file"
_LATE = timedelta(days=2)
_UNPROVEN = timedelta(days=15)
# For each kind: the current time, when the first account was created, how many runs are requested or running; the last
# run that succeeded, and the outcome of the last one that ended.
_LAST = """
SELECT k.kind, now(), (SELECT min(created_at) FROM users),
       (SELECT count(*) FROM backup_runs WHERE state IN ('asked', 'running')),
       done.ended_at, done.file, done.made_at, done.size_bytes, done.row_count, ended.state, ended.reason
FROM (VALUES ('backup'), ('proof')) k (kind)
LEFT JOIN LATERAL (SELECT * FROM backup_runs r WHERE r.kind = k.kind AND r.state = 'done'
                   ORDER BY r.id DESC LIMIT 1) done ON true
LEFT JOIN LATERAL (SELECT * FROM backup_runs r WHERE r.kind = k.kind AND r.state IN ('done', 'failed')
                   ORDER BY r.id DESC LIMIT 1) ended ON true
"""


@dataclass(frozen=True)
class LastRun:
    """The last successful run of a kind."""

    at: datetime
    file: str
    made_at: datetime | None
    size_bytes: int | None
    row_count: int | None
    is_there: bool  # whether this process can see the file


@dataclass(frozen=True)
class State:
    folder: Path
    backup: LastRun | None
    proof: LastRun | None
    backup_failure: str  # why the last one failed, "" if it did not
    proof_failure: str
    is_running: bool  # a run is requested or in progress
    problems: tuple[tuple[str, str], ...]  # what the operator should know: (problem, remedy)
    kinds: tuple[str, ...] = ()  # for each problem, a word that stays the same while the sentence changes


def state(now: datetime | None = None) -> State:
    """The state, from the database that store.open() opened."""
    with engine.session() as session:
        return of(engine.raw(session), now)


def of(connection: psycopg.Connection[Any], now: datetime | None = None) -> State:
    """The state, from any connection to a database that has the log."""
    runs.bury(connection)
    rows = {row[0]: row[1:] for row in connection.execute(_LAST).fetchall()}
    backup, backup_failure = _last(*rows["backup"][3:])
    proof, proof_failure = _last(*rows["proof"][3:])
    clock, since, busy = rows["backup"][:3]
    now = now or clock
    found = State(locations.folder(), backup, proof, backup_failure, proof_failure, bool(busy), ())
    wrong = list(_problems(found, now, now - since if since else timedelta(0)))
    return replace(found, problems=tuple(one[1:] for one in wrong), kinds=tuple(one[0] for one in wrong))


def look(status: Any, dsn: str | None) -> None:
    """Add the last backup, the last verified restore and problems with them to `status`."""
    if dsn is None:
        return
    with psycopg.connect(dsn, autocommit=True) as connection:
        if not runs.has_log(connection):
            return
        found = of(connection)
    for name, last in (("last_backup", found.backup), ("last_proven_restore", found.proof)):
        if last:
            gone = "" if last.is_there else ", not there any more"
            status.facts[name] = f"{last.at:%Y-%m-%d %H:%M} UTC ({last.file}{gone})"
    for problem, remedy in found.problems:
        status.wrong(problem, remedy)


def ask(kind: str, file: str = "") -> None:
    """Request a backup, or the verification of one; the jobs process starts it within seconds."""
    with engine.session() as session:
        runs.ask(engine.raw(session), kind, file)


def _last(
    at: datetime | None,
    file: str,
    made_at: datetime,
    size_bytes: int,
    row_count: int,
    outcome: str,
    reason: str,
) -> tuple[LastRun | None, str]:
    last = LastRun(at, file, made_at, size_bytes, row_count, Path(file).exists()) if at else None
    return last, reason if outcome == "failed" else ""


def _problems(found: State, now: datetime, age: timedelta) -> Iterator[tuple[str, str, str]]:
    if found.backup_failure:
        yield "backup", f"The last backup failed: {found.backup_failure}", "Fix it, then: manage.py backup"
    elif age > _LATE and (found.backup is None or now - found.backup.at > _LATE):
        yield (
            "backup-late",
            "There is no backup of the last two days.",
            "Start the jobs process, which makes one every night (unless BACKUP_AT is “never”), or: manage.py backup",
        )
    elif found.backup is not None and not found.backup.is_there:
        yield (
            FILE_GONE,
            f"The file of the last backup is not there any more: {found.backup.file}.",
            "Put it back, or make a new one: manage.py backup",
        )
    if found.proof_failure:
        yield (
            "proof",
            f"The last verification of a backup failed: {found.proof_failure}",
            "Make a new backup and verify it: manage.py backup; manage.py backup verify FILE",
        )
    elif age > _UNPROVEN and (found.proof is None or now - found.proof.at > _UNPROVEN):
        yield "proof-late", "No backup has been verified for two weeks.", "manage.py backup verify FILE"
