"""Write an export from one snapshot of the database, table by table, with at most one original file in memory."""

import csv
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, LiteralString, Protocol, cast

import psycopg

from milevault_core import store
from milevault_core.accounts import users
from milevault_core.backup import tables as logical
from milevault_core.backup.originals import file_name
from milevault_core.export import FORMAT, MANIFEST, README, SETTINGS, VERSION, ExportError, tables
from milevault_core.store import migrate

_TEXT = """\
All your data in MileVault. It can be read without MileVault.

originals/     the files as you imported them; tables/original_files.csv lists them
tables/        one CSV for each table. Units are SI, times UTC, bytes hexadecimal. Text that a spreadsheet would read as
               a formula has an apostrophe in front. An empty field is no value, "" an empty text.
settings.json  your display settings
manifest.json  the tables with their rows and digests

To import it into another MileVault: drop this file on its Import page, in an account that is still empty, or run
python3 manage.py import-everything NAME FILE
"""
_NOT_SETTLED = """
SELECT EXISTS (SELECT 1 FROM dirty_activities WHERE user_id = %(u)s)
    OR EXISTS (SELECT 1 FROM dirty_days WHERE user_id = %(u)s)
    OR EXISTS (SELECT 1 FROM dirty_steps WHERE user_id = %(u)s)
    OR EXISTS (SELECT 1 FROM set_aside WHERE user_id = %(u)s)
"""
_UNFINISHED = (
    "SELECT count(*) FROM import_items WHERE user_id = %(u)s AND state = 'waiting' AND original_id IS NULL"
)


class Out(Protocol):
    """The file that an export is written to; it need not support seeking."""

    def write(self, data: Any, /) -> int: ...

    def flush(self) -> None: ...


@dataclass(frozen=True)
class Written:
    file_count: int
    row_count: int
    unfinished: int  # files of archives that were still being imported and are not in the export


def write(user_id: int, out: Out) -> Written:
    """Write all data of this user as a zip. Raises ExportError."""
    own = {"u": int(user_id)}
    try:
        with psycopg.connect(store.database().dsn, autocommit=True) as connection:
            logical.settle(connection)
            connection.execute("SELECT pg_advisory_lock_shared(%s)", (migrate.LOCK,))
            with logical.snapshot(connection):
                row = connection.execute(
                    cast(LiteralString, f"SELECT {', '.join(list(users.VIEW))} FROM users WHERE id = %(u)s"),
                    own,
                ).fetchone()
                if row is None:
                    raise ExportError("There is no such account.")
                with zipfile.ZipFile(cast(Any, out), "w", zipfile.ZIP_DEFLATED) as archive:
                    archive.writestr(README, _TEXT)
                    archive.writestr(
                        SETTINGS, json.dumps(dict(zip(list(users.VIEW), row, strict=True)), indent=2)
                    )
                    return _write(connection, archive, own)
    except psycopg.OperationalError as error:
        raise ExportError(f"The export was not finished: the database went away ({error}).") from error


def _write(connection: psycopg.Connection, archive: zipfile.ZipFile, own: dict[str, int]) -> Written:
    found: dict[str, dict[str, Any]] = {}
    for table in tables.mine(connection):
        if table.name != "original_files":
            found[table.name] = _write_table(connection, archive, table, own)
    count, found["original_files"] = _write_originals(connection, archive, own)
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": datetime.now(UTC).isoformat(),
        "schema": migrate.current(connection),
        "is_settled": not _value(connection, _NOT_SETTLED, own),
        "versions": dict(connection.execute("SELECT step, version FROM derive_versions").fetchall()),
        "unfinished": _value(connection, _UNFINISHED, own),
        "tables": found,
    }
    archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return Written(count, sum(one["rows"] for one in found.values()), manifest["unfinished"])


def _value(connection: psycopg.Connection, query: LiteralString, own: dict[str, int]) -> Any:
    return (connection.execute(query, own).fetchone() or (None,))[0]


def _write_table(
    connection: psycopg.Connection, archive: zipfile.ZipFile, table: tables.Table, own: dict[str, int]
) -> dict[str, Any]:
    hashed, cursor = hashlib.sha256(), connection.cursor()
    with (
        archive.open(f"tables/{table.name}.csv", "w", force_zip64=True) as member,
        cursor.copy(cast(LiteralString, table.copy_out()), own) as copy,
    ):
        for block in copy:
            hashed.update(block)
            member.write(block)
    return {"rows": cursor.rowcount, "sha256": hashed.hexdigest(), "columns": [c.name for c in table.columns]}


ORIGINALS = ("id", "sha256", "name", "encoding", "size_bytes", "received_at", "file")
_ORIGINALS = "SELECT id, name, encoding, content FROM original_files WHERE user_id = %(u)s ORDER BY id"
_LISTED = """
SELECT id, encode(sha256, 'hex'), name, encoding, size_bytes, received_at::text
FROM original_files WHERE user_id = %(u)s ORDER BY id
"""


def _write_originals(
    connection: psycopg.Connection, archive: zipfile.ZipFile, own: dict[str, int]
) -> tuple[int, dict[str, Any]]:
    """Write the files, one in memory at a time, and then their list; returns (number of files, manifest entry)."""
    with connection.cursor(name="originals", binary=True) as cursor:
        cursor.itersize = 1
        for number, name, encoding, content in cursor.execute(_ORIGINALS, own):
            is_packed = encoding == "gzip"
            entry = zipfile.ZipInfo(_file(number, name), (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content if is_packed else zlib.decompress(content))
    count, hashed = 0, hashlib.sha256()
    with (
        archive.open("tables/original_files.csv", "w", force_zip64=True) as member,
        connection.cursor(name="listing") as cursor,
    ):
        cursor.itersize = 1000
        member.write(line := _line(ORIGINALS))
        hashed.update(line)
        for number, sha256, name, *facts in cursor.execute(_LISTED, own):
            member.write(line := _line((number, sha256, harmless(name), *facts, _file(number, name))))
            hashed.update(line)
            count += 1
    return count, {"rows": count, "sha256": hashed.hexdigest(), "columns": list(ORIGINALS)}


def _file(number: int, name: str) -> str:
    return f"originals/{number}-{file_name(name, number)}"


def _line(row: Iterable[object]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(row)
    return text.getvalue().encode()


def harmless(text: str) -> str:
    """The text as tables.Table.copy_out writes it."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "'") and text else text
