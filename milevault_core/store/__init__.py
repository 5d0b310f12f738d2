"""The database: the only place that knows SQL. See engine.py for how it is opened and used."""

from milevault_core.store.engine import (
    UNAVAILABLE,
    Database,
    NotOpen,
    close,
    database,
    open,
    raw,
    read,
    session,
)

__all__ = ["UNAVAILABLE", "Database", "NotOpen", "close", "database", "open", "raw", "read", "session"]
