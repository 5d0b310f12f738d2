"""Several queries in one statement: what a page is going to read is fetched at its beginning.

    with ahead.one_run():                               # one run of a page
        ahead.fetch((activities.laps, 7, 42), (activities.metrics, 7, 42))
        activities.laps(7, 42)                          # answered without asking the database

A query that was not fetched is sent as usual, so the list only affects the number of statements. Any transaction of
the run discards what was fetched, because it may have changed it.
"""

import re
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from milevault_core.store import answers, engine
from milevault_core.store.answers import Query, one_run

__all__ = ["fetch", "one_run"]

_columns: dict[str, list[str]] = {}  # names by statement, looked up once


def fetch(*calls: tuple) -> None:
    """Fetch what functions of store/queries are going to read; each call is (function, its arguments). If a function
    sends several statements, only the first is fetched."""
    kept = answers.kept()
    if kept is None:
        return
    wanted = [query for query in dict.fromkeys(_query(*call) for call in calls) if query not in kept]
    if wanted:
        kept.update(_together(wanted))


def _query(function: Callable[..., Any], *arguments: Any) -> Query:
    try:
        with answers.noting():
            function(*arguments)
    except answers.QueryNoted as noted:
        return noted.query
    raise ValueError(f"{function.__name__} asks the database for nothing.")


def _together(queries: list[Query]) -> dict[Query, pa.Table]:
    """Run the queries as one statement, whose only row holds each column of each query as an array: arrays keep the
    types, which JSON would lose. The rows keep their order, because array_agg follows the order of the subquery."""
    parts: list[str] = []
    selected: list[str] = []
    everything: list[Any] = []
    for number, (sql, parameters) in enumerate(queries):
        numbered = _numbered(sql, len(everything))
        everything += parameters
        names = _names(sql, parameters)
        arrays = ", ".join(f'array_agg(q."{name}") AS c{at}' for at, name in enumerate(names))
        parts.append(f"p{number} AS MATERIALIZED (SELECT {arrays} FROM ({numbered}) q)")
        selected += [f"(SELECT c{at} FROM p{number}) AS p{number}_{at}" for at in range(len(names))]
    row = engine.read_arrow(f"WITH {', '.join(parts)} SELECT {', '.join(selected)}", tuple(everything))
    found, at = {}, 0
    for query in queries:
        names = _columns[query[0]]
        columns = [row.column(at + n).combine_chunks().flatten() for n in range(len(names))]
        found[query] = pa.Table.from_arrays(columns, names=names)
        at += len(names)
    return found


def _numbered(sql: str, shift: int) -> str:
    """A statement with its parameters renumbered: from $(1 + shift) on instead of from $1 on."""
    return re.sub(r"\$(\d+)", lambda found: f"${int(found[1]) + shift}", sql)


def _names(sql: str, parameters: tuple) -> list[str]:
    if sql not in _columns:
        _columns[sql] = engine.columns_of(sql, parameters)
    return _columns[sql]
