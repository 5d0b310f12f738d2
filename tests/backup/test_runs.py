"""The database says what is due, so neither a restart nor a second scheduler skips or repeats a backup."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest

from milevault_core import config, store
from milevault_core.backup import archive, deletions, nightly, runs, state
from milevault_core.store import erase
from tests.commands import ROOT
from tests.waiting import wait_for

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def dsn(user: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with an old user, and a backup folder."""
    monkeypatch.setenv("BACKUP_FOLDER", str(tmp_path / "backups"))
    config.settings.cache_clear()
    dsn = store.database().dsn
    sql(dsn, "UPDATE users SET created_at = '2020-01-01'")
    return dsn


@pytest.fixture
def connection(dsn: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection


def sql(dsn: str, query: str, *parameters) -> list[tuple]:
    with psycopg.connect(dsn, autocommit=True) as connection:
        cursor = connection.execute(query, parameters)
        return cursor.fetchall() if cursor.description else []


def log(dsn: str) -> list[tuple]:
    return sql(dsn, "SELECT kind, occasion, state FROM backup_runs ORDER BY id")


def ran(dsn: str, at: datetime, kind: str = "backup", outcome: str = "done", file: str = "") -> None:
    occasion = "nightly" if kind == "backup" else "weekly"
    columns = "kind, occasion, state, began_at, ended_at, file"
    values = (kind, occasion, outcome, at, at, file)
    sql(dsn, f"INSERT INTO backup_runs ({columns}) VALUES (%s, %s, %s, %s, %s, %s)", *values)


def test_a_night_makes_a_backup_and_proves_it(dsn: str, tmp_path: Path) -> None:
    nightly.do_what_is_due(dsn)
    assert log(dsn) == [("backup", "nightly", "done"), ("proof", "weekly", "done")]
    (file,) = (tmp_path / "backups").iterdir()
    assert archive.read(file)["tables"]["users"]["rows"] == 1
    found = state.state()
    assert found.backup.file == found.proof.file == str(file)
    assert found.backup.size_bytes == file.stat().st_size
    assert found.proof.made_at == found.backup.made_at
    assert (found.problems, found.backup_failure, found.is_running) == ((), "", False)
    nightly.do_what_is_due(dsn)  # again at once: nothing is due
    assert len(log(dsn)) == 2


def test_a_deletion_by_another_machine_is_written_down_beside_the_backups(dsn: str, tmp_path: Path) -> None:
    """That machine's worker has recorded it in the database, and in its own folder."""
    with psycopg.connect(dsn) as connection:
        erase.erase(connection, sql(dsn, "SELECT id FROM users")[0][0])
    sql(dsn, "INSERT INTO users (username, password_hash, created_at) VALUES ('bob', '!', '2020-01-01')")
    nightly.do_what_is_due(dsn)
    with psycopg.connect(dsn) as connection:
        (deleted,) = erase.deleted(connection)
        sql(dsn, "DELETE FROM deleted_accounts")  # as after restoring an older backup
        assert deletions.known(connection, tmp_path / "backups" / "any.tar") == [deleted]


def test_two_schedulers_make_one(dsn: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(nightly.do_what_is_due, [dsn] * 4))
    assert log(dsn) == [("backup", "nightly", "done"), ("proof", "weekly", "done")]


def test_a_server_without_people_makes_none(database, dsn: str) -> None:
    sql(dsn, "DELETE FROM users")
    nightly.do_what_is_due(dsn)
    assert log(dsn) == []


def test_never_means_never(dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKUP_AT", "never")
    config.settings.cache_clear()
    nightly.do_what_is_due(dsn)
    assert log(dsn) == []


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


# Current time, time of the last backup, and whether one is due.
NIGHTS = {
    "before the time": ("2026-06-02 02:59", "2026-06-01 03:00", False),
    "at the time": ("2026-06-02 03:00", "2026-06-01 03:00", True),
    "the machine slept": ("2026-06-05 11:00", "2026-06-01 03:00", True),
    "made already": ("2026-06-02 03:20", "2026-06-02 03:01", False),
    "spring, an hour is missing": ("2026-03-29 03:30", "2026-03-28 02:30", True),
    "autumn, an hour comes twice": ("2026-10-25 03:00", "2026-10-25 02:30", False),
    "made by a clock of the future": ("2026-06-02 03:00", "2036-06-01 03:00", True),
    "the clock went back a little": ("2026-06-02 03:00", "2026-06-02 03:30", False),
}


@pytest.mark.parametrize("night", NIGHTS)
def test_when_a_backup_is_due(dsn: str, connection: psycopg.Connection, night: str) -> None:
    now, last, is_due = NIGHTS[night]
    ran(dsn, berlin(last))
    at = "02:30" if "hour" in night else "03:00"
    assert runs.is_backup_due(connection, at, berlin(now), BERLIN) is is_due


def test_each_night_once_whatever_the_clock_does(dsn: str, connection: psycopg.Connection) -> None:
    """Check every half hour around both nights on which 02:30 is missing or occurs twice."""
    for first in ("2026-03-27", "2026-10-23"):
        start = berlin(f"{first} 12:00").astimezone(ZoneInfo("UTC"))
        made = []
        for step in range(4 * 24 * 2):
            now = (start + step * timedelta(minutes=30)).astimezone(BERLIN)
            if runs.is_backup_due(connection, "02:30", now, BERLIN):
                ran(dsn, now)
                made.append(now.date().isoformat())
        days = [(berlin(f"{first} 12:00") + timedelta(days=n)).date().isoformat() for n in range(0, 5)]
        # one at the first check, because there is none yet; then one each night
        assert made == days[:5], first


def test_a_failure_is_tried_again_after_an_hour(dsn: str, connection: psycopg.Connection) -> None:
    ran(dsn, berlin("2026-06-01 03:00"))
    ran(dsn, berlin("2026-06-02 03:00"), outcome="failed")
    for at, is_due in (("03:30", False), ("04:01", True)):
        assert runs.is_backup_due(connection, "03:00", berlin(f"2026-06-02 {at}"), BERLIN) is is_due


def test_when_a_proof_is_due(dsn: str, connection: psycopg.Connection, tmp_path: Path) -> None:
    older, newer = tmp_path / "older.tar", tmp_path / "newer.tar"
    now = berlin("2026-06-10 04:00")
    assert runs.file_to_prove(connection, now) is None  # there is no backup
    for day, file in ((1, older), (2, newer)):
        file.touch()
        ran(dsn, berlin(f"2026-06-0{day} 03:00"), file=str(file))
    assert runs.file_to_prove(connection, now) == newer
    newer.unlink()
    assert runs.file_to_prove(connection, now) == older  # a file that is gone cannot be proven
    ran(dsn, now, "proof", "failed")
    assert runs.file_to_prove(connection, now + timedelta(hours=20)) is None
    assert runs.file_to_prove(connection, now + timedelta(hours=25)) == older
    ran(dsn, now, "proof")
    assert runs.file_to_prove(connection, now + timedelta(days=6)) is None
    assert runs.file_to_prove(connection, now + timedelta(days=8)) == older


def test_a_failure_is_noted_and_shown(dsn: str, tmp_path: Path) -> None:
    (tmp_path / "backups").write_text("a file stands in the way")
    nightly.do_what_is_due(dsn)
    assert log(dsn) == [("backup", "nightly", "failed")]
    found = state.state()
    assert found.backup is None
    assert "could not be written" in found.backup_failure
    assert found.problems[0][0] == f"The last backup failed: {found.backup_failure}"


def test_a_damaged_backup_fails_its_proof(dsn: str, connection: psycopg.Connection) -> None:
    nightly.do_what_is_due(dsn)
    file = Path(state.state().backup.file)
    file.write_bytes(file.read_bytes()[:-3000])
    runs.ask(connection, "proof", str(file))
    runs.ask(connection, "proof", str(file))  # the button is pressed twice
    nightly.do_what_is_due(dsn)
    assert log(dsn)[2:] == [("proof", "page", "failed")]
    assert "damaged or was cut off" in state.state().proof_failure


def test_asked_for_on_the_page(dsn: str, connection: psycopg.Connection, tmp_path: Path) -> None:
    nightly.do_what_is_due(dsn)
    assert not nightly.is_anything_due(connection)
    runs.ask(connection, "backup")
    assert nightly.is_anything_due(connection)
    assert state.state().is_running
    nightly.do_what_is_due(dsn)
    assert log(dsn)[2:] == [("backup", "page", "done")]


SLOW = """
import sys, time
from milevault_core.backup import make, nightly

make.tables.logical = lambda *_: print("there", flush=True) or time.sleep(600)
nightly.do_what_is_due(sys.argv[1])
"""


def test_a_killed_backup_is_said_and_made_anew(dsn: str, tmp_path: Path) -> None:
    slow = subprocess.Popen([sys.executable, "-c", SLOW, dsn], cwd=ROOT, stdout=subprocess.PIPE)
    assert slow.stdout.readline() == b"there\n"
    assert state.state().is_running
    nightly.do_what_is_due(dsn)  # another scheduler, meanwhile
    assert log(dsn) == [("backup", "nightly", "running")]
    os.kill(slow.pid, signal.SIGKILL)
    slow.wait()
    found = wait_for(lambda: (s := state.state()).backup_failure and s, "word of the interruption")
    assert "It was interrupted" in found.backup_failure
    assert len(list((tmp_path / "backups").glob("*.part"))) == 1
    sql(dsn, "UPDATE backup_runs SET ended_at = ended_at - interval '2 hours'")
    nightly.do_what_is_due(dsn)
    assert log(dsn) == [
        ("backup", "nightly", "failed"),
        ("backup", "nightly", "done"),
        ("proof", "weekly", "done"),
    ]
    assert [p.suffix for p in (tmp_path / "backups").iterdir()] == [".tar"]  # the partial file is gone


def test_what_an_operator_should_know(dsn: str) -> None:
    assert [p[0] for p in state.state().problems] == [
        "There is no backup of the last two days.", "No backup has been verified for two weeks."
    ]  # fmt: skip
    nightly.do_what_is_due(dsn)
    now = datetime.now(ZoneInfo("UTC"))
    assert state.state(now + timedelta(days=1)).problems == ()
    assert [p[0] for p in state.state(now + timedelta(days=3)).problems] == [
        "There is no backup of the last two days."
    ]
    assert len(state.state(now + timedelta(days=20)).problems) == 2
