"""The proof of a backup: it is restored into a scratch database, every table's digest is compared, and the scratch is
thrown away. The database in use is only asked where the scratch database may be created."""

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
    """Restore a backup into a scratch database beside the one at `dsn`, after any other proof that is under way;
    `on_wait` is called before waiting for that. Raises BackupError: it is not good."""
    check(path)
    with scratch(dsn, on_wait) as elsewhere:
        return restore(elsewhere, path)


@contextmanager
def scratch(dsn: str, on_wait: Callable[[], object] = lambda: None) -> Iterator[str]:
    """The address of an empty database: on the same server, or on an embedded one where we may not make any."""
    if _may_make_databases(dsn):
        # One name for one database in use: what a killed proof left behind is removed by the next.
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
