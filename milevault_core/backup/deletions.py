"""Deleted accounts must not come back with an older backup. They are noted in the database and, because a restore
replaces the database, also in a file next to the backups. A note has only the account's id and creation time."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from milevault_core.backup import locations
from milevault_core.store import erase

FILE = "deleted-accounts.json"


def write_down(connection: psycopg.Connection[Any], folder: Path | None = None) -> None:
    """Copy the notes in the database to the file."""
    folder = folder or locations.folder()
    noted = {*_in_file(folder), *erase.deleted(connection)}
    if not noted:
        return
    folder.mkdir(parents=True, exist_ok=True)
    rows = [{"number": number, "made_at": made_at.isoformat()} for number, made_at in sorted(noted)]
    draft = folder / f"{FILE}.{os.getpid()}"
    draft.write_text(json.dumps(rows, indent=1))
    draft.replace(folder / FILE)


def known(connection: psycopg.Connection[Any], backup: Path) -> list[tuple[int, datetime]]:
    """(number, created at) of the deleted accounts known before a restore: from the database that it replaces, and from
    the files next to this backup and in the backup folder."""
    noted = {*erase.deleted(connection), *_in_file(backup.parent), *_in_file(locations.folder())}
    return sorted(noted)


def _in_file(folder: Path) -> list[tuple[int, datetime]]:
    try:
        rows = json.loads((folder / FILE).read_text())
        return [(int(row["number"]), datetime.fromisoformat(row["made_at"])) for row in rows]
    except (OSError, ValueError, KeyError, TypeError):
        return []
