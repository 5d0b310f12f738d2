"""Migrations with Alembic, run under a lock by the first process that needs them.

Alembic takes 10 MB in a process, and there is rarely anything to migrate, so it is imported only when needed.
"""

from collections.abc import MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import Connection, create_engine

from milevault_core.store import no_nan

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent / "migrations"
LOCK = 0x6D696C65  # "mile"


class SchemaError(Exception):
    """The database's schema cannot be used by this version; `str()` says why and what to do."""


def alembic_config(dsn: str) -> "Config":
    """Alembic's configuration for the database at this address."""
    from alembic.config import Config

    options = Config()
    options.set_main_option("script_location", str(FOLDER))
    options.attributes["dsn"] = dsn
    return options


def upgrade(dsn: str, revision: str = "head") -> None:
    """Bring the schema up to date. Each migration is a transaction: one that fails leaves the schema before it.

    Raises SchemaError when the schema is newer than this version, or belongs to the first MileVault, or when a
    migration fails (the error names it).
    """
    with psycopg.connect(dsn, autocommit=True) as connection:
        if current(connection) == newest() and revision == "head":
            return
        # A session lock, not a transaction lock: it must outlive the transaction of each migration.
        connection.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        found = current(connection)
        if found == newest() and revision == "head":
            return
        # Regardless of alembic_version: the first MileVault may have had that table too, with its own numbers.
        if is_the_firsts(connection):
            raise SchemaError(
                "This database belongs to the first MileVault. It stays untouched: give this version an empty "
                "database and bring your data over with 'manage.py import-milevault'."
            )
        known = revisions()
        if found is not None and found not in known:
            raise SchemaError(
                f"This database was last used by a newer MileVault (schema {found}). "
                "Update MileVault, or restore a backup made with this version."
            )
        _run(alembic_config(dsn), revision, found)
        if revision == "head":
            no_nan.constrain(connection)


def upgrade_within(connection: Connection, revision: str = "head") -> None:
    """Bring the schema to a revision within the connection's current transaction, which is committed or rolled back as
    a whole. The caller holds the lock. Raises SchemaError, which names the migration that failed."""
    options = alembic_config("")
    options.attributes["connection"] = connection
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    _run(options, revision, current(driver))
    if revision == "head":
        no_nan.constrain(driver)


def _run(options: "Config", revision: str, found: str | None) -> None:
    from alembic import command

    options.attributes["applied"] = found
    try:
        command.upgrade(options, revision)
    except Exception as error:
        # The migration after the last that was applied; env.py keeps count.
        left = revisions()
        applied = options.attributes["applied"]
        failed = left[left.index(applied) - 1] if applied in left else left[-1]
        raise SchemaError(
            f"A change of the database's schema failed ({failed}) and was taken back: {error}"
        ) from error


def newest() -> str:
    """The schema revision of this version of MileVault."""
    return revisions()[0]


def revisions() -> list[str]:
    """All revisions of the schema, newest first, from the names of their files; a test compares them with what Alembic
    reads."""
    names = (file.name.partition("_")[0] for file in (FOLDER / "versions").glob("[0-9]*_*.py"))
    return sorted(names, reverse=True)


def is_the_firsts(connection: psycopg.Connection) -> bool:
    """Whether these are the tables of the first MileVault."""
    return _has_table(connection, "activities") and not _has_table(connection, "import_items")


def current(connection: psycopg.Connection) -> str | None:
    """The revision of the database's schema; None if it is not one of our schemas."""
    if not _has_table(connection, "alembic_version"):
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return row[0] if row else None


def _has_table(connection: psycopg.Connection, name: str) -> bool:
    row = connection.execute("SELECT to_regclass(%s)", (f"public.{name}",)).fetchone()
    return row is not None and row[0] is not None


# Alembic's comparison skips the queue's tables (frozen SQL, compared with the package in a test) and everything that
# TimescaleDB creates for itself.
def is_ours(name: str | None, kind: str, parents: MutableMapping) -> bool:
    if kind == "schema":
        return name is None
    return not (kind == "table" and (name or "").startswith(("procrastinate_", "alembic_version")))


def differences(dsn: str) -> list:
    """The differences between the database's schema and the models; empty when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from milevault_core.store.models import Base

    engine = create_engine(dsn.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": False, "include_name": is_ours}
        )
        found = compare_metadata(context, Base.metadata)
    engine.dispose()
    return found
