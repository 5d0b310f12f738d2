"""Alembic's entry: one transaction a migration on the address that migrate.upgrade hands over, or all in the
transaction of the connection that migrate.upgrade_within hands over."""

from alembic import context
from sqlalchemy import Connection, create_engine

from milevault_core.store.migrate import is_ours
from milevault_core.store.models import Base

given = context.config.attributes


def keep_count(*, step, **_) -> None:
    """Which one was applied last: the next is the one that fails."""
    given["applied"] = step.up_revision_id


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=is_ours,
        transaction_per_migration=True,
        on_version_apply=keep_count,  # type: ignore[arg-type]  # it is called by keyword
    )
    with context.begin_transaction():
        context.run_migrations()


if given.get("connection") is not None:
    migrate(given["connection"])
else:
    engine = create_engine(given["dsn"].replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.connect() as connection:
        migrate(connection)
    engine.dispose()
