"""Import an export into an empty account, in one transaction, so that all of it is imported or nothing.

Every row first goes into a temporary table. Then every id (of an activity, a file, an import …) is replaced with a new
one, in the old order, so that nothing in the file can refer to other users' data. The importing user gets all rows.
"""

import csv
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any, LiteralString, cast

import psycopg
from sqlalchemy.orm import Session

from milevault_core import store
from milevault_core.accounts import rules, users
from milevault_core.backup.tables import quoted
from milevault_core.derive.step import STEPS, load_steps
from milevault_core.export import FORMAT, MANIFEST, SETTINGS, VERSION, BadExport, renumber, tables
from milevault_core.export.write import ORIGINALS
from milevault_core.formats import MAX_BYTES
from milevault_core.store import marks, migrate, queue
from milevault_core.store.models import Base

_MANIFEST_MOST = 4 << 20
_BLOCK = 1 << 20
_DAMAGED = "The export is damaged or was cut off; make it again."


@dataclass(frozen=True)
class Taken:
    activities: int
    files: int
    rows: int


def is_export(file: IO[bytes]) -> bool:
    """Whether this is a zip with an export's manifest. Rewinds the file."""
    try:
        manifest(file)
        return True
    except BadExport:
        return False
    finally:
        file.seek(0)


def manifest(file: IO[bytes]) -> dict[str, Any]:
    """The manifest of an export. Raises BadExport."""
    try:
        with zipfile.ZipFile(file) as archive:
            found = json.loads(_small(archive, MANIFEST))
    except (*_ZIP_ERRORS, OSError, ValueError, KeyError):
        raise BadExport("This is not an export of MileVault, or it was cut off.") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise BadExport("This is not an export of MileVault.")
    return found


_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
_WRONG = (KeyError, ValueError, TypeError, csv.Error, psycopg.DataError, psycopg.IntegrityError)


def check(user_id: int, file: IO[bytes]) -> dict[str, Any]:
    """The manifest of an export that can be imported into this account. Raises BadExport."""
    found = manifest(file)
    if found.get("version") != VERSION or found.get("schema") not in migrate.revisions():
        raise BadExport("The export was made by a newer MileVault. Update this one first.")
    if found["schema"] != migrate.newest():
        raise BadExport(
            "The export was made by an older MileVault. Update the one it comes from, and export it again."
        )
    with store.session() as session:
        if not _is_empty(store.raw(session), user_id):
            raise BadExport(
                "This account already holds data, and an export can only be imported into an empty account: make a "
                "new account for it. Or unpack the export, and import the files in its folder originals."
            )
    return found


def read(
    user_id: int,
    file: IO[bytes],
    progress: Callable[[int, int], None] = lambda done, of: None,
    finish: Callable[[Session], None] = lambda session: None,
) -> Taken:
    """Import an export into this account, which must be empty. progress: called with (tables done, tables in all).
    finish: called at the end of the same transaction. Raises BadExport, and then nothing has changed."""
    found = check(user_id, file)
    try:
        with zipfile.ZipFile(file) as archive, store.session() as session:
            connection = store.raw(session)
            connection.execute("SELECT 1 FROM users WHERE id = %s FOR UPDATE", (int(user_id),))
            if not _is_empty(connection, user_id):
                raise BadExport("This account already holds data.")
            connection.execute("SET LOCAL statement_timeout = 0")
            connection.execute("SET LOCAL TIME ZONE 'UTC'")
            connection.execute("SET LOCAL DateStyle = 'ISO, YMD'")
            taken = _take(session, user_id, archive, found, progress)
            finish(session)
    except (*_WRONG, *_ZIP_ERRORS) as error:
        raise BadExport(_DAMAGED) from error
    return taken


def _take(
    session: Session,
    user_id: int,
    archive: zipfile.ZipFile,
    found: dict[str, Any],
    progress: Callable[[int, int], None],
) -> Taken:
    connection = store.raw(session)
    every = {one.name: one for one in tables.mine(connection)}
    if set(found["tables"]) != set(every):
        raise BadExport(_DAMAGED)
    for number, one in enumerate(every.values()):
        progress(number, 2 * len(every))
        if one.name != "original_files":
            _bring(connection, archive, one, found["tables"][one.name])
    files = _bring_originals(connection, user_id, archive, found["tables"]["original_files"])
    renumber.number_anew(connection, every)
    renumber.follow_json(connection)
    rows = files
    ordered = [one.name for one in Base.metadata.sorted_tables if one.name in every]
    for number, name in enumerate(ordered):
        progress(len(every) + number, 2 * len(every))
        if name != "original_files":
            rows += renumber.put(connection, user_id, every[name])
    _settings(session, user_id, json.loads(_small(archive, SETTINGS)))
    _mark(session, user_id, found)
    activities = connection.execute(
        "SELECT count(*) FROM activities WHERE user_id = %s", (user_id,)
    ).fetchone()
    return Taken(activities[0] if activities else 0, files, rows)


def _is_empty(connection: psycopg.Connection, user_id: int) -> bool:
    return not any(
        connection.execute(
            cast(LiteralString, f"SELECT 1 FROM {quoted(one.name)} WHERE user_id = %s LIMIT 1"),
            (int(user_id),),
        ).fetchone()
        for one in tables.mine(connection)
        if one.has_user
    )


