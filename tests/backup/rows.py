"""Insert a made-up row into every empty table, so that backup tests and examples also cover tables that were not
considered here.
"""

import psycopg

from milevault_core.backup import tables
from milevault_core.backup.tables import quoted

_SAMPLES = {
    "integer": "7", "smallint": "7", "bigint": "7", "text": "'x'", "boolean": "true", "date": "'2024-02-29'",
    "timestamp with time zone": "'2024-02-29 12:00:00.123456+00'", "double precision": "0.1", "real": "0.1",
    "bytea": r"'\x00ff5c0a'", "jsonb": """'{"a": [1, 0.1, null, "\\n"]}'""", "integer[]": "'{1,2}'",
    "bigint[]": "'{1,2}'", "smallint[]": "'{1,2}'", "date[]": "'{2024-02-29}'", "text[]": "'{a,NULL}'",
    "double precision[]": "'{0.1}'", "real[]": "'{0.1}'", "interval": "'1 day 2 s'",
    "time without time zone": "'01:02'",
}  # fmt: skip
_REFERENCES = """
SELECT a.attname, c.confrelid::regclass::text, f.attname FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
JOIN pg_attribute f ON f.attrelid = c.confrelid AND f.attnum = c.confkey[1]
WHERE c.contype = 'f' AND c.conrelid = %s::regclass
"""
_IDENTITY = "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attidentity <> ''"
# Columns that need a value of a special form.
WORDS: dict[tuple[str, str], str] = {}


def fill_empty(connection: psycopg.Connection) -> list[str]:
    """Insert a row into every empty table that a backup contains; the names of those tables."""
    empty = [t for t in tables.logical(connection) if not _has_rows(connection, t.name)]
    names = [t.name for t in empty]
    while empty:
        left = [table for table in empty if not _add(connection, table)]
        assert len(left) < len(empty), f"no row can be made up for {', '.join(t.name for t in left)}"
        empty = left
    return names


def _has_rows(connection: psycopg.Connection, name: str) -> bool:
    return connection.execute(f"SELECT 1 FROM public.{quoted(name)} LIMIT 1").fetchone() is not None


def _add(connection: psycopg.Connection, table: tables.Table) -> bool:
    """Insert a row; False if a table that it refers to is still empty."""
    where = (f"public.{quoted(table.name)}",)
    references = {column: (to, key) for column, to, key in connection.execute(_REFERENCES, where)}
    identity = {column for (column,) in connection.execute(_IDENTITY, where)}
    values = {}
    for column in table.columns:
        if column.name in identity:
            continue
        if column.name in references:
            to, key = references[column.name]
            row = connection.execute(f"SELECT min({quoted(key)}) FROM {to}").fetchone()
            if to.strip('"') != table.name and row[0] is None:
                return False
            values[column.name] = "NULL" if row[0] is None else str(row[0])
        else:
            values[column.name] = WORDS.get((table.name, column.name)) or _SAMPLES[column.type]
    names = ", ".join(map(quoted, values))
    connection.execute(
        f"INSERT INTO public.{quoted(table.name)} ({names}) VALUES ({', '.join(values.values())})"
    )
    return True
