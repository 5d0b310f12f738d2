"""Databases for tests: one migrated database is emptied after each test and lent to the next, because creating a
database takes a second and emptying one a fiftieth of that. A database whose schema a test has changed is dropped.
"""

import copy
import uuid
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from milevault_core import store
from milevault_core.derive.steps import routes as routes_step
from milevault_core.store import engine, migrate, queue
from milevault_core.store.activities import points
from milevault_core.store.imports import archive_items

# Everything besides rows that a test could change: tables, columns, functions, triggers, settings.
_SCHEMA = """
SELECT (SELECT (count(*), max(xmin::text::bigint))::text FROM pg_class WHERE relpersistence <> 't'),
       (SELECT (count(*), max(a.xmin::text::bigint), sum(attisdropped::int))::text
          FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid WHERE relpersistence <> 't'),
       (SELECT (count(*), max(xmin::text::bigint))::text FROM pg_attrdef),
       (SELECT (count(*), max(xmin::text::bigint))::text FROM pg_proc),
       (SELECT (count(*), max(xmin::text::bigint))::text FROM pg_trigger),
       (SELECT (count(*), max(xmin::text::bigint))::text FROM pg_constraint),
       (SELECT (count(*), max(xmin::text::bigint))::text FROM pg_namespace),
       (SELECT count(*)::text FROM pg_db_role_setting), (SELECT count(*)::text FROM pg_largeobject_metadata)
"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_SEQUENCES = "SELECT sequencename, start_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
_VALUES = (
    "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
)
_COLUMNS = (
    "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s "
    "AND is_generated = 'NEVER' ORDER BY ordinal_position"
)
_OTHERS = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


def with_name(url: str, name: str) -> str:
    """The URL of another database on the same server."""
    head, _, query = url.partition("?")
    address = head.rsplit("/", 1)[0] + "/" + name
    return f"{address}?{query}" if query else address


@contextmanager
def fresh(server_url: str, template: str) -> Iterator[str]:
    """The URL of an unused database, dropped afterwards."""
    name = make(server_url, template)
    try:
        yield with_name(server_url, name)
    finally:
        drop(server_url, name)


def make(server_url: str, template: str) -> str:
    """Create a migrated database by copying the template; TimescaleDB's cannot be copied and is migrated anew."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        offered = connection.execute(
            "SELECT count(*) FROM pg_available_extensions WHERE name = 'timescaledb'"
        ).fetchone()
        copied = offered is not None and not offered[0]
        connection.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if copied else ""))  # type: ignore[call-overload]
    if not copied:
        migrate.upgrade(with_name(server_url, name))
    return name


@contextmanager
def opened(url: str) -> Iterator[engine.Database]:
    """This process's store, open on a database that nothing else uses."""
    store.close()
    queue.app.cache_clear()
    for kept in (archive_items._files, points._written, routes_step._kept):
        kept.clear()  # keyed by URL and ids, which recur when the database is lent to the next test
    yield store.open(url)
    store.close()
    queue.app.cache_clear()


def drop(server_url: str, name: str) -> None:
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[call-overload]


class Lent:
    """The database that is lent to one test of a run after another."""

    def __init__(self, server_url: str, template: str) -> None:
        self._server_url, self._template = server_url, template
        self._name = ""
        self._schema: tuple = ()
        self._seeds: dict[str, str] = {}  # tables that are not empty in a new database -> a digest of them

    @contextmanager
    def to_a_test(self) -> Iterator[str]:
        """Yield its URL; afterwards, remove whatever the test left in it."""
        if not self._name:
            self._name = make(self._server_url, self._template)
            with psycopg.connect(self.url, autocommit=True) as connection:
                self._schema = _schema(connection)
                self._seeds = {table: _digest(connection, table) for table in _not_empty(connection)}
        try:
            yield self.url
        finally:
            if not self._is_clean_again():
                self.throw_away()

    @property
    def url(self) -> str:
        return with_name(self._server_url, self._name)

    def throw_away(self) -> None:
        if self._name:
            drop(self._server_url, self._name)
            self._name = ""

    def _is_clean_again(self) -> bool:
        """Empty it. False if it then differs from a new database."""
        try:
            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute(_OTHERS)
                if _schema(connection) != self._schema:
                    return False
                _empty(connection, set(_not_empty(connection)) - set(self._seeds))
                for name, start in connection.execute(_SEQUENCES).fetchall():
                    connection.execute("SELECT setval(%s::regclass, %s, false)", (f'"{name}"', start))
                return all(_digest(connection, table) == was for table, was in self._seeds.items())
        except psycopg.Error:  # the test dropped it, or stopped its server
            return False


