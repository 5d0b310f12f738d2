"""A test's database is like new, whatever the previous test did to it."""

import psycopg
import pytest

from tests import databases
from tests.databases import Kept, Lent


@pytest.fixture
def lent(server_url: str, template: str):
    one = Lent(server_url, template)
    yield one
    one.throw_away()


def rows(url: str) -> dict[str, int]:
    with psycopg.connect(url, autocommit=True) as connection:
        tables = [name for (name,) in connection.execute(databases._TABLES)]
        return {t: connection.execute(f'SELECT count(*) FROM "{t}"').fetchone()[0] for t in tables}  # type: ignore


def test_rows_and_numbers_are_gone_and_it_is_used_again(lent: Lent) -> None:
    insert = "INSERT INTO users (username, password_hash) VALUES ('ann', '!') RETURNING id"
    with lent.to_a_test() as first:
        new = rows(first)
        left_open = psycopg.connect(first, autocommit=True)
        assert left_open.execute(insert).fetchone() == (1,)
        left_open.execute("DELETE FROM procrastinate_jobs")
    with lent.to_a_test() as second:
        assert second == first
        assert rows(second) == new
        with psycopg.connect(second, autocommit=True) as connection:
            assert connection.execute(insert).fetchone() == (1,)
        with pytest.raises(psycopg.OperationalError):
            left_open.execute("SELECT 1")


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE users ADD COLUMN shoe_size int",
        "ALTER TABLE activities DROP COLUMN device",
        "ALTER TABLE activities ALTER COLUMN device DROP DEFAULT",
        "DROP TABLE activities CASCADE",
        "CREATE SEQUENCE ends",
        "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "UPDATE alembic_version SET version_num = 'another'",
        "CREATE SCHEMA other",
    ],
)
def test_one_whose_schema_was_changed_is_thrown_away(lent: Lent, change: str) -> None:
    with lent.to_a_test() as first:
        new = rows(first)
        with psycopg.connect(first, autocommit=True) as connection:
            connection.execute(change)  # type: ignore[call-overload]
    with lent.to_a_test() as second:
        assert second != first
        assert rows(second) == new


def test_what_a_function_filled_it_with_is_laid_down_again(lent: Lent) -> None:
    insert, runs, kept = (
        "INSERT INTO users (username, password_hash) VALUES (%s, '!') RETURNING id",
        [],
        Kept(),
    )

    def made(url: str, name: str) -> list[int]:
        runs.append(name)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("UPDATE users SET time_zone = 'Asia/Tokyo'")
            return [connection.execute(insert, [name]).fetchone()[0]]  # type: ignore[index]

    def found(url: str, *names: str) -> tuple:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(insert, ["ann"])
            results = [kept.fill(url, made, url, name) for name in names]
            people = connection.execute("SELECT id, username, time_zone, created_at FROM users").fetchall()
            return results, people, connection.execute(insert, ["zoe"]).fetchone()

    with lent.to_a_test() as url:
        first = found(url, "bob")
        assert [row[:3] for row in first[1]] == [(1, "ann", "Asia/Tokyo"), (2, "bob", "UTC")]
        assert first[2] == (3,)
        first[0][0].append("spoilt by its test")
    with lent.to_a_test() as url:
        again = found(url, "bob")
        assert again == ([[2]], *first[1:])
    with lent.to_a_test() as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute(insert, ["eve"])
        other = found(url, "bob")
        assert len(other[1]) == 3, "anew, for more was there"
    assert runs == ["bob", "bob"]
