"""How safe the data is, for the settings page and `doctor`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

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
        connection = engine.raw(session)
        runs.bury(connection)
        (clock,) = connection.execute("SELECT now()").fetchone() or (None,)
        now = now or clock
        assert now is not None
        backup, backup_failure = _last(connection, "backup")
        proof, proof_failure = _last(connection, "proof")
        busy = connection.execute(
            "SELECT count(*) FROM backup_runs WHERE state IN ('asked', 'running')"
        ).fetchone()
        since = connection.execute("SELECT min(created_at) FROM users").fetchone()
        age = now - since[0] if since and since[0] else timedelta(0)
    found = State(place.folder(), backup, proof, backup_failure, proof_failure, bool(busy and busy[0]), ())
    return State(**{**found.__dict__, "problems": tuple(_problems(found, now, age))})


def _last(connection, kind: str) -> tuple[Last | None, str]:
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
