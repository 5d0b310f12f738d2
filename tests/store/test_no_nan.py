"""NaN is never stored."""

import psycopg
import pytest

from milevault_core import store
from milevault_core.store import migrate, no_nan


def test_every_floating_point_column_refuses_nan(database_url: str) -> None:
    migrate.upgrade(database_url)
    with psycopg.connect(database_url) as connection:
        tables = connection.execute(no_nan._TABLES).fetchall()
        assert len(tables) > 10
        for table, columns, _ in tables:
            row = connection.execute(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", (f"{table}_no_nan",)
            ).fetchone()
            assert row is not None, table
            for column in columns:
                assert f"{column} <> 'NaN'" in row[0], (table, column)


def test_the_database_refuses_one(user: int) -> None:
    with pytest.raises(Exception, match="activities_no_nan"), store.session() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO activities (user_id, sport, start_time, local_day, elapsed_s, avg_power) "
            f"VALUES ({user}, 'running', now(), now(), 1, 'NaN')"
        )


def test_a_database_that_holds_one_is_put_right(database_url: str) -> None:
    migrate.upgrade(database_url)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("ALTER TABLE activities DROP CONSTRAINT activities_no_nan")
        row = connection.execute(
            "INSERT INTO users (username, password_hash) VALUES ('a', 'x') RETURNING id"
        ).fetchone()
        assert row is not None
        connection.execute(
            "INSERT INTO activities (user_id, sport, start_time, local_day, elapsed_s, avg_power) "
            "VALUES (%s, 'running', now(), now(), 'NaN', 'NaN')", row,
        )  # fmt: skip
        no_nan.constrain(connection)
        assert connection.execute("SELECT elapsed_s, avg_power FROM activities").fetchone() == (0.0, None)
