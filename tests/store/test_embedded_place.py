"""Where the data folder may be, and that every driver can connect to a database there."""

import os
from pathlib import Path

import adbc_driver_postgresql.dbapi as adbc
import psycopg
import pytest
from sqlalchemy import create_engine, text

from milevault_core.store.embedded_server import cluster, embedded
from tests.store.embedded_users import open_folder, server_is_gone


@pytest.fixture
def home():
    with open_folder() as folder:
        yield folder


NAMES = {
    "space": "my data",
    "quotes": 'Anna\'s "data"',
    "umlaut": "Höhenmeter-Übersicht",
    "what a shell would run": "$(touch x)`id`",
    "signs of an address": "50%+20?&#@:5433/x",
    "comma": "runs,rides",
    "backslash": "a\\b",
    "not UTF-8": os.fsdecode(b"donn\xe9es"),
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_names(home, name):
    every_driver_connects(home / name / "data")
    assert not Path("x").exists()
    assert not (home / name / "data" / "pg" / "x").exists()


def every_driver_connects(data: Path) -> None:
    server = embedded.start(data)
    try:
        assert psycopg.connect(server.dsn).execute("SELECT 1").fetchone() == (1,)
        engine = create_engine(server.dsn.replace("postgresql://", "postgresql+psycopg://", 1))
        with engine.connect() as connection:
            assert connection.execute(text("SELECT 1")).scalar() == 1
        engine.dispose()
        with adbc.connect(server.dsn) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1 AS one")
            assert cursor.fetch_arrow_table()["one"].to_pylist() == [1]
    finally:
        server.leave()
    assert server_is_gone(data / "pg")


def long_path(home: Path, characters: int = 130) -> Path:
    path = home / ("x" * 60) / "y"
    return path.with_name("y" * (characters - len(str(path)) + 1))


def test_130_characters(home):
    data = long_path(home)
    assert len(str(data)) == 130
    every_driver_connects(data)


def test_a_long_path_is_served_by_one_server_whatever_each_process_thinks_of_tmp(home, monkeypatch):
    data = long_path(home)
    one = embedded.start(data)
    monkeypatch.setenv("TMPDIR", str(home))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home))
    two = embedded.start(data)
    assert one.dsn == two.dsn
    one.leave()
    two.leave()


def test_a_long_paths_socket_folder_goes_with_the_server(home):
    data = long_path(home)
    server = embedded.start(data)
    folder = Path((data / ".socket").read_text())
    assert folder.stat().st_mode == 0o40700
    assert (folder / ".s.PGSQL.5432").is_socket()
    server.leave()
    assert not folder.exists()
    assert not (data / ".socket").exists()


@pytest.mark.parametrize("mode", [None, 0o777])
def test_a_socket_folder_that_is_not_closed_is_not_used(home, mode):
    """`.socket` names a folder that is gone, or in which anyone could create a socket."""
    data = long_path(home)
    embedded.start(data).leave()
    trap = home / "trap"
    if mode:
        trap.mkdir()
        os.chown(trap, (data / "pg").stat().st_uid, -1)
        trap.chmod(mode)
    (data / ".socket").write_text(str(trap))
    server = embedded.start(data)
    assert psycopg.connect(server.dsn).execute("SELECT 1").fetchone() == (1,)
    assert not list(home.rglob("trap/*"))
    server.leave()


def test_the_longest_path_with_its_socket_inside(home):
    data = long_path(home, cluster.SOCKET_FOLDER_MAX - len("/pg"))
    server = embedded.start(data)
    assert (data / "pg" / ".s.PGSQL.5432").is_socket()
    server.leave()


def test_the_environments_own_wishes_do_not_matter(home, monkeypatch):
    for name, value in {
        "PGPORT": "5433",
        "PGDATA": "/nowhere",
        "PGHOST": "nowhere",
        "LC_ALL": "de_DE",
    }.items():
        monkeypatch.setenv(name, value)
    every_driver_connects(home / "data")


def test_a_relative_path_and_a_link(home, monkeypatch):
    monkeypatch.chdir(home)
    (home / "real").mkdir()
    (home / "link").symlink_to(home / "real")
    one, two = embedded.start(Path("real")), embedded.start(Path("link"))
    assert one.dsn == two.dsn
    one.leave()
    two.leave()


def test_the_operators_own_settings_stay(home):
    server = embedded.start(home / "data")
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET work_mem = '33MB'")
    server.leave()
    server = embedded.start(home / "data")
    with psycopg.connect(server.dsn) as connection:
        assert connection.execute("SHOW work_mem").fetchone() == ("33MB",)
    server.leave()
