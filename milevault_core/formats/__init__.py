"""Turn files into Recordings. Any bytes give a Reading or `BadFile`; no other exception leaves this package.

`formats.read(data)` is the entry point. Its result is defined in recording.py, the registry of readers in readers.py.
Both are imported on first use: the database tables need only the metric names, and must not load pandas for them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from milevault_core.formats.dispatch import read
    from milevault_core.formats.readers import MAX_BYTES, MAX_MESSAGES, MAX_POINTS, READERS, Reader, reader
    from milevault_core.formats.recording import (
        LAP_COLUMNS,
        LENGTH_COLUMNS,
        SET_COLUMNS,
        TOTALS,
        Channel,
        Reading,
        Recording,
    )

__all__ = [
    "LAP_COLUMNS",
    "LENGTH_COLUMNS",
    "MAX_BYTES",
    "MAX_MESSAGES",
    "MAX_POINTS",
    "READERS",
    "SET_COLUMNS",
    "TOTALS",
    "Channel",
    "Reader",
    "Reading",
    "Recording",
    "read",
    "reader",
]
_OF_READERS = {"MAX_BYTES", "MAX_MESSAGES", "MAX_POINTS", "READERS", "Reader", "reader"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    module = "dispatch" if name == "read" else "readers" if name in _OF_READERS else "recording"
    return getattr(import_module(f"{__name__}.{module}"), name)
