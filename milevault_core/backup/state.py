"""How safe the data is, for the settings page and `doctor`."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import psycopg

from milevault_core.backup import place, runs
from milevault_core.store import engine

_LATE = timedelta(days=2)
_UNPROVEN = timedelta(days=15)


@dataclass(frozen=True)
class Last:
    """The last run of a kind that came to its end."""

    at: datetime
    file: str
    made_at: datetime | None
    size_bytes: int | None
    row_count: int | None
    is_there: bool  # the file, where this process can see the folder


@dataclass(frozen=True)
class State:
    folder: Path
    backup: Last | None
    proof: Last | None
    backup_failure: str  # why the last one failed, "" when it did not
    proof_failure: str
    is_running: bool  # something is asked for or under way
    problems: tuple[tuple[str, str], ...]  # what an operator should know, each with its remedy


def state(now: datetime | None = None) -> State:
    """From the database that store.open() opened."""
    with engine.session() as session:
        return of(engine.raw(session), now)


def of(connection: psycopg.Connection, now: datetime | None = None) -> State:
    """From any connection to a database that has the log."""
    runs.bury(connection)
    backup, backup_failure = _last(connection, "backup")
    proof, proof_failure = _last(connection, "proof")
    row = connection.execute(
        "SELECT now(), (SELECT min(created_at) FROM users), "
        "(SELECT count(*) FROM backup_runs WHERE state IN ('asked', 'running'))"
    ).fetchone()
    assert row is not None
    clock, since, busy = row
    now = now or clock
    found = State(place.folder(), backup, proof, backup_failure, proof_failure, bool(busy), ())
    return replace(found, problems=tuple(_problems(found, now, now - since if since else timedelta(0))))


def look(status, dsn: str | None) -> None:
    """The last backup and the last proven restore for `status`, and what is wrong with them."""
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
    """Ask for a backup, or for the proof of one: the jobs process makes it within seconds."""
    with engine.session() as session:
        runs.ask(engine.raw(session), kind, file)


def _last(connection: psycopg.Connection, kind: str) -> tuple[Last | None, str]:
    row = connection.execute(
        "SELECT ended_at, file, made_at, size_bytes, row_count FROM backup_runs "
        "WHERE kind = %s AND state = 'done' ORDER BY id DESC LIMIT 1",
        (kind,),
    ).fetchone()
    over = connection.execute(
        "SELECT state, reason FROM backup_runs WHERE kind = %s AND state IN ('done', 'failed') "
        "ORDER BY id DESC LIMIT 1",
        (kind,),
    ).fetchone()
    last = None
    if row:
        at, file, made_at, size_bytes, row_count = row
        last = Last(at, file, made_at, size_bytes, row_count, Path(file).exists())
    return last, over[1] if over and over[0] == "failed" else ""


def _problems(found: State, now: datetime, age: timedelta):
    if found.backup_failure:
        yield f"The last backup failed: {found.backup_failure}", "Mend it, then: manage.py backup"
    elif age > _LATE and (found.backup is None or now - found.backup.at > _LATE):
        yield (
            "There is no backup of the last two days.",
            ("Start the jobs process, which makes one every night (BACKUP_AT), or: manage.py backup"),
        )
    if found.proof_failure:
        yield (
            f"The last proof of a backup failed: {found.proof_failure}",
            ("Make a new backup and prove it: manage.py backup; manage.py backup verify FILE"),
        )
    elif age > _UNPROVEN and (found.proof is None or now - found.proof.at > _UNPROVEN):
        yield "No backup was proven for two weeks.", "manage.py backup verify FILE"
