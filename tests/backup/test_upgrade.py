"""Every schema that MileVault ever had can be migrated to the current one with its data; a failing migration changes
nothing.
"""

import hashlib
import shutil
from pathlib import Path

import psycopg
import pytest

from milevault_core import store
from milevault_core.backup import archive, make, restore, tables
from milevault_core.backup.tables import Column, Table
from milevault_core.derive import clean
from milevault_core.store import migrate
from milevault_core.store.queries import activities
from tests.backup.filled import opened
from tests.backups.make import example, older

# (revision, table) -> why the migration changes the table's rows on purpose.
CHANGED = {("0007", "route_courses"): "a course goes with its original: import_id is gone"}
# (revision, table) that a migration empties because the content is recomputed at the first start.
EMPTIED = {("0010", "record_waiting")}


def test_each_schema_but_the_newest_has_its_example() -> None:
    missing = [revision for revision in older() if not example(revision).exists()]
    assert missing == [], "run: python -m tests.backups.make, and commit what it makes"
    for revision in older():
        manifest = archive.read(example(revision))
        assert manifest["schema"] == revision
        assert [name for name, table in manifest["tables"].items() if not table["rows"]] == []
        assert example(revision).stat().st_size < 200_000


@pytest.mark.parametrize("revision", older())
def test_an_earlier_backup_comes_up_to_date_with_its_data(revision: str, empty: str) -> None:
    path = example(revision)
    restore.restore(empty, path)
    assert migrate.differences(empty) == []
    with psycopg.connect(empty, autocommit=True) as connection:
        assert migrate.current(connection) == migrate.newest()
        assert changed_tables(connection, path) == set()
    with opened(empty):
        clean.mark_raised_versions()
        users = store.read("SELECT id FROM users WHERE username = 'ann'")["id"]
        for user in users:
            clean.clean(int(user))
            assert len(activities.recent(int(user))) >= 3


def changed_tables(connection: psycopg.Connection, path: Path) -> set[str]:
    """Tables of the backup whose rows have changed, comparing only the columns they had then."""
    manifest = archive.read(path)
    tables.settle(connection)
    now = {table.name: table for table in tables.logical(connection, manifest["tables"])}
    changed = set()
    for name, then in manifest["tables"].items():
        if any(table == name and since > manifest["schema"] for since, table in EMPTIED):
            continue
        if any(table == name and since > manifest["schema"] for since, table in CHANGED):
            row = connection.execute(f"SELECT count(*) FROM {name}").fetchone()
            if row != (then["rows"],):
                changed.add(name)
            continue
        texts = {c.name for c in now[name].columns if c.is_text}
        columns = tuple(Column(c["name"], c["type"], c["name"] in texts) for c in then["columns"])
        if tables.digest(connection, Table(name, columns, tuple(then["key"]))) != (
            then["rows"],
            then["digest"],
        ):
            changed.add(name)
    return changed


def test_a_migration_that_lost_something_would_be_seen(empty: str) -> None:
    path = example(older()[0])
    restore.restore(empty, path)
    with psycopg.connect(empty) as connection:
        connection.execute("UPDATE activities SET distance_m = distance_m + 1e-9")
        connection.execute(
            "DELETE FROM activity_data_points WHERE ctid = (SELECT max(ctid) FROM activity_data_points)"
        )
        assert changed_tables(connection, path) == {"activities", "activity_data_points"}


FAILING = """
from alembic import op

revision = "{new}"
down_revision = "{old}"


def upgrade() -> None:
    op.execute("DELETE FROM activity_data_points")
    op.execute("ALTER TABLE activities DROP COLUMN name")
    op.execute("SELECT 1 / 0")
"""


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A MileVault whose newest migration fails half-way; that migration's revision."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.FOLDER, folder)
    new = "9001"
    (folder / "versions" / f"{new}_broken.py").write_text(FAILING.format(new=new, old=migrate.newest()))
    monkeypatch.setattr(migrate, "FOLDER", folder)
    return new


def test_a_failing_migration_is_named_and_changes_nothing(filled: str, broken: str) -> None:
    before = tables.digests(filled)
    with pytest.raises(
        migrate.SchemaError, match=rf"failed \({broken}\) and was taken back: .*division by zero"
    ):
        migrate.upgrade(filled)
    assert tables.digests(filled) == before


def test_a_backup_is_not_restored_into_a_version_that_cannot_migrate_it(
    empty: str, backup_file: Path, broken: str
) -> None:
    with pytest.raises(restore.BackupError, match=rf"nothing was changed. .*\({broken}\)"):
        restore.restore(empty, backup_file)
    assert tables.digests(empty) == {}


def test_a_backup_of_an_earlier_schema_can_be_made(empty: str, tmp_path: Path) -> None:
    """Before an update, the new version makes a backup of the old tables."""
    first = older()[0]
    restore.restore(empty, example(first), until=first)
    made = make.write(empty, tmp_path / "b.tar")
    assert made.schema == first
    digests = {n: t["digest"] for n, t in archive.read(made.path)["tables"].items()}
    assert digests == {n: t["digest"] for n, t in archive.read(example(first))["tables"].items()}
    assert hashlib.sha256(b"").hexdigest() not in digests.values()  # no table is empty
