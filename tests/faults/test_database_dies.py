"""The database dies under an import, in every way it can: what comes out is what a quiet import gives."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from milevault_core.derive import clean
from milevault_core.imports import files
from milevault_core.store.embedded_server import embedded
from tests.backup.filled import opened
from tests.commands import ROOT, data_folder, environment
from tests.conftest import make_user
from tests.faults.content import content
from tests.jobs.processes import gpx_file
from tests.waiting import patience, wait_for

FILES = {f"{day:02}.gpx": gpx_file(day, 250) for day in range(14)}


def hand_over() -> int:
    user = make_user("ann")
    batch = files.begin(user, "page")
    for name, data in FILES.items():
        files.add(user, batch, name, data)
    return user


@pytest.fixture(scope="module")
def quiet(server_url: str) -> Iterator[list]:
    """What an import without any trouble gives."""
    from tests.backup.filled import new_database

    with new_database(server_url) as url, opened(url):
        user = hand_over()
        for (item,) in rows(url, "SELECT id FROM import_items ORDER BY id"):
            files.process(item)
        clean.clean(user)
        clean.clean(user, "routes")
        yield content(url)


def rows(dsn: str, query: str) -> list[tuple]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    with data_folder(tmp_path / "data") as folder:
        yield folder


def jobs(data: Path, log: Path) -> subprocess.Popen:
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "jobs"], cwd=ROOT, stdout=out, stderr=out, start_new_session=True,
            env=environment(MILEVAULT_DATA=str(data), JOBS_WORKERS="1", BACKUP_AT="never"),
        )  # fmt: skip


def imported(dsn: str) -> int:
    with suppress(psycopg.OperationalError):
        return rows(dsn, "SELECT count(*) FROM import_items WHERE state = 'done'")[0][0]
    return 0


def is_over(dsn: str) -> bool:
    """Everything is imported, derived and worked off."""
    with suppress(psycopg.OperationalError):
        return rows(
            dsn,
            "SELECT (SELECT count(*) FROM import_items WHERE state <> 'done') + "
            "(SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')) + "
            "(SELECT count(*) FROM dirty_activities) + (SELECT count(*) FROM dirty_days) + "
            "(SELECT count(*) FROM dirty_steps)",
        ) == [(0,)]
    return False


def postmaster(data: Path) -> int:
    return int((data / "pg" / "postmaster.pid").read_text().split()[0])


def kill_the_server(data: Path, dsn: str) -> None:
    os.kill(postmaster(data), signal.SIGKILL)


def stop_it_at_once(data: Path, dsn: str) -> None:
    """As `pg_ctl stop -m immediate` does: no last checkpoint, recovery at the next start."""
    os.kill(postmaster(data), signal.SIGQUIT)


def stop_it_in_order(data: Path, dsn: str) -> None:
    """As `pg_ctl stop -m fast`: an operator's restart."""
    os.kill(postmaster(data), signal.SIGINT)


def kill_a_backend(data: Path, dsn: str) -> None:
    """The server then ends all others and recovers by itself."""
    backends = rows(dsn, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' "
                    "AND pid <> pg_backend_pid() AND query LIKE '%import_items%'")  # fmt: skip
    for (pid,) in backends[:1]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("fault", [kill_the_server, stop_it_at_once, stop_it_in_order, kill_a_backend])
def test_the_database_dies_under_an_import(data: Path, tmp_path: Path, quiet: list, fault) -> None:
    server = embedded.start(data)
    dsn = server.dsn
    with opened(dsn):
        hand_over()
    server.leave()  # from here on the jobs process is the only one that uses it, and the only one to mend it
    log = tmp_path / "log"
    running = jobs(data, log)
    try:
        wait_for(lambda: imported(dsn) >= 3, "some files imported")
        fault(data, dsn)
        wait_for(lambda: is_over(dsn), f"everything imported; the log says {log.read_text()[-3000:]}", 60)
        assert running.poll() is None
        assert content(dsn) == quiet
    finally:
        running.terminate()
        assert running.wait(patience(30)) == 0
    assert not [p for p in psutil.process_iter(["cwd"]) if p.info["cwd"] == str(data / "pg")]


def test_the_server_is_left_alone_while_it_lives(data: Path) -> None:
    server = embedded.start(data)
    before = postmaster(data)
    assert not server.revive()
    assert postmaster(data) == before
    server.leave()
    assert not server.revive()  # nor is it started by one who has left
    assert not (data / "pg" / "postmaster.pid").exists()
