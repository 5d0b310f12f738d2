"""Free space on the disk that holds the embedded database. A full disk stops PostgreSQL, and it cannot start again
until somebody frees space; so imports pause while some is left, and the pages warn before that.

With DATABASE_URL the database's disk is another machine's business: its operator watches it.
"""

import shutil
from pathlib import Path

from milevault_core import config

LOW_BYTES = 2_000_000_000  # below this the pages warn
RESERVE_BYTES = 1_000_000_000  # below this nothing is imported: a checkpoint and the log need some of it
PAUSED = (
    "The disk is nearly full, so imports are paused. Files already received wait, and continue by "
    "themselves once there is space."
)


class NoRoom(RuntimeError):
    """Nothing can be imported now; `str()` says why."""

    def __init__(self) -> None:
        super().__init__(PAUSED)


def free_bytes() -> int | None:
    """Free bytes where the embedded database lies; None where that is not known."""
    settings = config.settings()
    if settings.database_url:
        return None
    folder = settings.data.absolute()
    there = next((each for each in (folder, *folder.parents) if each.exists()), Path("/"))
    return shutil.disk_usage(there).free


def is_short() -> bool:
    """Whether imports are paused."""
    free = free_bytes()
    return free is not None and free < RESERVE_BYTES


def need() -> None:
    """Raises NoRoom while imports are paused."""
    if is_short():
        raise NoRoom


def warning() -> str:
    """A sentence for the pages; "" while there is room."""
    free = free_bytes()
    if free is None or free >= LOW_BYTES:
        return ""
    if free < RESERVE_BYTES:
        return PAUSED
    return f"The disk is filling up: {free / 1e9:.1f} GB are free. Below {RESERVE_BYTES / 1e9:.1f} GB imports pause."
