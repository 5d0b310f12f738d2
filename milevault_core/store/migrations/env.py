"""Alembic's entry: one transaction a migration, on the address that migrate.upgrade hands over."""

from alembic import context
from sqlalchemy import create_engine

from milevault_core.store.migrate import is_ours
from milevault_core.store.models import Base

engine = create_engine(context.config.attributes["dsn"].replace("postgresql://", "postgresql+psycopg://", 1))
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=is_ours,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
