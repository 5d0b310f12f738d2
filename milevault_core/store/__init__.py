"""The database: the only place that knows SQL. See engine.py for how it is opened and used.

The names of engine.py are imported on first use: `run` needs only the embedded server from this package, and its
process stays 40 MB smaller.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from milevault_core.store import engine

    return globals().setdefault(name, getattr(engine, name))
