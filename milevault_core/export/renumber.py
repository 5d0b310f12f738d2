"""Give every row of an export a new id and write the rows to their tables. The imported rows are in temporary tables
in_NAME; new_NAME has the old and new ids ("numbers")."""

from typing import Any, LiteralString, cast

import psycopg
from psycopg.types.json import Jsonb

from milevault_core.backup.tables import Column, quoted
from milevault_core.export import tables


def number_anew(connection: psycopg.Connection, every: dict[str, tables.Table]) -> None:
    """Create new_NAME (old, new) for each table whose ids are referenced, in the old order, because an activity's own
    id is the smallest one of its recordings."""
    old: dict[str, list[str]] = {}

    def note(of: str, number: str, source: str) -> None:
        if of == tables.ROUTE:
            old.setdefault(tables.ACTIVITY, []).append(f"SELECT {number} {source} AND {number} > 0")
            old.setdefault(tables.COURSES, []).append(f"SELECT -{number} {source} AND {number} < 0")
        else:
            old.setdefault(of, []).append(f"SELECT {number} {source} AND {number} IS NOT NULL")

    for one in every.values():
        if one.name == "original_files":
            continue
        source = f"FROM {quoted('in_' + one.name)} WHERE true"
        for column, of in one.numbers().items():
            # References to these may point at deleted rows, so every referenced id gets a new one.
            if of in (tables.ROUTE, tables.ACTIVITY, "imports") or (column == "id" and of == one.name):
                note(of, quoted(column), source)
        for column, of in tables.LISTS.get(one.name, {}).items():
            old.setdefault(of, []).append(f"SELECT unnest({quoted(column)}) {source}")
        for kind, of in tables.KEYS.items() if one.is_keyed() else ():
            note(of, "key::bigint", f"{source} AND kind = '{kind}'")
        if within := tables.WITHIN.get(one.name):  # the row it refers to may be deleted, too
            note(within.of, within.old(), source)
    for name, queries in old.items():
        here = quoted(f"new_{name}")
        do(connection, f"CREATE TEMP TABLE {here} (old bigint PRIMARY KEY, new bigint) ON COMMIT DROP")
        do(
            connection,
            f"INSERT INTO {here} SELECT old, nextval(pg_get_serial_sequence('public.{name}', 'id')) FROM "
            f"(SELECT DISTINCT old FROM ({' UNION ALL '.join(queries)}) q (old) ORDER BY old) o",
        )
        do(connection, f"ANALYZE {here}")


def follow_json(connection: psycopg.Connection) -> None:
    """Replace the ids inside JSON: those of tables.WITHIN, and all those in route_states.decided, in which the routes'
    step remembers decisions."""

    def anew(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: anew(each) for key, each in value.items()}
        if isinstance(value, list):
            return [anew(each) for each in value]
        if type(value) is not int:
            return value
        query = cast(LiteralString, f"SELECT {_new('%(v)s::bigint', tables.ROUTE)}")
        row = connection.execute(query, {"v": value}).fetchone()
        return row[0] if row and row[0] is not None else value

    for table, within in tables.WITHIN.items():
        do(
            connection,
            f"UPDATE {quoted('in_' + table)} SET {quoted(within.column)} = {within.with_new()} "
            f"FROM {quoted('new_' + within.of)} n WHERE n.old = {within.old()}",
        )
    for group, decided in connection.execute("SELECT sport_group, decided FROM in_route_states").fetchall():
        connection.execute(
            "UPDATE in_route_states SET decided = %s WHERE sport_group = %s", (Jsonb(anew(decided)), group)
        )


def _new(value: str, of: str) -> str:
    """SQL expression for the new id that replaces an old one."""
    if of != tables.ROUTE:
        return f"(SELECT new FROM {quoted('new_' + of)} WHERE old = {value})"
    course = f"(SELECT -new FROM {quoted('new_' + tables.COURSES)} WHERE old = -({value}))"
    return f"CASE WHEN {value} > 0 THEN {_new(value, tables.ACTIVITY)} WHEN {value} < 0 THEN {course} ELSE {value} END"


def put(connection: psycopg.Connection, user_id: int, table: tables.Table) -> int:
    """Insert the rows with their new ids into the real table; returns how many."""
    numbers, lists = table.numbers(), tables.LISTS.get(table.name, {})

    def value(column: Column) -> str:
        name = f"t.{quoted(column.name)}"
        if column.name in numbers:
            return _new(name, numbers[column.name])
        if column.name in lists:
            new = _new("a", lists[column.name])
            return f"ARRAY(SELECT {new} FROM unnest({name}) WITH ORDINALITY u (a, n) ORDER BY n)"
        if column.name == "key" and table.is_keyed():
            kinds = " ".join(
                f"WHEN '{kind}' THEN {_new(f'{name}::bigint', of)}" for kind, of in tables.KEYS.items()
            )
            return f"CASE t.kind {kinds} ELSE {name} END"
        if column.type == "text":
            return f"CASE WHEN {name} LIKE '''%%' THEN substr({name}, 2) ELSE {name} END"
        return name

    columns = [quoted(c.name) for c in table.columns] + ["user_id"] * table.has_user
    values = [value(c) for c in table.columns] + ["%(u)s"] * table.has_user
    statement = (
        f"INSERT INTO public.{quoted(table.name)} ({', '.join(columns)}) "
        f"SELECT {', '.join(values)} FROM {quoted('in_' + table.name)} t"
    )
    cursor = connection.cursor()
    cursor.execute(cast(LiteralString, statement), {"u": int(user_id)})
    return cursor.rowcount


def do(connection: psycopg.Connection, statement: str) -> None:
    """Execute a statement built from names in the schema."""
    connection.execute(cast(LiteralString, statement))
