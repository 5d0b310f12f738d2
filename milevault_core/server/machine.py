"""What only a machine with jobs can see of itself: its disks, and whether the last backup's file is there. It reports
that (store/reports.py), and troubles.py judges by the reports of all."""

from typing import Any

from milevault_core import config
from milevault_core.backup import locations
from milevault_core.backup import state as backups
from milevault_core.store import reports, room

KIND = "machine"
Seen = dict[str, Any]


def report() -> None:
    """Report what this machine sees."""
    reports.save(KIND, **seen(backups.state()))


def seen(state: backups.State) -> Seen:
    """free, backups_free: bytes on the disks of the database and of the backups, None where they are not here or not
    known; has_backup: whether the last backup's file, if there was one, is here."""
    makes_backups = config.settings().backup_at != "never"
    return {
        "free": room.free_bytes(),
        "backups_free": room.free_at(locations.folder()) if makes_backups else None,
        "has_backup": state.backup is None or state.backup.is_there,
    }
