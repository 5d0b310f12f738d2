"""One database a process: opened once, the same for app, jobs and command line.

store.open()                        starts the embedded server if no DATABASE_URL is set, migrates, connects
with store.session() as session:    one transaction in the ORM; COPY goes through its own connection
store.read(sql, (user_id, …))       a DataFrame, through pooled ADBC connections; parameters are $1, $2 …
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import adbc_driver_postgresql.dbapi as adbc
import pandas as pd
import psycopg
import pyarrow as pa
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from milevault_core import config
from milevault_core.store import embedded, migrate

# Arrow's own pool never gives back what it has taken: 60 MB more after 300 imports, against 9 with the system's.
pa.set_memory_pool(pa.system_memory_pool())

# The database cannot be reached or has just gone away: worth another try, unlike a fault of the data.
UNAVAILABLE = (OperationalError, InterfaceError, psycopg.OperationalError, adbc.OperationalError)


class NotOpen(RuntimeError):
    """store.open() was not called in this process."""


@dataclass(frozen=True)
class Database:
    dsn: str
    engine: Engine
    readers: QueuePool
    server: "embedded.Server | None"


_database: Database | None = None
_opening = threading.Lock()


def open(url: str = "", data: Path | None = None) -> Database:
    """Open the database of this process; a second call returns the first one.

    `url` (or DATABASE_URL) names a server; without one the embedded PostgreSQL in `data` (or MILEVAULT_DATA) is
    started. Migrations run under one lock, whichever process is first.
    """
    global _database
    with _opening:
        if _database is None:
            _database = _open(url, data)
        return _database


def _open(url: str, data: Path | None) -> Database:
    settings = config.settings()
    server = None
    dsn = url or settings.database_url
    if not dsn:
        server = embedded.start(data or settings.data)
        dsn = server.dsn
    try:
        migrate.upgrade(dsn)
    except BaseException:
        if server:
            server.leave()
        raise
    if server:
        server.watch()
    engine = create_engine(
        sqlalchemy_url(dsn), pool_pre_ping=False, pool_recycle=3600, hide_parameters=True, max_overflow=20
    )
    return Database(dsn, engine, _reader_pool(dsn), server)


def close() -> None:
    """Close every connection of this process and leave the embedded server; the last one to leave stops it."""
    global _database
    with _opening:
        if _database is None:
            return
        database, _database = _database, None
        database.readers.dispose()
        database.engine.dispose()
        if database.server:
            database.server.leave()


def database() -> Database:
    if _database is None:
        raise NotOpen("store.open() comes first")
    return _database


def sqlalchemy_url(dsn: str) -> str:
    return dsn.replace("postgresql://", "postgresql+psycopg://", 1)


@contextmanager
def session() -> Iterator[Session]:
    """One transaction: committed at the end of the block, rolled back by an exception."""
    with Session(database().engine, expire_on_commit=False) as opened, opened.begin():
        yield opened


def raw(opened: Session) -> psycopg.Connection:
    """The psycopg connection of a session's transaction, for COPY and for the queue."""
    connection = opened.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)
    return connection


def _reader_pool(dsn: str) -> QueuePool:
    """ADBC connections, pooled: a connect costs 40 ms and its first query 120 ms more."""

    def connect():
        connection = adbc.connect(dsn, autocommit=True)
        with connection.cursor() as cursor:
            cursor.execute("SET TIME ZONE 'UTC'")
        return connection

    # ADBC's connections have no rollback to run on return: they are in autocommit.
    return QueuePool(connect, pool_size=5, max_overflow=30, reset_on_return=None, recycle=3600)


def read(sql: str, parameters: tuple = ()) -> pd.DataFrame:
    """The rows of a query as a DataFrame. Parameters are $1, $2 …; cast NUMERIC to float8 (ADBC gives text)."""
    return read_arrow(sql, parameters).to_pandas()


def read_arrow(sql: str, parameters: tuple = ()) -> pa.Table:
    """The rows of a query as an Arrow table."""
    pool = database().readers
    for attempt in (1, 2):
        connection: Any = pool.connect()  # an ADBC connection in the pool's wrapping
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, parameters or None)
                return cursor.fetch_arrow_table()
        except adbc.Error:
            # A server that restarted leaves dead connections in the pool: throw this one away, try one new.
            connection.invalidate()
            if attempt == 2:
                raise
        finally:
            connection.close()
    raise AssertionError("unreachable")
