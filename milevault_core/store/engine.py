"""One database per process: opened once, the same for app, jobs and command line.

store.open()                        starts the embedded server if no DATABASE_URL is set, migrates, connects
with store.session() as session:    one transaction in the ORM; COPY uses the same connection (see `raw`)
store.read(sql, (user_id, …))       a DataFrame, through pooled ADBC connections; parameters are $1, $2 …

pandas and pyarrow are imported with the first read: the jobs process never reads, and they take 60 MB.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import adbc_driver_manager as adbc  # the driver raises its exceptions
import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from milevault_core import config
from milevault_core.store import answers, migrate
from milevault_core.store.embedded_server import embedded

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

# The database cannot be reached or has just gone away: worth another try, unlike an error in the data.
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
    started. The first process to get here runs the migrations, under a lock.
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
    """Close every connection of this process and leave the embedded server; the last process to leave stops it."""
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
    """The open database. Raises NotOpen before store.open()."""
    if _database is None:
        raise NotOpen("store.open() comes first")
    return _database


def name_connections(name: str) -> None:
    """Set the application_name of this process's connections for transactions from now on."""

    def say(connection: Any, _: object) -> None:
        connection.execute("SELECT set_config('application_name', %s, false)", (name,))
        connection.commit()

    engine = database().engine
    engine.dispose()
    event.listen(engine, "connect", say)


def sqlalchemy_url(dsn: str) -> str:
    return dsn.replace("postgresql://", "postgresql+psycopg://", 1)


@contextmanager
def session() -> Iterator[Session]:
    """One transaction: committed at the end of the block, rolled back by an exception."""
    try:
        with Session(database().engine, expire_on_commit=False) as opened, opened.begin():
            yield opened
    finally:
        answers.forget()


def raw(opened: Session) -> psycopg.Connection:
    """The psycopg connection of a session's transaction, for COPY and for the queue."""
    connection = opened.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)
    return connection


def _reader_pool(dsn: str) -> QueuePool:
    """A pool of ADBC connections: connecting costs 40 ms, and the first query 120 ms more."""

    def connect():
        import adbc_driver_postgresql.dbapi as driver
        import pyarrow as pa

        # Arrow's own pool never gives memory back: 60 MB more after 300 imports, but only 9 MB with the system's.
        pa.set_memory_pool(pa.system_memory_pool())
        connection = driver.connect(dsn, autocommit=True)
        with connection.cursor() as cursor:
            cursor.execute("SET TIME ZONE 'UTC'")
        return connection

    # The connections are in autocommit, so there is nothing to roll back on return.
    return QueuePool(connect, pool_size=5, max_overflow=30, reset_on_return=None, recycle=3600)


def read(sql: str, parameters: tuple = ()) -> "pd.DataFrame":
    """The rows of a query as a DataFrame. Parameters are $1, $2 …; cast NUMERIC to float8 (ADBC gives text)."""
    return read_arrow(sql, parameters).to_pandas()


def read_arrow(sql: str, parameters: tuple = ()) -> "pa.Table":
    """The rows of a query as an Arrow table. NUL is removed from text parameters: the database cannot store it."""
    parameters = tuple(each.replace("\0", "") if isinstance(each, str) else each for each in parameters)
    fetched = None if _snapshot.get() else answers.known(sql, parameters)
    if fetched is not None:
        return fetched

    def ask(cursor: Any) -> "pa.Table":
        cursor.execute(sql, parameters or None)
        return cursor.fetch_arrow_table()

    return _by_reader(ask)


def columns_of(sql: str, parameters: tuple = ()) -> list[str]:
    """The names of a query's columns; the query itself is not run."""
    return _by_reader(lambda cursor: cursor.adbc_execute_schema(sql, parameters or None).names)


_snapshot: ContextVar[Any] = ContextVar("snapshot", default=None)  # the reader of `one_snapshot`


@contextmanager
def one_snapshot() -> Iterator[None]:
    """A block in which every `read` sees what was committed when it began, in any number of statements."""
    connection: Any = database().readers.connect()
    token = _snapshot.set(connection)
    try:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT 1").fetchall()  # the first statement takes the snapshot
        yield
        with connection.cursor() as cursor:
            cursor.execute("COMMIT")
    except BaseException:
        connection.invalidate()  # so that nobody else gets its open transaction
        raise
    finally:
        _snapshot.reset(token)
        connection.close()


def _by_reader(ask: Callable[[Any], Any]) -> Any:
    if (reading := _snapshot.get()) is not None:
        with reading.cursor() as cursor:
            return ask(cursor)
    pool = database().readers
    for attempt in (1, 2):
        connection: Any = pool.connect()  # an ADBC connection, wrapped by the pool
        try:
            with connection.cursor() as cursor:
                return ask(cursor)
        except adbc.Error as error:
            is_refused = isinstance(error, adbc.ProgrammingError | adbc.DataError)
            if is_refused and error.sqlstate:
                raise  # refused by the server, which would refuse it again; the connection is still good
            connection.invalidate()
            # When the server has restarted, every connection in the pool is dead: drop them all and open a new one.
            if not is_refused:
                pool.dispose()
            if attempt == 2:
                raise
        finally:
            connection.close()
    raise AssertionError("unreachable")
