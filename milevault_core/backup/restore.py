"""Restore a backup in one transaction, so that the old data survives if the process is killed or the disk is full.

    check the file ─► check the database ─► BEGIN: drop the old tables ─► migrate to the backup's schema ─► COPY in
    ─► sequences ─► compare every digest ─► migrate to the current schema ─► delete again the accounts that were deleted
    since ─► COMMIT

A backup does not contain the queue's rows: the jobs process creates them again from waiting import_items and dirty
marks, as it does for lost ones.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString, cast

import psycopg
from sqlalchemy import create_engine

from milevault_core.backup import BackupError, BadBackup, archive, deletions, tables
from milevault_core.store import engine, erase, migrate
from milevault_core.store.models import Base


@dataclass(frozen=True)
class RestoreResult:
    row_count: int
    made_at: str  # when the backup was made, ISO
    schema: str  # of the backup
    deleted_again: int = 0  # accounts that their owners had deleted since


def restore(dsn: str, path: Path, replace: bool = False, until: str = "head") -> RestoreResult:
    """Restore a backup into the database, which must be empty unless `replace` allows its content to be replaced. The
    schema is then migrated to the revision `until`.

    Raises BadBackup before anything is changed, and BackupError; the database is then unchanged.
    """
    path = Path(path)
    manifest = check(path)
    # A pool of one, because Alembic and COPY use the same connection and the same transaction.
    one = create_engine(engine.sqlalchemy_url(dsn), pool_size=1, max_overflow=0, hide_parameters=True)
    try:
        with one.connect() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, psycopg.Connection)
            with connection.begin():
                tables.settle(driver)
                _lock_and_check(driver, manifest, replace)
                gone = deletions.known(driver, path)
                drop_everything(driver)
                migrate.upgrade_within(connection, manifest["schema"])
                _fill(driver, path, manifest)
                migrate.upgrade_within(connection, until)
                again = erase.erase_again(driver, gone) if until == "head" else 0
            with connection.begin():
                driver.execute("ANALYZE")
    except migrate.SchemaError as error:
        raise BackupError(f"The backup was not restored, and nothing was changed. {error}") from error
    except psycopg.errors.DiskFull as error:
        raise BackupError(
            "The backup was not restored, and nothing was changed: the database's disk is full. There must be "
            "space for both the old and the new data."
        ) from error
    except psycopg.OperationalError as error:
        raise BackupError(f"The backup was not restored: the database went away ({error}).") from error
    finally:
        one.dispose()
    rows = sum(table["rows"] for table in manifest["tables"].values())
    return RestoreResult(rows, manifest["made_at"], manifest["schema"], again)


def check(path: Path) -> dict[str, Any]:
    """The manifest of a backup that this version can restore. Raises BadBackup."""
    manifest = archive.read(path)
    if manifest["schema"] not in migrate.revisions():
        raise BadBackup(
            f"{path} was made by a newer MileVault (schema {manifest['schema']}). Update MileVault first."
        )
    return manifest


def check_database(dsn: str, manifest: dict[str, Any], replace: bool) -> None:
    """Raises BackupError, with the sentence that `restore` would raise, if `restore` would refuse this database now."""
    try:
        with psycopg.connect(dsn) as connection:
            _lock_and_check(connection, manifest, replace)
    except psycopg.OperationalError as error:
        raise BackupError(f"The backup was not restored: the database does not answer ({error}).") from error


def database_is_empty(dsn: str) -> bool:
    with psycopg.connect(dsn, autocommit=True) as connection:
        return is_empty(connection)


def is_empty(connection: psycopg.Connection[Any]) -> bool:
    """Whether there is no data: no users table, or no user in it."""
    if "users" not in tables.all_names(connection):
        return True
    return connection.execute("SELECT 1 FROM public.users LIMIT 1").fetchone() is None


def _lock_and_check(connection: psycopg.Connection[Any], manifest: dict[str, Any], replace: bool) -> None:
    """Raises BackupError if the database must not be overwritten. Blocks migrations until the transaction ends."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (migrate.LOCK,))
    there = tables.all_names(connection)
    ours = {*Base.metadata.tables, *manifest["tables"], *manifest["left_out"]}
    foreign = [name for name in there if name not in ours and not name.startswith("procrastinate_")]
    found = migrate.current(connection)
    if foreign or (there and found is None) or migrate.is_the_firsts(connection):
        raise BackupError(
            f"This database holds tables that are not MileVault's ({', '.join(foreign or there)[:200]}). "
            "Nothing was changed. Give MileVault an empty database of its own."
        )
    if not is_empty(connection) and not replace:
        raise BackupError(
            "This database is in use: it holds accounts and their data. Nothing was changed. To replace them "
            "with the backup, add --replace; what is there now is backed up first."
        )
    if _is_used(connection):
        raise BackupError(
            "MileVault is still running on this database. Nothing was changed. Stop it first "
            "(`manage.py stop`, or Ctrl-C where `run` is), and restore again."
        )


