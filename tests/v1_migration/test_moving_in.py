"""Moving in from the first MileVault: its database is moved twice, and nothing is there twice."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from milevault_core import cli, store
from milevault_core.accounts import passwords, users
from milevault_core.derive import clean
from milevault_core.store import engine, migrate
from milevault_core.store.v1 import tables as first_milevault
from tests.commands import command
from tests.databases import with_name
from tests.v1_migration import old_vault

LIKED = (
    "SELECT a.name, a.sport, a.sub_sport, a.description FROM activities a JOIN users u ON u.id = a.user_id "
)


@pytest.fixture
def old_url(server_url: str) -> Iterator[str]:
    name = f"old_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield with_name(server_url, name)
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def move(url: str, files: Path, *more: object):
    # As in people's old .env.
    asked = url.replace("postgresql://", "postgresql+asyncpg://", 1)
    env = {"DATABASE_URL": store.database().dsn, "JOBS_WORKERS": "1"}
    return command("import-milevault", "--database", asked, "--files", files, *more, env=env)


def rows(sql: str, *parameters) -> list[tuple]:
    with psycopg.connect(store.database().dsn) as connection:
        return connection.execute(sql, parameters).fetchall()


def all_counts() -> list[tuple]:
    tables = ("users", "imports", "import_items", "original_files", "activities", "activity_recordings",
              "activity_data_points", "route_overrides", "weight_logs", "health_values")  # fmt: skip
    return [(table, *rows(f"SELECT count(*) FROM {table}")[0]) for table in tables]


def test_moved_twice_nothing_twice(database: engine.Database, old_url: str, tmp_path: Path) -> None:
    files, mapping = tmp_path / "files", tmp_path / "users.txt"
    old_vault.make_plain(old_url, files)
    mapping.write_text("# who\nAnna Miller = anna\n\ntest = skip\n")
    before = old_vault.digest(old_url)

    looked = move(old_url, files, "--user-map", mapping, "--look")
    assert looked.returncode == 0, looked.stderr
    assert "Anna Miller: will be imported as anna, with 3 files" in looked.stdout
    assert rows("SELECT count(*) FROM users") == [(0,)]

    moved = move(old_url, files, "--user-map", mapping)
    assert moved.returncode == 0, moved.stderr
    said = moved.stdout
    assert "Anna Miller -> anna: made, with the same password; an administrator" in said
    assert "bob -> bob: made, but its old password cannot be taken over: manage.py user password bob" in said
    assert "test: not imported (skipped, as the user map says)" in said
    assert "routes: 1 named, 0 already had a name here, 1 have no activity here" in said
    assert "No file for the activity Lost of " in said
    assert "1 activity names no file: Typed in" in said
    assert "The owner of these files is not known" in said
    assert said.split("--user NAME': ")[1].splitlines()[0] == "stray.gpx"  # not 3/d.gpx: it belongs to test
    assert "swordplay (1)" in said
    assert "Computed again here, from the files: 5 points." in said
    assert "does not say whose they are: 2 segments, 1 days of health figures." in said
    assert "anna: 2 days of health figures" in said
    assert "anna: 2 entries of the weight log, 0 were already here, 0 without a day or a weight" in said
    assert "bob: 0 entries of the weight log, 0 were already here, 2 without a day or a weight" in said
    assert "Garmin Connect has to be connected again" in said
    unknown = said.split("Not understood, and left where it is: ")[1].splitlines()[0]
    assert set(unknown.rstrip(".").split(", ")) == {
        "shoes",
        "users.email",
        "users.is_active",
        "activities.weather",
        "health_metrics.mood",
    }
    who = "JOIN users u ON u.id = t.user_id ORDER BY username, day"
    assert rows(f"SELECT username, day::text, weight_kg, note FROM weight_logs t {who}") == [
        ("anna", "2024-03-01", 70.0, "After breakfast"), ("anna", "2024-03-02", 69.5, "")
    ]  # fmt: skip
    for (user_id,) in rows("SELECT id FROM users"):
        clean.clean(user_id)
    assert rows(f"SELECT username, day::text, rhr, sleep_s, weight_kg FROM health_metrics t {who}") == [
        ("anna", "2024-03-01", 51.0, 27_120.0, 70.0), ("anna", "2024-03-02", None, None, 69.5),
        ("bob", "2024-03-01", 60.0, None, None),
    ]  # fmt: skip

    assert rows(LIKED + "WHERE u.username = 'anna' ORDER BY a.start_time") == [
        ("Evening by the lake", "running", "", "Windy.\nGood."),
        ("Over the hill", "running", "trail", ""),
        ("Morning", "running", "", ""),  # the file that no row names, from anna's folder
    ]
    assert rows(LIKED + "WHERE u.username = 'bob'") == [("Fencing", "running", "", "")]
    assert rows("SELECT username, is_admin FROM users ORDER BY 1") == [("anna", True), ("bob", False)]
    (hashed,) = rows("SELECT password_hash FROM users WHERE username = 'anna'")[0]
    assert passwords.matches(old_vault.PASSWORD, hashed)
    named = "SELECT o.value, a.name FROM route_overrides o JOIN activities a ON a.id = o.activity_id"
    assert rows(named) == [("Lake loop", "Evening by the lake")]

    counts = all_counts()
    users.set_password(users.by_username("anna").id, "another word of hers")
    rows("UPDATE activities SET name = 'Mine now' WHERE name = 'Over the hill' RETURNING id")
    again = move(old_url, files, "--user-map", mapping)
    assert again.returncode == 0, again.stderr
    assert "3 files were imported before and are skipped" in again.stdout
    assert "0 named, 1 already had a name here" in again.stdout
    assert "anna: no new days of health figures" in again.stdout
    assert "anna: 0 entries of the weight log, 2 were already here" in again.stdout
    assert all_counts() == counts
    (hashed,) = rows("SELECT password_hash FROM users WHERE username = 'anna'")[0]
    assert passwords.matches("another word of hers", hashed)
    assert old_vault.digest(old_url) == before


def test_the_other_dialect(database: engine.Database, old_url: str, tmp_path: Path) -> None:
    old_vault.make_other(old_url, tmp_path)
    with (
        store.session()
    ):  # something else of the same content, brought before by hand: no second activity of it
        pass
    done = move(old_url, tmp_path)
    assert done.returncode == 0, done.stderr
    assert rows(LIKED + "ORDER BY a.start_time") == [
        ("One", "cycling", "", "Said"), ("Two", "running", "", "")
    ]  # fmt: skip
    assert rows("SELECT time_zone, units FROM users") == [("Europe/Berlin", "imperial")]
    assert rows("SELECT value FROM route_overrides") == [("Home",)]


def test_it_cannot_write_into_the_old_database(old_url: str, tmp_path: Path) -> None:
    old_vault.make_plain(old_url, tmp_path)
    with first_milevault.look_into(old_url) as old:
        assert len(old.rows("users")) == 3
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            old.connection.execute("DELETE FROM activities")
        old.connection.rollback()
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            old.connection.execute("CREATE TABLE x ()")


def test_a_start_on_the_old_tables_stops_and_names_the_command(old_url: str, tmp_path: Path) -> None:
    old_vault.make_plain(old_url, tmp_path)
    before = old_vault.digest(old_url)
    with pytest.raises(migrate.SchemaError, match=r"manage\.py import-milevault"):
        migrate.upgrade(old_url)
    done = command("migrate", env={"DATABASE_URL": old_url})
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "belongs to the first MileVault" in done.stderr
    assert old_vault.digest(old_url) == before


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("CREATE TABLE x ()", "it has no table users. It has: none."),
        ("CREATE TABLE users (id int, username text); CREATE TABLE notes (id int)", "no table activities"),
        (
            "CREATE TABLE users (id int, username text); CREATE TABLE activities (id int, user_id int, blob_key text)",
            "Its table activities has none of the columns file_path",
        ),
    ],
)
def test_what_is_not_the_old_database(
    sql: str, sentence: str, old_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with psycopg.connect(old_url) as connection:
        connection.execute(sql)
    assert cli.main(["import-milevault", "--database", old_url, "--files", str(tmp_path)]) == 1
    assert sentence in capsys.readouterr().err


def test_our_own_database_is_refused(
    database: engine.Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["import-milevault", "--database", database.dsn, "--files", str(tmp_path)]) == 1
    assert "This is a database of this MileVault itself" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--database", "mysql://x", "--files", "."], "write it as postgresql://"),
        (["--database", "postgresql://127.0.0.1:1/x", "--files", "."], "The old database does not answer"),
        (["--database", "postgresql://127.0.0.1:1/x", "--files", "/nowhere"], "/nowhere is not a folder"),
    ],
)
def test_what_cannot_be_done_is_said(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["import-milevault", *words]) == 1
    assert sentence in capsys.readouterr().err
