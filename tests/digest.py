"""Everything a user has, by natural keys: what must be unchanged after an undo.

Ids depend on the order of imports and are replaced by what they stand for (an activity by the fingerprint of its
primary recording) or left out. tests/imports/test_undo.py fails for a table that is in neither list.
"""

import json

import psycopg

from milevault_core import store
from milevault_core.export.tables import NUMBERS_OF

# Not a user's data, or meant to stay: the import log, tombstones, decisions about files, dirty marks, state of steps.
LEFT_OUT = {
    "imports", "import_items", "tombstones", "recordings_apart", "activities_before", "alembic_version",
    "derive_versions", "derive_revisions", "set_aside", "server_settings", "worker_answers",
    "deleted_accounts", "exports", "export_chunks",
    "dirty_activities", "dirty_days", "dirty_steps", "sessions", "users", "login_attempts",
    "one_time_tokens", "backup_runs", "record_seen", "uploads", "upload_chunks", "upload_notes",
    "upload_tokens", "watched_files",
}  # fmt: skip
USERS = {
    "activities", "activity_channels", "activity_data_points", "activity_edits", "activity_laps",
    "activity_metrics", "activity_recordings", "activity_sets", "activity_tracks", "day_totals", "original_files",
    "trashed_activities",
}  # fmt: skip
# Columns that say when something was written, how often, or where it came from.
PASSING = {"created_at", "received_at", "version", "updated_at", "computed_at", "deleted_at", "edited_at", "content",
           "encoding", "import_id"}  # fmt: skip


def tables() -> set[str]:
    """All tables in the database but those of the queue."""
    with psycopg.connect(store.database().dsn) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {name for (name,) in found if not name.startswith("procrastinate_")}


def digest(user_id: int) -> dict[str, list[str]]:
    """Table -> the user's rows as JSON texts, sorted."""
    with psycopg.connect(store.database().dsn) as connection:
        keys: dict = dict(
            connection.execute("SELECT id, fingerprint FROM activities WHERE user_id = %s", (user_id,))
        ) | dict(connection.execute("SELECT -id, tie FROM route_courses WHERE user_id = %s", (user_id,)))
        segments = connection.execute("SELECT id, name FROM route_segments WHERE user_id = %s", (user_id,))
        keys |= {f"segment {number}": name for number, name in segments}
        found = {}
        for table in sorted(tables() - LEFT_OUT):
            rows = connection.execute(f'SELECT to_jsonb(t) FROM "{table}" t').fetchall()  # type: ignore[arg-type]
            own = [row for (row,) in rows if _is_own(row, user_id, keys)]
            found[table] = sorted(json.dumps(_natural(table, row, keys), sort_keys=True) for row in own)
    return found


def _is_own(row: dict, user_id: int, keys: dict) -> bool:
    return row["user_id"] == user_id if "user_id" in row else row.get("activity_id") in keys


def _natural(table: str, row: dict, keys: dict) -> dict:
    if row.get("kind") in ("segment", "route") and "key" in row:
        row = row | {
            "key": keys.get(f"segment {row['key']:.0f}" if row["kind"] == "segment" else row["key"], "gone")
        }
    routes = NUMBERS_OF.get(table, {})  # routes are identified by an activity or a course
    row = {
        f"{name} of" if name in routes else name: keys.get(value, "none" if value else value)
        if name in routes
        else value
        for name, value in row.items()
    }
    if table == "route_states":
        row["decided"] = _named(row["decided"], keys)
    plain = {
        name: value
        for name, value in row.items()
        if name not in PASSING and name != "id" and not name.endswith("_id")
    }
    if "activity_id" in row:
        plain["activity"] = keys.get(row["activity_id"], "")
    return plain


def _named(value, keys: dict):
    """JSON with each id replaced by what it stands for."""
    if isinstance(value, dict):
        return {key: _named(each, keys) for key, each in value.items()}
    if isinstance(value, list):
        return [_named(each, keys) for each in value]
    return keys.get(value, value) if isinstance(value, int) else value


def differing(a: dict[str, list[str]], b: dict[str, list[str]]) -> list[str]:
    return [table for table in a if a[table] != b[table]]
