"""Reading after the server has restarted."""

import adbc_driver_postgresql.dbapi as adbc
import psycopg
import pytest

from milevault_core.store import engine

_OTHERS = (
    "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
    "AND datname = current_database() AND backend_type = 'client backend'"
)


def kill_readers(database: engine.Database, count: int = 5) -> None:
    """Leave `count` dead connections in the pool, as a server restart does."""
    opened = [database.readers.connect() for _ in range(count)]
    for connection in opened:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchall()
    for connection in opened:
        connection.close()
    with psycopg.connect(database.dsn, autocommit=True) as admin:
        (killed,) = admin.execute(_OTHERS).fetchone()  # type: ignore[misc]
    assert killed >= count


def test_no_read_fails_after_the_server_has_restarted(database: engine.Database) -> None:
    kill_readers(database)
    assert [int(engine.read("SELECT 1 AS one")["one"].iloc[0]) for _ in range(8)] == [1] * 8


def test_a_build_that_throws_away_one_at_a_time_is_seen(database: engine.Database, monkeypatch) -> None:
    kill_readers(database)
    monkeypatch.setattr(type(database.readers), "dispose", lambda pool: None)
    with pytest.raises(adbc.Error):
        engine.read("SELECT 1 AS one")


def backends(database: engine.Database) -> set[int]:
    """Backend process ids of three connections from the pool."""
    opened = [database.readers.connect() for _ in range(3)]
    found = set()
    for connection in opened:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            found.add(cursor.fetchone()[0])
    for connection in opened:
        connection.close()
    return found


@pytest.mark.parametrize(
    "query", ["SELECT no_such_column", "SELECT 1 / (3 - n) FROM generate_series(1, 5) n"]
)
def test_a_wrong_query_throws_away_no_connection(database: engine.Database, query: str) -> None:
    """A query that is rejected at once, and one that fails while returning rows."""
    before = backends(database)
    with pytest.raises(adbc.DatabaseError):
        engine.read(query)
    assert backends(database) == before
    assert database.readers.checkedin() == 3
