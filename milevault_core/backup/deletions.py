"""Accounts that were deleted must not come back with an older backup: they are noted in the database and, since a
restore replaces that, in a file beside the backups. A note holds no name: a number, and when the account was made."""

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
    """Put what the database notes into the file too."""
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
    """What is known of deleted accounts before a restore: by the database that it replaces, and by the files beside
    this backup and in the folder of the backups."""
    noted = {*erase.deleted(connection), *_in_file(backup.parent), *_in_file(locations.folder())}
    return sorted(noted)


def _in_file(folder: Path) -> list[tuple[int, datetime]]:
    try:
        rows = json.loads((folder / FILE).read_text())
        return [(int(row["number"]), datetime.fromisoformat(row["made_at"])) for row in rows]
    except (OSError, ValueError, KeyError, TypeError):
        return []
