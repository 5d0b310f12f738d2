"""The logical tables of a database, found in its live schema, and each table's rows as one stream of text.

The stream is `COPY (SELECT columns FROM table ORDER BY key) TO STDOUT` under fixed settings: the same rows give
the same bytes on every server, in whatever order they lie. Its SHA-256 is the table's digest. (`COPY table TO`
gives nothing of a hypertable.)
"""

import hashlib
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, LiteralString, cast

import psycopg

# Not data: the queue is made again from import_items and the dirty marks; who is signed in, links that work once
# and failed sign-ins end with the server they belong to; the log of backups is this server's own. An archive on its way
# in is its owner's to send again: what of it was imported is kept as originals. A sign-in at Garmin lasts ten minutes.
# An export is made again.
LEFT_OUT = frozenset(
    {
        "alembic_version",
        "sessions",
        "one_time_tokens",
        "login_attempts",
        "backup_runs",
        "upload_chunks",
        "worker_answers",
        "garmin_sign_ins",
        "exports",
        "export_chunks",
    }
)
_QUEUE = "procrastinate_"

# The order of tables that have no primary key; any other is ordered by all its columns.
KEYS = {"activity_data_points": ("activity_id", "time", "seq")}

# Text that is the same everywhere: floats in the shortest exact form, times in UTC, bytes in hex.
_SETTINGS: LiteralString = (
    "SET TIME ZONE 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'iso_8601'; SET extra_float_digits = 1; "
    "SET bytea_output = 'hex'; SET client_encoding = 'UTF8'; SET statement_timeout = 0; SET lock_timeout = 0; "
    "SET idle_in_transaction_session_timeout = 0; SET jit = off"
)
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Column:
    name: str
    type: str  # PostgreSQL's name of it
    is_text: bool


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> str:
        return ", ".join(map(quoted, [c.name for c in self.columns]))

    @property
    def is_bytes(self) -> bool:
        """Mostly bytes that are compressed already."""
        return any(c.type == "bytea" for c in self.columns)

    def copy_out(self) -> LiteralString:
        """Text is ordered by its bytes: the servers' collations differ."""
        texts = {c.name for c in self.columns if c.is_text}
        order = ", ".join(f'{quoted(n)} COLLATE "C"' if n in texts else quoted(n) for n in self.key)
        return cast(
            LiteralString,
            f"COPY (SELECT {self.names} FROM public.{quoted(self.name)} ORDER BY {order}) TO STDOUT",
        )

    def copy_in(self) -> LiteralString:
        return cast(LiteralString, f"COPY public.{quoted(self.name)} ({self.names}) FROM STDIN")


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def settle(connection: psycopg.Connection[Any]) -> None:
    """The settings under which the text of a value is the same on every server."""
    connection.execute(_SETTINGS)


_TABLES = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND NOT EXISTS (SELECT 1 FROM pg_depend d
                  WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY c.relname COLLATE "C"
"""
_COLUMNS = """
SELECT attname, format_type(atttypid, atttypmod), attcollation <> 0 FROM pg_attribute
WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum
"""
_PRIMARY_KEY = """
SELECT a.attname FROM pg_index i CROSS JOIN unnest(i.indkey::int[]) WITH ORDINALITY k (attnum, n)
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
WHERE i.indrelid = to_regclass(%s) AND i.indisprimary ORDER BY k.n
"""


def all_names(connection: psycopg.Connection[Any]) -> list[str]:
    """Every table of the schema, the queue's too; not those that belong to an extension."""
    return [name for (name,) in connection.execute(_TABLES)]


def is_data(name: str) -> bool:
    return name not in LEFT_OUT and not name.startswith(_QUEUE)


def logical(connection: psycopg.Connection[Any], also: Collection[str] = ()) -> list[Table]:
    """The tables that a backup holds today, and those of `also` that are there: an older one may hold more."""
    return [_table(connection, name) for name in all_names(connection) if is_data(name) or name in also]


def _table(connection: psycopg.Connection[Any], name: str) -> Table:
    where = (f"public.{quoted(name)}",)
    columns = tuple(Column(*row) for row in connection.execute(_COLUMNS, where))
    key = tuple(column for (column,) in connection.execute(_PRIMARY_KEY, where))
    return Table(name, columns, key or KEYS.get(name) or tuple(c.name for c in columns))


def stream(cursor: psycopg.Cursor, table: Table) -> Iterator[bytearray]:
    """The table's rows in blocks of about a megabyte; afterwards `cursor.rowcount` is their number."""
    block = bytearray()
    with cursor.copy(table.copy_out()) as copy:
        for row in copy:
            block += row
            if len(block) >= _BLOCK:
                yield block
                block = bytearray()
    yield block


def digest(connection: psycopg.Connection[Any], table: Table) -> tuple[int, str]:
    """Number of rows and digest of a table. The connection has been through `settle`."""
    hashed, cursor = hashlib.sha256(), connection.cursor()
    for block in stream(cursor, table):
        hashed.update(block)
    return cursor.rowcount, hashed.hexdigest()


def digests(dsn: str) -> dict[str, tuple[int, str]]:
    """Number of rows and digest of every table that a backup would hold, of one moment."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        settle(connection)
        with snapshot(connection):
            return {table.name: digest(connection, table) for table in logical(connection)}


def snapshot(connection: psycopg.Connection[Any]) -> AbstractContextManager[psycopg.Transaction]:
    """A transaction that sees one moment, however long it lasts and whatever is written meanwhile."""
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    return connection.transaction()


_SEQUENCES: LiteralString = """
SELECT c.relname, a.attname, s.last_value
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_sequences s ON format('%%I.%%I', s.schemaname, s.sequencename)
                     = pg_get_serial_sequence(format('%%I.%%I', 'public', c.relname), a.attname)
WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY (%s) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY 1, 2
"""


def sequences(connection: psycopg.Connection[Any], names: list[str]) -> list[dict[str, Any]]:
    """How far each table has counted: a number that was given once is not given again after a restore."""
    found = connection.execute(_SEQUENCES, (names,))
    return [{"table": table, "column": column, "last": last} for table, column, last in found]
