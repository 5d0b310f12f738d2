"""The logical tables of a database, read from its live schema, and each table's rows as one stream of text.

The stream is `COPY (SELECT columns FROM table ORDER BY key) TO STDOUT` with fixed settings, so that the same rows give
the same bytes on every server, whatever their physical order. Its SHA-256 is the table's digest. (`COPY table TO`
returns no rows for a hypertable.)
"""

import hashlib
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, LiteralString, cast

import psycopg

# Not data: the queue is created again from import_items and dirty marks. Sessions, one-time links and failed sign-ins
# belong to the server, and so does the log of backups. An archive that is still being uploaded must be sent again by
# its owner; files already imported from it are kept as originals. A sign-in at Garmin lasts ten minutes. An export can
# be made again.
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

# How to order tables that have no primary key; any other such table is ordered by all its columns.
KEYS = {"activity_data_points": ("activity_id", "time", "seq")}

# The same text on every server: floats in the shortest exact form, times in UTC, bytes in hexadecimal.
_SETTINGS: LiteralString = (
    "SET TIME ZONE 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'iso_8601'; SET extra_float_digits = 1; "
    "SET bytea_output = 'hex'; SET client_encoding = 'UTF8'; SET statement_timeout = 0; SET lock_timeout = 0; "
    "SET idle_in_transaction_session_timeout = 0; SET jit = off"
)
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Column:
    name: str
    type: str  # PostgreSQL's name for the type
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
        """Whether the table is mostly bytes, which are compressed already."""
        return any(c.type == "bytea" for c in self.columns)

    def copy_out(self) -> LiteralString:
        """The COPY statement that reads the table. Text is ordered by its bytes, because servers' collations differ."""
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
    """Apply settings with which the text of a value is the same on every server."""
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
    """Every table of the schema, including the queue's, except those of extensions."""
    return [name for (name,) in connection.execute(_TABLES)]


def is_data(name: str) -> bool:
    return name not in LEFT_OUT and not name.startswith(_QUEUE)


def logical(connection: psycopg.Connection[Any], also: Collection[str] = ()) -> list[Table]:
    """The tables that this version backs up, and those of `also` that exist, because an older backup may have more."""
    return [_table(connection, name) for name in all_names(connection) if is_data(name) or name in also]


def _table(connection: psycopg.Connection[Any], name: str) -> Table:
    where = (f"public.{quoted(name)}",)
    columns = tuple(Column(*row) for row in connection.execute(_COLUMNS, where))
    key = tuple(column for (column,) in connection.execute(_PRIMARY_KEY, where))
    return Table(name, columns, key or KEYS.get(name) or tuple(c.name for c in columns))


def stream(cursor: psycopg.Cursor, table: Table) -> Iterator[bytearray]:
    """The table's rows in blocks of about 1 MiB; afterwards `cursor.rowcount` is their number."""
    block = bytearray()
    with cursor.copy(table.copy_out()) as copy:
        for row in copy:
            block += row
            if len(block) >= _BLOCK:
                yield block
                block = bytearray()
    yield block


def digest(connection: psycopg.Connection[Any], table: Table) -> tuple[int, str]:
    """Number of rows and digest of a table. `settle` must have been called on the connection."""
    hashed, cursor = hashlib.sha256(), connection.cursor()
    for block in stream(cursor, table):
        hashed.update(block)
    return cursor.rowcount, hashed.hexdigest()


def digests(dsn: str) -> dict[str, tuple[int, str]]:
    """Number of rows and digest of every table that a backup would contain, all from one snapshot."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        settle(connection)
        with snapshot(connection):
            return {table.name: digest(connection, table) for table in logical(connection)}


def snapshot(connection: psycopg.Connection[Any]) -> AbstractContextManager[psycopg.Transaction]:
    """A read-only transaction that sees a single snapshot, however long it lasts and whatever is written meanwhile."""
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
    """The last value of each table's sequence, so that a restore does not use an id a second time."""
    found = connection.execute(_SEQUENCES, (names,))
    return [{"table": table, "column": column, "last": last} for table, column, last in found]
