"""Call any function as any user, in a transaction that is rolled back, and see what it returns and changes."""

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from milevault_core import store
from milevault_core.store import engine
from tests.walls_found import parameters

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
FIRST_ID = 700_000  # for every table but users, so that no id looks like another number
MISSING_ID = 1_000_000_000
MEASURED = {"plan_s", "plan_cpu_s", "import_s"}  # in a plan; differ with each call


@dataclass(frozen=True)
class Outcome:
    """What a call returned (with every id as #) or which error it raised, and the tables it changed."""

    given: str
    error: str
    is_empty: bool
    changed: frozenset[str]
    changed_of_owner: frozenset[str]
    raised: Exception | None = field(default=None, compare=False)


@contextmanager
def rolled_back() -> Iterator[Session]:
    """Every store.session() within the block joins one transaction, which is rolled back at the end."""
    old = engine.session

    with store.database().engine.connect() as connection:
        outer = connection.begin()
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))

        @contextmanager
        def session() -> Iterator[Session]:
            with (
                Session(
                    connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
                ) as opened,
                opened.begin(),
            ):
                yield opened

        engine.session = store.session = session
        try:
            with session() as opened:
                yield opened
        finally:
            engine.session = store.session = old
            outer.rollback()


def digest(session: Session, owner_id: int) -> dict[str, tuple]:
    """Row count and hash of every table, and a hash of the owner's rows."""
    query = _digest_sql(session.connection().engine)
    return {name: tuple(rest) for name, *rest in session.execute(text(query), {"u": owner_id})}


def _last_write(session: Session) -> tuple:
    """A value that stays the same while no connection writes a row, because PostgreSQL gives every writing transaction
    an id. A hundred times faster than a digest of everything."""
    query = "SELECT pg_current_xact_id_if_assigned()::text, pg_snapshot_xmax(pg_current_snapshot())::text"
    own, everybodys = session.execute(text(query)).one()
    return (everybodys,) if own is None else (object(),)  # with an id, it may have written more since


@cache  # listing the tables takes longer than reading them
def _digest_sql(engine: Engine) -> str:
    query = text(
        "SELECT tablename, EXISTS (SELECT FROM information_schema.columns c WHERE c.table_schema = 'public' "
        "AND c.table_name = tablename AND column_name = 'user_id') "
        "FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    )
    with engine.connect() as connection:
        tables = connection.execute(query).all()
    return " UNION ALL ".join(
        f"SELECT '{table}', count(*), sum(hashtextextended(t::text, 0)), "
        # IN, so that without_the_user below does not match it: the broken build must not break its own check.
        f"sum(hashtextextended(t::text, 0)) FILTER (WHERE {'user_id IN (:u)' if has_owner else 'false'}) "
        f'FROM "{table}" t'
        for table, has_owner in tables
    )


def call(
    function: Callable,
    user_id: object,
    owner_id: int,
    arguments: Mapping[str, Any],
    old: dict[str, tuple],
    before: Callable[[Session], None] | None = None,
) -> Outcome:
    """Call the function as `user_id`; `before` prepares what the function needs, in the same transaction.

    `old` is the digest of the database before any call.
    """
    given, raised = None, None
    with rolled_back() as session:
        if before:
            before(session)
            session.flush()
            old = digest(session, owner_id)
        unwritten = _last_write(session)
        kept = session.begin_nested()
        try:
            first = (session, user_id) if "session" in parameters(function) else (user_id,)
            given = function(*first, **arguments)
            if hasattr(given, "__next__"):
                given = list(given)
            session.flush()
        except Exception as error:
            raised = error
            if kept.is_active:
                kept.rollback()
        new = old if _last_write(session) == unwritten else digest(session, owner_id)
    return Outcome(
        comparable(given),
        type(raised).__name__ if raised else "",
        is_empty(given),
        frozenset(t for t in new if new[t][:2] != old[t][:2]),
        frozenset(t for t in new if new[t][2] != old[t][2]),
        raised,
    )


def comparable(given: object) -> str:
    """A result as text, with ids and timestamps as #."""
    return re.sub(
        r"\b0x[0-9a-f]+|\b\d{6,}\b|datetime\.datetime\([^)]*\)|\b\d{4}-\d\d-\d\d \d\d:[\d:.]+",
        "#",
        repr(_plain(given)),
    )


def _plain(given: Any) -> Any:
    if isinstance(given, pd.DataFrame):
        return list(given.columns), given.to_dict("records")
    if isinstance(given, pd.Series | np.ndarray):
        return given.tolist()
    if dataclasses.is_dataclass(given) and not isinstance(given, type):
        return {f.name: _plain(getattr(given, f.name)) for f in dataclasses.fields(given)}
    if isinstance(given, Mapping):
        # Measured times differ with each call.
        return {repr(_plain(key)): "#" if key in MEASURED else _plain(value) for key, value in given.items()}
    if isinstance(given, list | tuple):
        return [_plain(each) for each in given]
    if isinstance(given, set | frozenset):
        return sorted((_plain(each) for each in given), key=repr)
    if type(given).__repr__ is object.__repr__:
        return type(given).__name__, {k: v for k, v in sorted(vars(given).items()) if not k.startswith("_")}
    return given


def is_empty(given: Any) -> bool:
    """Whether a result holds no row, no object and no count."""
    if dataclasses.is_dataclass(given) and not isinstance(given, type):
        return all(is_empty(getattr(given, f.name)) for f in dataclasses.fields(given))
    if isinstance(given, tuple):
        return all(is_empty(each) for each in given)
    return given is None or given is False or (len(given) == 0 if hasattr(given, "__len__") else given == 0)


_OF_USER = re.compile(r"(\b[a-z_]+\.)?\buser_id = (%s|%\(\w+\)s(?:::\w+)?|\$\d+)")


@contextmanager
def without_the_user() -> Iterator[None]:
    """A broken build: no statement filters by user, whether it is SQLAlchemy's, psycopg's or ADBC's."""
    execute, read_arrow = psycopg.Cursor.execute, engine.read_arrow

    def drop(sql: Any) -> Any:
        return _OF_USER.sub(r"(\2)::int4 IS NOT NULL", sql) if isinstance(sql, str) else sql

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", lambda self, sql, *a, **k: execute(self, drop(sql), *a, **k))
        patch.setattr(engine, "read_arrow", lambda sql, parameters=(): read_arrow(drop(sql), parameters))
        yield
