"""Make a backup: one REPEATABLE READ snapshot, streamed into the file table by table. Imports continue meanwhile."""

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from milevault_core.backup import BackupError, archive, tables
from milevault_core.store import migrate

README = """\
A backup of MileVault. It can be read without MileVault:

    tar xf THIS_FILE
    gunzip tables/users.copy.gz

manifest.json lists every table with its columns, their PostgreSQL types, the number of rows and SHA-256 digests.
A table is in PostgreSQL's COPY text format: one row per line, columns separated by tabs, \\N for no value; a backslash
begins \\t \\n \\r \\\\. Times are UTC. Bytes are hexadecimal and begin with \\\\x. Units are SI.
The imported files are in original_files: `content` is zlib (encoding "zlib"), or the .gz file as it was imported.

To restore it: python3 manage.py restore THIS_FILE
"""


@dataclass(frozen=True)
class BackupFile:
    path: Path
    size_bytes: int
    row_count: int
    made_at: datetime
    schema: str


def write(dsn: str, path: Path) -> BackupFile:
    """Write a backup of the database to a new file. Raises BackupError, and then leaves no file."""
    path = Path(path).absolute()
    try:
        with psycopg.connect(dsn, autocommit=True) as connection, archive.writing(path) as writer:
            tables.settle(connection)
            # Migrations wait until the backup is done, and the backup waits for a running migration.
            connection.execute("SELECT pg_advisory_lock_shared(%s)", (migrate.LOCK,))
            schema = migrate.current(connection)
            if schema is None:
                raise BackupError("There is nothing to back up: this database has no tables of MileVault.")
            with tables.snapshot(connection):
                manifest = _write(connection, writer, schema)
            writer.seal(manifest)
    except psycopg.OperationalError as error:
        raise BackupError(
            f"The backup was not finished: the database went away ({_first_line(error)})."
        ) from error
    rows = sum(table["rows"] for table in manifest["tables"].values())
    return BackupFile(path, path.stat().st_size, rows, datetime.fromisoformat(manifest["made_at"]), schema)


def _write(connection: psycopg.Connection[Any], writer: archive.Writer, schema: str) -> dict[str, Any]:
    """Write every table to the file and return the manifest."""
    writer.put(archive.README, README.encode())
    logical = tables.logical(connection)
    (moment,) = connection.execute("SELECT now()").fetchone() or (datetime.now(UTC),)
    manifest = {
        "format": archive.FORMAT,
        "version": archive.VERSION,
        "made_at": moment.isoformat(),
        "schema": schema,
        **_versions(connection),
        "left_out": [name for name in tables.all_names(connection) if not tables.is_data(name)],
        "sequences": tables.sequences(connection, [table.name for table in logical]),
        "tables": {},
    }
    for table in logical:
        file = f"tables/{table.name}.copy.gz"
        cursor = connection.cursor()
        # Compressed bytes in hexadecimal have no repetitions, so looking for them would only cost time.
        strategy = zlib.Z_HUFFMAN_ONLY if table.is_bytes else zlib.Z_DEFAULT_STRATEGY
        with writer.member(file, strategy) as member:
            for block in tables.stream(cursor, table):
                member.write(block)
        manifest["tables"][table.name] = {
            "file": file,
            "rows": cursor.rowcount,
            "digest": member.digest,
            "sha256": member.sha256,
            "key": list(table.key),
            "columns": [{"name": c.name, "type": c.type} for c in table.columns],
        }
    return manifest


def _versions(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    server = connection.execute("SELECT current_setting('server_version')").fetchone()
    timescale = connection.execute(
        "SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'"
    ).fetchone()
    return {"postgresql": server and server[0], "timescaledb": timescale and timescale[0]}


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["no reason given"])[0]
