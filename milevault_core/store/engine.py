"""One database a process: opened once, the same for app, jobs and command line.

store.open()                        starts the embedded server if no DATABASE_URL is set, migrates, connects
with store.session() as session:    one transaction in the ORM; COPY goes through its own connection
store.read(sql, (user_id, …))       a DataFrame, through pooled ADBC connections; parameters are $1, $2 …

pandas and pyarrow are imported with the first read: the jobs process never reads, and they are 60 MB.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import adbc_driver_manager as adbc  # its exceptions are those of the driver
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
    """The open database. Raises NotOpen before store.open()."""
    if _database is None:
        raise NotOpen("store.open() comes first")
    return _database


def name_connections(name: str) -> None:
    """What the connections of this process's transactions call themselves to the database from now on."""

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
    """ADBC connections, pooled: a connect costs 40 ms and its first query 120 ms more."""

    def connect():
        import adbc_driver_postgresql.dbapi as driver
        import pyarrow as pa

        # Arrow's own pool never gives back what it took: 60 MB more after 300 imports, against 9 with the system's.
        pa.set_memory_pool(pa.system_memory_pool())
        connection = driver.connect(dsn, autocommit=True)
        with connection.cursor() as cursor:
            cursor.execute("SET TIME ZONE 'UTC'")
        return connection

    # ADBC's connections have no rollback to run on return: they are in autocommit.
    return QueuePool(connect, pool_size=5, max_overflow=30, reset_on_return=None, recycle=3600)


def read(sql: str, parameters: tuple = ()) -> "pd.DataFrame":
    """The rows of a query as a DataFrame. Parameters are $1, $2 …; cast NUMERIC to float8 (ADBC gives text)."""
    return read_arrow(sql, parameters).to_pandas()


def read_arrow(sql: str, parameters: tuple = ()) -> "pa.Table":
    """The rows of a query as an Arrow table. No text in the database has a NUL, so none is looked for."""
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
    """Every `read` within the block sees what was committed when it began, however many statements it takes."""
    connection: Any = database().readers.connect()
    token = _snapshot.set(connection)
    try:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT 1").fetchall()  # the snapshot is that of the first statement
        yield
        with connection.cursor() as cursor:
            cursor.execute("COMMIT")
    except BaseException:
        connection.invalidate()  # nobody else gets its open transaction
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
        connection: Any = pool.connect()  # an ADBC connection in the pool's wrapping
        try:
            with connection.cursor() as cursor:
                return ask(cursor)
        except adbc.Error as error:
            is_refused = isinstance(error, adbc.ProgrammingError | adbc.DataError)
            if is_refused and error.sqlstate:
                raise  # by the server, which would refuse it again; the connection is as good as before
            connection.invalidate()
            # A server that restarted has left every connection of the pool dead: away with all of them, and one new.
            if not is_refused:
                pool.dispose()
            if attempt == 2:
                raise
        finally:
            connection.close()
    raise AssertionError("unreachable")
