"""What only a machine that runs jobs can see about itself: its disks, and whether the last backup's file exists. Each
machine reports it (store/reports.py), and troubles.py looks at all the reports."""

from typing import Any

from milevault_core import config
from milevault_core.backup import locations
from milevault_core.backup import state as backups
from milevault_core.store import reports, room

KIND = "machine"
Seen = dict[str, Any]


def report() -> None:
    """Save this machine's report."""
    reports.save(KIND, **seen(backups.state()))


def seen(state: backups.State) -> Seen:
    """free, backups_free: free bytes on the disks of the database and of the backups, None if these are not on this
    machine or unknown. has_backup: whether the last backup's file is here; True if there was no backup."""
    makes_backups = config.settings().backup_at != "never"
    return {
        "free": room.free_bytes(),
        "backups_free": room.free_at(locations.folder()) if makes_backups else None,
        "has_backup": state.backup is None or state.backup.is_there,
    }
