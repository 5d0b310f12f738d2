"""Who may use the embedded server, which user it runs as, and how it changes folder modes."""

import os
import pwd
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from milevault_core.store.embedded_server import embedded, system_user
from tests.store.embedded_users import (
    STRANGER,
    clients,
    needs_root,
    of_servers,
    open_folder,
    server_is_gone,
)
from tests.store.test_embedded_place import long_path

pytestmark = needs_root


@pytest.fixture
def home():
    with open_folder() as folder:
        yield folder


def modes(*folders: Path) -> dict[Path, int]:
    return {each: each.stat().st_mode & 0o7777 for each in folders}


@pytest.mark.parametrize("place", ["data", "long"])
def test_no_other_user_can_connect(home, place):
    data = long_path(home) if place == "long" else home / "data"
    with clients() as client:
        dsn = client(data).says()["dsn"]
        assert client("--connect", dsn).says() == {"answer": 1}
        owner = (data / "pg").stat().st_uid
        assert client("--connect", dsn, "--uid", owner).says() == {"answer": 1}
        assert "Permission denied" in client("--connect", dsn, "--uid", STRANGER).says()["refused"]


def test_the_server_listens_nowhere_else(home):
    with clients() as client:
        client(home / "data").says()
        inet = of_servers(home / "data" / "pg", lambda p: p.net_connections("inet"))
        family_of = [c.family.name for connections in inet for c in connections]
        assert family_of == []


def test_no_other_user_can_read_the_files(home):
    embedded.start(home / "data").leave()
    for path in (home / "data").rglob("*"):
        assert not path.stat().st_mode & 0o007, path


def test_root_runs_it_as_an_ordinary_user(home):
    with clients() as client:
        client(home / "data").says()
        uids = set(of_servers(home / "data" / "pg", lambda p: p.uids().effective))
        gids = set(of_servers(home / "data" / "pg", lambda p: p.gids().effective))
        assert uids == {pwd.getpwnam(system_user.NAME).pw_uid}
        assert gids == {pwd.getpwnam(system_user.NAME).pw_gid}


def test_an_ordinary_user_then_root_then_the_user(home):
    os.chown(home, STRANGER, -1)
    with clients() as client:
        for _ in range(2):
            user = client(home / "data", "--uid", STRANGER)
            user.says()
            root = client(home / "data")
            assert root.says()["postmaster"]
            assert set(of_servers(home / "data" / "pg", lambda p: p.uids().effective)) == {STRANGER}
            user.ends()
            assert root.told("select") == {"answer": 1}
            root.ends()  # root is the last one, and stops it
            assert server_is_gone(home / "data" / "pg")
            client(home / "data").ends()  # root alone, from start to end


def test_root_first_in_the_users_own_folder(home):
    os.chown(home, STRANGER, -1)
    with clients() as client:
        root = client(home / "new" / "data")
        root.says()
        user = client(home / "new" / "data", "--uid", STRANGER)
        assert user.told("select")["dsn"]
        root.ends()
        assert user.says() == {"answer": 1}
        user.ends()  # the user is the last one, and can stop the server that root started
        assert server_is_gone(home / "new" / "data" / "pg")


def test_root_first_in_roots_folder_then_a_user_is_told_what_to_do(home):
    data = home / "Anna's data"
    with clients() as client:
        root = client(data)
        assert root.says()["dsn"]
        root.ends()
        why = client(data, "--uid", STRANGER).says()["cannot"]
        assert "belongs to the user milevault, because root started it first" in why
        command = re.search(r"sudo (chown .*)", why)[1]
        data.parent.chmod(0o755)
        subprocess.run(command, shell=True, check=True)
        assert client(data, "--uid", STRANGER).told("select")["dsn"]


def test_another_users_folder(home):
    os.chown(home, STRANGER, -1)
    with clients() as client:
        client(home / "data", "--uid", STRANGER).ends()
        why = client(home / "data", "--uid", pwd.getpwnam("daemon").pw_uid).says()["cannot"]
        assert "folder" in why
        assert "--data" in why or "chown" in why


def test_a_database_that_root_took_over(home):
    data = home / "data"
    with clients() as client:
        client(data).ends()
        subprocess.run(["chown", "-R", "root:root", data], check=True)
        assert client(data).told("select")["dsn"]


def test_closed_folders_above_let_pass_but_not_list(home, caplog):
    """As with /root: one bit is added to each folder on the path to the data, none elsewhere, and each is logged."""
    (home / "root" / "clone" / "data").mkdir(parents=True)
    (home / "root" / "other").mkdir()
    way = [home / "root", home / "root" / "clone", home / "root" / "clone" / "data"]
    for folder in (*way, home / "root" / "other"):
        folder.chmod(0o700)
    above = modes(*home.parents, home)
    embedded.start(home / "root" / "clone" / "data").leave()
    assert modes(*way) == dict.fromkeys(way, 0o701)
    assert modes(home / "root" / "other") == {home / "root" / "other": 0o700}
    assert modes(*above) == above
    said = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert [str(folder) in line for folder, line in zip(way, said, strict=True)] == [True] * 3
    caplog.clear()
    embedded.start(home / "root" / "clone" / "data").leave()
    assert caplog.records == []


def test_programs_in_a_closed_folder(home):
    """A virtual environment below /root, installed with umask 077."""
    package = embedded.programs().parents[1]
    site = home / "root" / "venv"
    skip = shutil.ignore_patterns("include", "pginstall", "*.a")
    for name in (package.name, f"{package.name}.libs"):
        if package.with_name(name).exists():
            shutil.copytree(package.with_name(name), site / name, ignore=skip)
    (site / package.name / "mine.txt").touch()
    for path in (site.parent, site, *site.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & 0o700)
    with clients() as client:
        user = client(home / "data", env={"PYTHONPATH": str(site)})
        assert user.told("select")["dsn"]
        assert set(of_servers(home / "data" / "pg", lambda p: p.exe().startswith(str(site)))) == {True}
    assert modes(site.parent, site) == {site.parent: 0o701, site: 0o701}
    assert modes(site / package.name / "mine.txt") == {site / package.name / "mine.txt": 0o600}
