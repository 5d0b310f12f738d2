"""Deletes everything of a user. The tables are found in the catalogue, so that a new one is not forgotten."""

from datetime import datetime

import psycopg
from psycopg import sql

# Tables with a column of the user's, then those that hang on one of the user's activities without a foreign key.
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
    """Delete a user and every row that belongs to one, in the caller's transaction, and note that it was deleted (for
    backups from before, which bring it back). Raises NotErased."""
    points = (
        "DELETE FROM activity_data_points WHERE activity_id IN (SELECT id FROM activities WHERE user_id = %s)"
    )
    row = connection.execute(
        "SELECT created_at, username FROM users WHERE id = %s FOR UPDATE", (user_id,)
    ).fetchone()
    if row is None:
        return
    connection.execute(points, (user_id,))
    connection.execute("DELETE FROM users WHERE id = %s", (user_id,))  # the rest follows by its foreign keys
    for table in _tables_with(connection, "user_id"):
        mine = sql.SQL("DELETE FROM {} WHERE user_id = %s").format(sql.Identifier(table))
        connection.execute(mine, (user_id,))
    connection.execute(_COUNTS, {"u": str(user_id), "name": row[1]})
    if left := left_of(connection, user_id):
        raise NotErased(f"Rows are left in {', '.join(left)}.")
    note(connection, user_id, row[0])


def left_of(connection: psycopg.Connection, user_id: int) -> list[str]:
    """Tables that still hold a row of this user, or one that belongs to no activity any more."""
    found = []
    for table in _tables_with(connection, "user_id"):
        query = sql.SQL("SELECT EXISTS (SELECT 1 FROM {} WHERE user_id = %s)").format(sql.Identifier(table))
        row = connection.execute(query, (user_id,)).fetchone()
        if row and row[0]:
            found.append(table)
    return found


def note(connection: psycopg.Connection, user_id: int, made_at: datetime) -> None:
    """Remember that the account of this number, made at this time, is deleted."""
    connection.execute(
        "INSERT INTO deleted_accounts (user_number, made_at) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        (user_id, made_at),
    )


def deleted(connection: psycopg.Connection) -> list[tuple[int, datetime]]:
    """(number, made at) of every account that was deleted; empty where the table is not there yet."""
    there = connection.execute("SELECT to_regclass('public.deleted_accounts')").fetchone()
    if not there or there[0] is None:
        return []
    return list(connection.execute("SELECT user_number, made_at FROM deleted_accounts ORDER BY 1, 2"))


def erase_again(connection: psycopg.Connection, accounts: list[tuple[int, datetime]]) -> int:
    """Erase those of these accounts that are here (again); returns how many."""
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
