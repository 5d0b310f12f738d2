"""Delete all data of a user. The tables are found in the catalogue, so that a new table is not forgotten."""

from datetime import datetime

import psycopg
from psycopg import sql

# Tables that have a certain column (user_id).
_OF_USERS = """
SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT a.attisdropped
  AND a.attname = %s ORDER BY 1
"""

# Failed sign-ins are counted by name or number (accounts/throttle.py), perhaps with an address: "user:ann@10.0.0.1".
_COUNTS = """
DELETE FROM login_attempts
WHERE (split_part(key, ':', 1), split_part(split_part(key, ':', 2), '@', 1))
      IN (('user', %(name)s), ('name', %(name)s), ('code', %(u)s), ('change', %(u)s))
"""


class NotErased(Exception):
    """Rows of the user are left; the transaction must not be committed."""


def erase(connection: psycopg.Connection, user_id: int) -> None:
    """Delete a user and all of the user's rows, in the caller's transaction, and note the deletion, because restoring
    an older backup brings the user back. Raises NotErased."""
    points = (
        "DELETE FROM activity_data_points WHERE activity_id IN (SELECT id FROM activities WHERE user_id = %s)"
    )
    row = connection.execute(
        "SELECT created_at, username FROM users WHERE id = %s FOR UPDATE", (user_id,)
    ).fetchone()
    if row is None:
        return
    connection.execute(points, (user_id,))
    connection.execute("DELETE FROM users WHERE id = %s", (user_id,))  # foreign keys delete most of the rest
    for table in _tables_with(connection, "user_id"):
        mine = sql.SQL("DELETE FROM {} WHERE user_id = %s").format(sql.Identifier(table))
        connection.execute(mine, (user_id,))
    connection.execute(_COUNTS, {"u": str(user_id), "name": row[1]})
    if left := left_of(connection, user_id):
        raise NotErased(f"Rows are left in {', '.join(left)}.")
    note(connection, user_id, row[0])


def left_of(connection: psycopg.Connection, user_id: int) -> list[str]:
    """Tables that still hold a row of this user."""
    found = []
    for table in _tables_with(connection, "user_id"):
        query = sql.SQL("SELECT EXISTS (SELECT 1 FROM {} WHERE user_id = %s)").format(sql.Identifier(table))
        row = connection.execute(query, (user_id,)).fetchone()
        if row and row[0]:
            found.append(table)
    return found


def note(connection: psycopg.Connection, user_id: int, made_at: datetime) -> None:
    """Remember that the account with this number, made at this time, was deleted."""
    connection.execute(
        "INSERT INTO deleted_accounts (user_number, made_at) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        (user_id, made_at),
    )


def deleted(connection: psycopg.Connection) -> list[tuple[int, datetime]]:
    """(number, made at) of every deleted account; empty if the table does not exist yet."""
    there = connection.execute("SELECT to_regclass('public.deleted_accounts')").fetchone()
    if not there or there[0] is None:
        return []
    return list(connection.execute("SELECT user_number, made_at FROM deleted_accounts ORDER BY 1, 2"))


def erase_again(connection: psycopg.Connection, accounts: list[tuple[int, datetime]]) -> int:
    """Erase those of these accounts that exist (again); returns how many."""
    count = 0
    for user_id, made_at in accounts:
        here = "SELECT 1 FROM users WHERE id = %s AND created_at = %s"
        if connection.execute(here, (user_id, made_at)).fetchone():
            erase(connection, user_id)
            count += 1
        note(connection, user_id, made_at)
    return count


def _tables_with(connection: psycopg.Connection, column: str) -> list[str]:
    return [row[0] for row in connection.execute(_OF_USERS, (column,))]
