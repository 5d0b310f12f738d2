"""Archives that are being received or wait for a decision, and the keys of phones and scripts."""

import json

import pandas as pd

from milevault_core import store

_COLUMNS = (
    "id, name, state, size_bytes, received_bytes, looked_at, to_look_at, plan::text AS plan, reason, import_id, "
    "created_at, changed_at"
)


def underway(user_id: int) -> pd.DataFrame:
    """Archives that are being received, looked through, or are waiting for the user's decision; oldest first. plan:
    JSON text."""
    return store.read(
        f"SELECT {_COLUMNS} FROM uploads WHERE user_id = $1 AND parent_id IS NULL AND import_id IS NULL ORDER BY id",
        (user_id,),
    )


def one(user_id: int, upload_id: int) -> dict | None:
    """An archive, with its plan as a dict; None if the user has no such archive."""
    rows = store.read(f"SELECT {_COLUMNS} FROM uploads WHERE user_id = $1 AND id = $2", (user_id, upload_id))
    if not len(rows):
        return None
    row = rows.iloc[0].to_dict()
    return row | {"plan": json.loads(row["plan"])}


def tokens(user_id: int) -> pd.DataFrame:
    """The keys of a user's phones and scripts, newest first: id, label, created_at, last_used_at."""
    return store.read(
        "SELECT id, label, created_at, last_used_at FROM upload_tokens WHERE user_id = $1 ORDER BY id DESC",
        (user_id,),
    )
