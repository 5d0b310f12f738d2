"""Verify a backup: restore it into a scratch database, compare every table's digest, and drop the scratch database. The
live database is used only to find out where the scratch database can be created."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, LiteralString, cast

import psycopg

from milevault_core.backup import locations, tables
from milevault_core.backup.restore import RestoreResult, check, restore
from milevault_core.store.embedded_server import embedded


def prove(dsn: str, path: Path, on_wait: Callable[[], object] = lambda: None) -> RestoreResult:
    """Restore a backup into a scratch database on the server of `dsn`. If another verification is in progress, call
    `on_wait` and wait for it. Raises BackupError if the backup is not good."""
    check(path)
    with scratch(dsn, on_wait) as elsewhere:
        return restore(elsewhere, path)


@contextmanager
def scratch(dsn: str, on_wait: Callable[[], object] = lambda: None) -> Iterator[str]:
    """The URL of an empty database: on the same server, or on an embedded one if we may not create databases there."""
    if _may_make_databases(dsn):
        # The name depends only on the live database, so that the next verification removes what a killed one left.
        name = "milevault_proof_" + hashlib.sha256(dsn.encode()).hexdigest()[:12]
        with psycopg.connect(dsn, autocommit=True) as admin:
            locked = admin.execute("SELECT pg_try_advisory_lock(hashtext(%s))", (name,)).fetchone()
            if not (locked and locked[0]):
                on_wait()
                admin.execute("SELECT pg_advisory_lock(hashtext(%s))", (name,))
            try:
                _do(admin, f"DROP DATABASE IF EXISTS {tables.quoted(name)} WITH (FORCE)")
                _do(admin, f"CREATE DATABASE {tables.quoted(name)}")
                yield locations.with_database(dsn, name)
            finally:
                if not admin.closed:
                    _do(admin, f"DROP DATABASE IF EXISTS {tables.quoted(name)} WITH (FORCE)")
    else:
        with tempfile.TemporaryDirectory(prefix="milevault-proof-") as folder:
            server = embedded.start(Path(folder) / "data")
            try:
                yield server.dsn
            finally:
                server.leave()


def _may_make_databases(dsn: str) -> bool:
    with psycopg.connect(dsn, autocommit=True) as connection:
        role = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
        row = connection.execute(role).fetchone()
    return bool(row and row[0])


def _do(connection: psycopg.Connection[Any], statement: str) -> None:
    connection.execute(cast(LiteralString, statement))
