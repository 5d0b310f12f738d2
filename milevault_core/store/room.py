"""Free space on the disk that holds the database. A full disk stops PostgreSQL, and it cannot start again until
somebody frees space; so imports pause while some is left, and the pages warn before that.

Known only for the embedded database and for the database of our compose files. PostgreSQL does not report free disk
space: if DATABASE_URL names any other server, its operator has to watch the disk.
"""

import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit

from milevault_core import config

LOW_BYTES = 2_000_000_000  # below this the pages warn
RESERVE_BYTES = 1_000_000_000  # below this nothing is imported: a checkpoint and the log need some space
PAUSED = (
    "The disk is nearly full, so imports are paused. Files already received wait, and continue by "
    "themselves once there is space."
)


class NoRoom(RuntimeError):
    """Nothing can be imported now; `str()` says why."""

    def __init__(self) -> None:
        super().__init__(PAUSED)


def free_bytes() -> int | None:
    """Free bytes on the disk of the database; None if that is not known."""
    settings = config.settings()
    if not settings.database_url:
        return free_at(settings.data)
    # A container's root is on the disk where Docker keeps everything, including the volume of the compose database.
    is_compose = os.environ.get("MILEVAULT_CONTAINER") and urlsplit(settings.database_url).hostname == "db"
    return free_at(Path("/")) if is_compose else None


def free_at(folder: Path) -> int:
    """Free bytes on the disk of a folder, which need not exist yet."""
    folder = folder.absolute()
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
    """A sentence for the pages; "" while there is enough space."""
    free = free_bytes()
    if free is None or free >= LOW_BYTES:
        return ""
    if free < RESERVE_BYTES:
        return PAUSED
    return f"The disk is filling up: {free / 1e9:.1f} GB are free. Below {RESERVE_BYTES / 1e9:.1f} GB imports pause."
