"""A restore is all or nothing, and restores every row as it was, on every server."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from jobs.sweep import sweep
from milevault_core import store
from milevault_core.backup import BackupError, BadBackup, archive, make, restore, tables, verify
from milevault_core.derive import clean
from milevault_core.imports import files
from milevault_core.store import migrate
from tests.backup.filled import AWKWARD, counted, new_database, opened, track_file
from tests.commands import ROOT


def test_every_row_comes_back(filled: str, backup_file: Path, empty: str) -> None:
    before = tables.digests(filled)
    assert [name for name, (rows, _) in before.items() if not rows] == []
    restored = restore.restore(empty, backup_file)
    assert tables.digests(empty) == before
    assert restored.row_count == sum(rows for rows, _ in before.values())
    assert migrate.differences(empty) == []
    with psycopg.connect(empty) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM activities")}
    assert names >= set(AWKWARD)


def test_the_digest_sees_a_single_bit(filled: str, backup_file: Path, empty: str) -> None:
    restore.restore(empty, backup_file)
    with psycopg.connect(empty) as connection:
        connection.execute(
            "UPDATE activity_data_points SET altitude = altitude + 3e-8 WHERE ctid = (SELECT min(ctid) FROM "
            "activity_data_points WHERE altitude < 1)"
        )
    changed = tables.digests(empty)
    before = tables.digests(filled)
    assert [name for name in before if before[name] != changed[name]] == ["activity_data_points"]


def test_the_digest_does_not_see_where_rows_lie(filled: str, backup_file: Path, empty: str) -> None:
    restore.restore(empty, backup_file)
    with psycopg.connect(empty) as connection:
        connection.execute("CREATE TEMP TABLE t AS SELECT * FROM activity_data_points")
        connection.execute("DELETE FROM activity_data_points")
        connection.execute("INSERT INTO activity_data_points SELECT * FROM t ORDER BY md5(time::text)")
        connection.execute("UPDATE activities SET version = version")
    assert tables.digests(empty) == tables.digests(filled)


def test_counting_goes_on_where_it_was(filled: str, backup_file: Path, empty: str) -> None:
    """An id that was used once is not used again, even if its row is gone."""
    restore.restore(empty, backup_file)
    last = {(s["table"], s["column"]): s["last"] for s in archive.read(backup_file)["sequences"]}
    assert last["activities", "id"] >= 6
    with opened(empty), store.session() as session:
        new = files.begin(1, "page")
        assert new == last["imports", "id"] + 1
        store.raw(session).execute("DELETE FROM imports WHERE id = %s", (new,))


def test_what_waited_goes_on_and_what_was_dirty_is_computed(backup_file: Path, empty: str) -> None:
    restore.restore(empty, backup_file)
    with opened(empty):
        sweep()
        with store.session() as session:
            run = store.raw(session).execute
            jobs = run("SELECT task_name, count(*) FROM procrastinate_jobs GROUP BY 1 ORDER BY 1").fetchall()
            (item,) = run("SELECT id FROM import_items WHERE state = 'waiting'").fetchone()
        assert jobs == [("derive", 2), ("process_activity_file", 1)]
        files.process(item)
        for user in (1, 2):
            clean.clean(user)
        with store.session() as session:
            outcome = store.raw(session).execute("SELECT outcome FROM import_items WHERE id = %s", (item,))
            assert outcome.fetchone() == ("imported",)


def test_nothing_that_is_kept_refers_to_what_is_left_out(filled: str) -> None:
    refers = (
        "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f' "
        "AND connamespace = 'public'::regnamespace"
    )
    with psycopg.connect(filled) as connection:
        pairs = connection.execute(refers).fetchall()
    assert [pair for pair in pairs if tables.is_data(pair[0]) and not tables.is_data(pair[1])] == []
    assert len(pairs) > 20


def test_data_is_never_overwritten_unasked(filled: str, backup_file: Path) -> None:
    before = tables.digests(filled)
    with pytest.raises(BackupError, match="in use: it holds accounts"):
        restore.restore(filled, backup_file)
    assert tables.digests(filled) == before


def test_replaced_when_asked(server_url: str, backup_file: Path, filled: str) -> None:
    with new_database(server_url) as url:
        restore.restore(url, backup_file)
        with psycopg.connect(url) as connection:
            connection.execute("DELETE FROM users WHERE username = 'ann'")
        restore.restore(url, backup_file, replace=True)
        assert tables.digests(url) == tables.digests(filled)
        assert migrate.differences(url) == []


def test_not_while_somebody_uses_it(empty: str, backup_file: Path) -> None:
    with psycopg.connect(empty), pytest.raises(BackupError, match="still running"):
        restore.restore(empty, backup_file)
    assert tables.digests(empty) == {}


def test_not_over_somebody_elses_tables(empty: str, backup_file: Path) -> None:
    with psycopg.connect(empty) as connection:
        connection.execute("CREATE TABLE recipes (id int)")
    with pytest.raises(BackupError, match=r"not MileVault's \(recipes\)"):
        restore.restore(empty, backup_file, replace=True)
    assert counted(empty, "recipes") == 0


def test_not_over_the_first_milevaults_tables(empty: str, backup_file: Path) -> None:
    with psycopg.connect(empty) as connection:
        connection.execute(
            "CREATE TABLE activities (id int); CREATE TABLE alembic_version (version_num text)"
        )
        connection.execute("INSERT INTO alembic_version VALUES ('0001')")
    with pytest.raises(BackupError, match="not MileVault's"):
        restore.restore(empty, backup_file, replace=True)
    assert counted(empty, "activities") == 0


def test_a_newer_schema_is_refused(tmp_path: Path, empty: str) -> None:
    path = tmp_path / "b.tar"
    with archive.writing(path) as writer:
        writer.put(archive.README, b"")
        writer.seal({"format": archive.FORMAT, "version": 1, "schema": "9999", "tables": {}})
    with pytest.raises(BadBackup, match="newer MileVault"):
        restore.restore(empty, path)


def _tampered(backup_file: Path, path: Path) -> Path:
    """A backup whose rows do not match the manifest's digest of the table, although each member's checksum is right."""
    manifest = archive.read(backup_file)
    manifest["tables"]["users"]["digest"] = "0" * 64
    with archive.writing(path) as writer:
        writer.put(archive.README, b"")
        for table in manifest["tables"].values():
            with writer.member(table["file"]) as member:
                for block in archive.rows(backup_file, table["file"]):
                    member.write(block)
            table["sha256"] = member.sha256
        writer.seal(manifest)
    return path


def test_a_difference_takes_everything_back(backup_file: Path, tmp_path: Path, server_url: str) -> None:
    bad = _tampered(backup_file, tmp_path / "bad.tar")
    with new_database(server_url) as url:
        restore.restore(url, backup_file)
        before = tables.digests(url)
        with pytest.raises(BackupError, match="users differs"):
            restore.restore(url, bad, replace=True)
        assert tables.digests(url) == before
        with pytest.raises(BackupError, match="users differs"):
            verify.prove(url, bad)


KILLED = """
import os, signal, sys
from milevault_core.backup import restore, tables

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(*{"filling": (restore, "_compare", die), "dropping": (restore.migrate, "upgrade_within", die)}[sys.argv[3]])
restore.restore(sys.argv[1], sys.argv[2], replace=True)
"""


@pytest.mark.parametrize("moment", ["dropping", "filling"])
def test_killed_in_the_middle_leaves_what_was_there(backup_file: Path, server_url: str, moment: str) -> None:
    with new_database(server_url) as url:
        restore.restore(url, backup_file)
        with psycopg.connect(url) as connection:
            connection.execute("DELETE FROM users WHERE username = 'ann'")
        before = tables.digests(url)
        command = [sys.executable, "-c", KILLED, url, str(backup_file), moment]
        assert subprocess.run(command, cwd=ROOT).returncode == -signal.SIGKILL
        assert tables.digests(url) == before
        migrate.upgrade(url)  # as at the next start
        restore.restore(url, backup_file, replace=True)


def test_one_moment_while_imports_run(server_url: str, backup_file: Path, tmp_path: Path) -> None:
    """Rows added while the backup is being written are not in it, in any table."""
    with new_database(server_url) as url, new_database(server_url) as other:
        restore.restore(url, backup_file)
        before = tables.digests(url)
        original = tables.stream
        imported = []

        def with_an_import(cursor, table):
            if table.name == "activities":
                with opened(url):
                    (item,) = files.add(1, files.begin(1, "page"), "new.gpx", track_file() + b"\n")
                    files.process(item)
                    imported.append(item)
            return original(cursor, table)

        tables.stream = with_an_import
        try:
            path = make.write(url, tmp_path / "b.tar").path
        finally:
            tables.stream = original
        assert imported
        assert tables.digests(url) != before
        restore.restore(other, path)
        assert tables.digests(other) == before


def test_a_proof_leaves_nothing_behind(filled: str, backup_file: Path, server_url: str) -> None:
    before = tables.digests(filled)
    proven = verify.prove(filled, backup_file)
    assert proven.row_count > 0
    assert tables.digests(filled) == before
    assert proofs(server_url) == []


def proofs(server_url: str) -> list:
    with psycopg.connect(server_url, autocommit=True) as admin:
        return admin.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'milevault_proof%'"
        ).fetchall()


STUCK = """
import sys, time
from milevault_core.backup import verify

with verify.scratch(sys.argv[1]):
    print("there", flush=True)
    time.sleep(600)
"""


def test_a_proof_waits_for_another_and_removes_what_it_left_when_killed(
    filled: str, backup_file: Path, server_url: str
) -> None:
    stuck = subprocess.Popen([sys.executable, "-c", STUCK, filled], cwd=ROOT, stdout=subprocess.PIPE)
    assert stuck.stdout.readline() == b"there\n"
    left: list[int] = []

    def kill_the_other() -> None:
        os.kill(stuck.pid, signal.SIGKILL)
        stuck.wait()
        left.append(len(proofs(server_url)))

    assert verify.prove(filled, backup_file, on_wait=kill_the_other).row_count > 0
    assert left == [1]
    assert proofs(server_url) == []
