"""Everything a user has in the database, to compare it with another database or another time."""

import json

import psycopg

from milevault_core import store

# Columns that may differ: when a row was written, and the revision number.
WRITTEN_AT = {"revision", "created_at", "received_at", "finished_at", "updated_at", "computed_at"}
NOT_OURS = ("procrastinate_", "alembic_version", "users", "sessions")


def everything_of(user_id: int) -> dict[str, list[str]]:
    """Table -> this user's rows as JSON texts, sorted; an empty list for tables without any."""
    with psycopg.connect(store.database().dsn) as connection:
        mine = {i for (i,) in connection.execute("SELECT id FROM activities WHERE user_id = %s", (user_id,))}
        tables = connection.execute(
            "SELECT table_name, array_agg(column_name::text) FROM information_schema.columns "
            "WHERE table_schema = 'public' GROUP BY 1 ORDER BY 1"
        ).fetchall()
        found: dict[str, list[str]] = {}
        for table, columns in tables:
            if table.startswith(NOT_OURS):
                continue
            owner = "user_id" if "user_id" in columns else "activity_id"
            rows = [row for (row,) in connection.execute(f'SELECT to_jsonb(t) FROM "{table}" t')]
            kept = [row for row in rows if row.get(owner) in ({user_id} if owner == "user_id" else mine)]
            found[table] = sorted(
                json.dumps({k: v for k, v in row.items() if k not in WRITTEN_AT}, sort_keys=True)
                for row in kept
            )
    return found
