"""The disk is full, the folder is read-only, the folder is copied while it is in use."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from milevault_core import store
from milevault_core.backup import BackupError, make, restore, tables
from milevault_core.derive import clean
from milevault_core.imports import files
from milevault_core.store import migrate
from milevault_core.store.embedded_server import embedded
from tests.backup.filled import opened
from tests.commands import command, data_folder
from tests.conftest import make_user
from tests.jobs.processes import gpx_file
from tests.store.embedded_users import needs_root, open_folder
from tests.waiting import wait_for


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    with data_folder(tmp_path / "data") as folder:
        yield folder


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 160 MB."""
    with open_folder() as home:
        disk = home / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m,mode=755", "none", disk])
        if mounted.returncode:
            pytest.skip("this machine does not let us mount a disk")
        with data_folder(disk / "data"):
            yield disk
        subprocess.run(["umount", "--lazy", disk], check=True)


def fill(disk: Path) -> None:
    done = subprocess.run(["dd", "if=/dev/zero", f"of={disk}/ballast", "bs=4k"], capture_output=True)
    assert b"No space left" in done.stderr


def rows(dsn: str, query: str) -> list[tuple]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        return connection.execute(query).fetchall()


def three_files() -> None:
    user = make_user("ann")
    batch = files.begin(user, "page")
    for day in range(3):
        for item in files.add(user, batch, f"{day}.gpx", gpx_file(day)):
            files.process(item)
    clean.clean(user)
    clean.clean(user, "routes")


@needs_root
def test_a_disk_that_fills_up_under_an_import(small_disk: Path) -> None:
    """Nothing that was there is lost, nothing is half there, the file waits; and it is imported when there is room."""
    server = embedded.start(small_disk / "data")
    server.watch()
    with opened(server.dsn):
        three_files()
        (big,) = files.add(1, files.begin(1, "page"), "big.gpx", gpx_file(9, 30_000))
        before = tables.digests(server.dsn)
        fill(small_disk)
        with pytest.raises((*store.UNAVAILABLE, DBAPIError)):
            files.process(big)
        (small_disk / "ballast").unlink()
        # A server that could not write its log has ended; it recovers, or is started again by whoever uses it.
        after = wait_for(lambda: digests(server.dsn), "the database answers", 60)
        counted = after.pop("import_items"), before.pop("import_items")  # one try was counted
        assert counted[0][0] == counted[1][0]
        assert after == before
        files.process(big)
        assert rows(server.dsn, f"SELECT state, outcome FROM import_items WHERE id = {big}") == [
            ("done", "imported")
        ]
        assert rows(server.dsn, "SELECT count(*), sum(point_count) FROM activities") == [(4, 30_180)]
        assert rows(server.dsn, "SELECT count(*) FROM activity_data_points") == [(30_180,)]
    server.leave()


@needs_root
def test_a_full_disk_under_backup_and_restore(small_disk: Path, tmp_path: Path) -> None:
    server = embedded.start(small_disk / "data")
    migrate.upgrade(server.dsn)
    with opened(server.dsn):
        three_files()
    good = make.write(server.dsn, tmp_path / "good.tar").path
    before = tables.digests(server.dsn)
    with (small_disk / "ballast").open("wb") as ballast:
        free = shutil.disk_usage(small_disk).free
        os.posix_fallocate(ballast.fileno(), 0, free - 8192)
    with pytest.raises(BackupError, match="No space left"):
        make.write(server.dsn, small_disk / "b.tar")
    assert sorted(p.name for p in small_disk.iterdir()) == ["ballast", "data"]  # no half is left
    with pytest.raises(BackupError, match=r"disk is full|went away|No space"):
        restore.restore(server.dsn, good, replace=True)
    (small_disk / "ballast").unlink()
    server.revive()  # a server that could not write its log has ended itself
    assert wait_for(lambda: digests(server.dsn), "the database answers") == before
    server.leave()


def digests(dsn: str) -> dict | None:
    with suppress(psycopg.OperationalError):
        return tables.digests(dsn)


@needs_root
def test_a_read_only_folder_is_said(data: Path) -> None:
    embedded.start(data).leave()
    with open_folder() as home:
        place = home / "data"
        shutil.copytree(data, place, symlinks=True)
        bound = subprocess.run(["mount", "--bind", place, place]).returncode == 0
        bound = bound and subprocess.run(["mount", "-o", "remount,bind,ro", place]).returncode == 0
        if not bound:
            pytest.skip("this machine does not let us mount a disk")
        try:
            for words in (("run", "--no-browser"), ("backup",), ("user", "add", "ann", "--password-stdin")):
                done = command(*words, "--data", place, input="a long and quiet word\n")
                assert done.returncode == 1
                assert "cannot be written to" in done.stderr + done.stdout
                assert "Traceback" not in done.stderr
        finally:
            subprocess.run(["umount", "--lazy", place], check=True)


def test_a_copy_of_a_folder_in_use_is_a_database_of_its_own(data: Path, tmp_path: Path) -> None:
    """It opens as after a power cut, or says why not; the original is never touched."""
    server = embedded.start(data)
    with opened(server.dsn):
        three_files()
        before = tables.digests(server.dsn)
        with data_folder(tmp_path / "copy") as copy:
            # As `cp -a` does: files change under it.
            shutil.copytree(data, copy, symlinks=True, copy_function=_copy, ignore=_sockets)
            other = embedded.start(copy)
            assert other.dsn != server.dsn
            assert tables.digests(other.dsn) == before
            with psycopg.connect(other.dsn, autocommit=True) as connection:
                connection.execute("DELETE FROM users")
            other.leave()
        assert tables.digests(server.dsn) == before
        user = make_user("bob")
        assert user
    server.leave()
    server = embedded.start(data)
    assert tables.digests(server.dsn)["users"][0] == 2
    server.leave()


def _copy(source: str, target: str) -> None:
    with suppress(FileNotFoundError):  # gone since the list was made
        shutil.copy2(source, target)
        at = os.stat(source)
        if os.geteuid() == 0:
            os.chown(target, at.st_uid, at.st_gid)


def _sockets(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if name.startswith(".s.PGSQL") and not name.endswith(".lock")}
