"""NaN is never stored: every floating-point column of our tables has a check against it. The checks are added after
each migration, so that new tables get them automatically. An unknown value is NULL."""

import psycopg

_TABLES = """
SELECT c.table_name, array_agg(c.column_name ORDER BY c.ordinal_position)::text[],
       array_agg(c.column_name ORDER BY c.ordinal_position) FILTER (WHERE c.is_nullable = 'YES')::text[]
FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.data_type IN ('double precision', 'real')
  AND c.table_name NOT LIKE 'procrastinate%' GROUP BY c.table_name
"""
_POINTS = "activity_data_points"  # COPY writes NULL for missing values by a mask; not worth scanning


def constrain(connection: psycopg.Connection) -> None:
    """Add the checks, after turning NaN into NULL, or into 0 in columns that are NOT NULL."""
    with connection.transaction():
        for table, columns, nullable in connection.execute(_TABLES).fetchall():
            check = " AND ".join(f"{name} <> 'NaN'" for name in columns)
            found = connection.execute(
                "SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname = %s",
                (f"{table}_no_nan",),
            ).fetchone()
            if found is not None and found[0] == check:
                continue
            if table == _POINTS:
                _on_points(connection, check)
                continue
            for name in columns:
                value = "NULL" if name in (nullable or ()) else "0"
                connection.execute(f"UPDATE {table} SET {name} = {value} WHERE {name} = 'NaN'")
            _put(connection, table, check, "")


def _put(connection: psycopg.Connection, table: str, check: str, valid: str) -> None:
    connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {table}_no_nan")
    connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_no_nan CHECK ({check}) {valid}")
    note = check.replace("'", "''")
    connection.execute(f"COMMENT ON CONSTRAINT {table}_no_nan ON {table} IS '{note}'")


def _on_points(connection: psycopg.Connection, check: str) -> None:
    """Add the check to the points. A compressed hypertable accepts no new check and stays without one."""
    try:
        with connection.transaction():
            _put(connection, _POINTS, check, "NOT VALID")
    except (psycopg.errors.FeatureNotSupported, psycopg.errors.InternalError):
        return