def _is_used(connection: psycopg.Connection[Any]) -> bool:
    """Whether somebody else is connected; waits up to 3 s, because a closed connection takes a moment to disappear."""
    end = time.monotonic() + 3
    while True:
        others = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        ).fetchone()
        if not (others and others[0]):
            return False
        if time.monotonic() > end:
            return True
        connection.execute("SELECT pg_stat_clear_snapshot()")
        time.sleep(0.1)


_ROUTINES = """
SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND NOT EXISTS (
    SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
"""
_TYPES = """
SELECT t.oid::regtype::text FROM pg_type t
WHERE t.typnamespace = 'public'::regnamespace AND t.typtype IN ('e', 'd', 'c', 'r') AND t.typelem = 0
  AND (t.typrelid = 0 OR EXISTS (SELECT 1 FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
  AND NOT EXISTS (
    SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
"""


def drop_everything(connection: psycopg.Connection[Any]) -> None:
    """Drop every table, function and type of the schema, including the queue's, except those of extensions."""
    for name in tables.all_names(connection):
        _do(connection, f"DROP TABLE public.{tables.quoted(name)} CASCADE")
    for (name,) in connection.execute(_ROUTINES).fetchall():
        _do(connection, f"DROP ROUTINE IF EXISTS {name} CASCADE")
    for (name,) in connection.execute(_TYPES).fetchall():
        _do(connection, f"DROP TYPE IF EXISTS {name} CASCADE")


_FOREIGN_KEYS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conparentid = 0
"""


def _fill(connection: psycopg.Connection[Any], path: Path, manifest: dict[str, Any]) -> None:
    """Copy in the rows of every table and check that they equal the backup's."""
    # The backup decides which tables are restored, even if this version would back up others.
    logical = {table.name: table for table in tables.logical(connection, manifest["tables"])}
    logical = {name: t for name, t in logical.items() if name not in manifest["left_out"]}
    if set(logical) != set(manifest["tables"]):
        odd = ", ".join(sorted(set(logical) ^ set(manifest["tables"])))
        raise BadBackup(f"{path} and this MileVault do not agree on schema {manifest['schema']}: {odd}.")
    # Foreign keys are dropped and added again at the end, so that tables can come in any order and no trigger runs
    # for each row.
    foreign_keys = connection.execute(_FOREIGN_KEYS).fetchall()
    for table, key, _ in foreign_keys:
        _do(connection, f"ALTER TABLE {table} DROP CONSTRAINT {tables.quoted(key)}")
    for name, table in logical.items():
        _do(connection, f"TRUNCATE public.{tables.quoted(name)}")  # rows that a migration has inserted
        with connection.cursor().copy(table.copy_in()) as copy:
            for block in archive.rows(path, manifest["tables"][name]["file"]):
                copy.write(block)
    for table, key, definition in foreign_keys:
        _do(connection, f"ALTER TABLE {table} ADD CONSTRAINT {tables.quoted(key)} {definition}")
    for sequence in manifest["sequences"]:
        where = (f"public.{tables.quoted(sequence['table'])}", sequence["column"])
        if sequence["last"] is not None:
            connection.execute(
                "SELECT setval(pg_get_serial_sequence(%s, %s), %s)", (*where, sequence["last"])
            )
    _compare(connection, list(logical.values()), manifest)


def _compare(
    connection: psycopg.Connection[Any], logical: list[tables.Table], manifest: dict[str, Any]
) -> None:
    for table in logical:
        wanted = manifest["tables"][table.name]
        found = tables.digest(connection, table)
        if found != (wanted["rows"], wanted["digest"]):
            raise BackupError(
                f"What was restored is not what was backed up: {table.name} differs ({found[0]} rows of "
                f"{wanted['rows']}). Nothing was changed."
            )


def _do(connection: psycopg.Connection[Any], statement: str) -> None:
    connection.execute(cast(LiteralString, statement))