# ── Out of the zip ──────────────────────────────────────────────────────────────────────────────────────────


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as member:
        data = member.read(_MANIFEST_MOST + 1)
    if len(data) > _MANIFEST_MOST:
        raise BadExport(_DAMAGED)
    return data


def _blocks(archive: zipfile.ZipFile, name: str, sha256: str) -> Iterator[bytes]:
    """A member of the zip in blocks. Raises BadExport at the end if its digest is wrong."""
    hashed = hashlib.sha256()
    with archive.open(name) as member:
        while block := member.read(_BLOCK):
            hashed.update(block)
            yield block
    if hashed.hexdigest() != sha256:
        raise BadExport(_DAMAGED)


def _bring(
    connection: psycopg.Connection, archive: zipfile.ZipFile, table: tables.Table, told: dict[str, Any]
) -> None:
    """Copy a table's rows, unchanged, to a temporary table."""
    name, here = quoted(table.name), quoted(f"in_{table.name}")
    if told["columns"] != [c.name for c in table.columns]:
        raise BadExport(_DAMAGED)
    names = ", ".join(quoted(c.name) for c in table.columns)
    renumber.do(
        connection,
        f"CREATE TEMP TABLE {here} ON COMMIT DROP AS SELECT {names} FROM public.{name} WHERE false",
    )
    cursor = connection.cursor()
    with cursor.copy(
        cast(LiteralString, f"COPY {here} ({names}) FROM STDIN (FORMAT csv, HEADER MATCH)")
    ) as copy:
        for block in _blocks(archive, f"tables/{table.name}.csv", told["sha256"]):
            copy.write(block)
    if cursor.rowcount != told["rows"]:
        raise BadExport(_DAMAGED)
    renumber.do(connection, f"ANALYZE {here}")


_ORIGINAL = """
INSERT INTO original_files (user_id, sha256, name, encoding, size_bytes, content, received_at)
VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id
"""


def _bring_originals(
    connection: psycopg.Connection, user_id: int, archive: zipfile.ZipFile, told: dict[str, Any]
) -> int:
    """Import the files, one in memory at a time; new_original_files gets their old and new ids. Returns how many."""
    renumber.do(
        connection, "CREATE TEMP TABLE new_original_files (old bigint PRIMARY KEY, new bigint) ON COMMIT DROP"
    )
    if told["columns"] != list(ORIGINALS):
        raise BadExport(_DAMAGED)
    lines = io.TextIOWrapper(
        io.BufferedReader(_Joined(_blocks(archive, "tables/original_files.csv", told["sha256"]))),
        "utf-8",
        newline="",
    )
    count = 0
    for row in csv.DictReader(lines):
        info = archive.getinfo(row["file"])
        if info.file_size > MAX_BYTES or not row["file"].startswith("originals/"):
            raise BadExport(_DAMAGED)
        data, sha256 = archive.read(info), bytes.fromhex(row["sha256"])
        is_packed = row["encoding"] == "gzip"
        if row["encoding"] not in ("gzip", "zlib") or not (
            is_packed or hashlib.sha256(data).digest() == sha256
        ):
            raise BadExport(f"The file {row['name'][:100]} in the export is damaged; make the export again.")
        content = data if is_packed else zlib.compress(data, 1)
        values = (
            user_id,
            sha256,
            _text(row["name"]),
            row["encoding"],
            int(row["size_bytes"]),
            content,
            row["received_at"],
        )
        new = connection.execute(_ORIGINAL, values).fetchone()
        connection.execute("INSERT INTO new_original_files VALUES (%s, %s)", (int(row["id"]), new and new[0]))
        count += 1
    if count != told["rows"]:
        raise BadExport(_DAMAGED)
    return count


def _text(text: str) -> str:
    return text[1:] if text.startswith("'") else text


class _Joined(io.RawIOBase):
    """A readable stream of the given blocks."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.blocks, self.rest = blocks, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.rest = self.rest or next(self.blocks, b"")
        part, self.rest = self.rest[: len(buffer)], self.rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


# ── Afterwards ──────────────────────────────────────────────────────────────────────────────────────────────


def _settings(session: Session, user_id: int, told: dict[str, Any]) -> None:
    """Apply the exported display settings that are valid here."""
    kept = {}
    for name, rule in users.VIEW.items():
        try:
            kept[name] = rule(told[name])
        except (rules.Refused, KeyError, TypeError):
            continue
    if kept:
        columns = cast(LiteralString, ", ".join(f"{name} = %({name})s" for name in kept))
        store.raw(session).execute(f"UPDATE users SET {columns} WHERE id = %(u)s", kept | {"u": user_id})


def _mark(session: Session, user_id: int, found: dict[str, Any]) -> None:
    """Have everything computed again if the exporting server had not finished, or used another version of a step."""
    load_steps()
    other = [name for name, one in STEPS.items() if found["versions"].get(name) != one.version]
    if other or not found["is_settled"]:
        marks.mark_everything_of(session, user_id)
    marks.mark_steps(session, user_id, 0, ("personal_records",))
    marks.raise_revision(session, user_id)
    queue.defer_derive(session, user_id)
