"""Everything a user has in the database, by natural keys: rows of two users, or of two ways in, compared."""

import json

import psycopg

from milevault_core import store

# Whose clock and counters differ without a difference: when a row was written, and who it belongs to.
WRITTEN_AT = {"created_at", "received_at", "finished_at", "updated_at", "computed_at"}
QUEUE = ("procrastinate_", "alembic_version", "derive_versions", "users", "sessions")
# Columns that hold an activity's id under another name: a route is known by one of its activities.
ACTIVITIES = {"home_id", "route", "other", "leader", "medoid", "head", "home", "rest"}
# An id is replaced by what it stands for; of a table not named here it is left out.
KEYS = {
    "activity_id": "SELECT id, start_time::text || ' ' || sport FROM activities",
    "original_id": "SELECT id, encode(sha256, 'hex') FROM original_files",
    "import_id": "SELECT id, source || ' ' || label FROM imports",
}


def everything_of(user_id: int) -> dict[str, list[str]]:
    """Table -> its rows of this user as JSON texts, sorted. Tables without any are there with an empty list."""
    with psycopg.connect(store.database().dsn) as connection:
        names = {column: dict(connection.execute(sql).fetchall()) for column, sql in KEYS.items()}  # type: ignore[arg-type]
        mine = {i for (i,) in connection.execute("SELECT id FROM activities WHERE user_id = %s", (user_id,))}
        found: dict[str, list[str]] = {}
        tables = connection.execute(
            "SELECT table_name, array_agg(column_name::text) FROM information_schema.columns "
            "WHERE table_schema = 'public' GROUP BY 1 ORDER BY 1"
        ).fetchall()
        for table, columns in tables:
            if table.startswith(QUEUE):
                continue
            rows = connection.execute(f'SELECT to_jsonb(t) FROM "{table}" t').fetchall()
            owned = [
                row
                for (row,) in rows
                if (row["user_id"] == user_id if "user_id" in columns else row.get("activity_id") in mine)
            ]
            found[table] = sorted(json.dumps(_plain(row, names), sort_keys=True) for row in owned)
    return found


def _plain(row: dict, names: dict[str, dict[int, str]]) -> dict:
    plain = {}
    for column, value in row.items():
        if column in WRITTEN_AT or column in ("id", "user_id"):
            continue
        if column in names:
            plain[column] = names[column].get(value)
        elif column in ACTIVITIES:
            plain[column] = names["activity_id"].get(value)
        elif column == "activities":
            plain[column] = [names["activity_id"].get(one) for one in value]
        elif not column.endswith(("_id", "_ids")):
            plain[column] = value
    return plain