@dataclass
class _Filled:
    """What a function put into a database."""

    result: Any
    rows: dict[str, bytes]  # of each table
    numbers: list[tuple[str, int]]  # sequences


class Kept:
    """What functions filled a database with: computed for the first test; for later tests the same rows are copied in,
    which takes a tenth of the time."""

    def __init__(self) -> None:
        self._filled: dict[Hashable, _Filled] = {}

    def fill(self, url: str, make: Callable[..., Any], *arguments: Hashable) -> Any:
        """Do `make(*arguments)` and return its result, which must depend only on the arguments and the existing rows.
        If each table has as many rows as the first time, they are assumed to be the same."""
        with psycopg.connect(url, autocommit=True) as connection:
            given = _counts(connection)
            key = (make, arguments, frozenset(given.items()))
            if key in self._filled:
                _lay_down(connection, set(given), self._filled[key])
            else:
                result = make(*arguments)
                rows = {table: _copied(connection, table) for table in _not_empty(connection)}
                numbers = [(name, last) for name, last in connection.execute(_VALUES)]
                self._filled[key] = _Filled(result, rows, numbers)
            return copy.deepcopy(self._filled[key].result)


def _lay_down(connection: psycopg.Connection, given: set[str], filled: _Filled) -> None:
    with connection.transaction():
        _empty(connection, given)
        for table, data in filled.rows.items():
            with connection.cursor().copy(
                _copy(connection, table, "{} ({}) FROM STDIN (FORMAT binary)")
            ) as into:
                into.write(data)
        for name, last in filled.numbers:
            connection.execute("SELECT setval(%s::regclass, %s)", (f'"{name}"', last))


def _copied(connection: psycopg.Connection, table: str) -> bytes:
    query = _copy(connection, table, "(SELECT {1} FROM {0}) TO STDOUT (FORMAT binary)")
    with connection.cursor().copy(query) as out:
        return b"".join(bytes(part) for part in out)


def _copy(connection: psycopg.Connection, table: str, what: str) -> sql.Composed:
    columns = [sql.Identifier(name) for (name,) in connection.execute(_COLUMNS, [table])]
    return sql.SQL("COPY " + what).format(sql.Identifier(table), sql.SQL(", ").join(columns))


def _empty(connection: psycopg.Connection, tables: set[str]) -> None:
    # Skips foreign key checks and triggers: they do not matter when everything is deleted.
    connection.execute("SET session_replication_role = replica")
    for table in tables:
        connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))


def _counts(connection: psycopg.Connection) -> dict[str, int]:
    """Number of rows of each table that is not empty."""
    tables = _not_empty(connection)
    counts = sql.SQL(", ").join(
        sql.SQL("(SELECT count(*) FROM {})").format(sql.Identifier(t)) for t in tables
    )
    row = connection.execute(sql.SQL("SELECT {}").format(counts)).fetchone() or ()
    return dict(zip(tables, row, strict=True))


def _schema(connection: psycopg.Connection) -> tuple:
    return tuple(connection.execute(_SCHEMA).fetchone() or ())


def _not_empty(connection: psycopg.Connection) -> list[str]:
    tables = [row[0] for row in connection.execute(_TABLES)]
    exists = sql.SQL(", ").join(
        sql.SQL("EXISTS (SELECT 1 FROM {})").format(sql.Identifier(table)) for table in tables
    )
    row = connection.execute(sql.SQL("SELECT {}").format(exists)).fetchone() or ()
    return [table for table, is_there in zip(tables, row, strict=True) if is_there]


def _digest(connection: psycopg.Connection, table: str) -> str:
    query = sql.SQL("SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {} t")
    return str(connection.execute(query.format(sql.Identifier(table))).fetchone())
