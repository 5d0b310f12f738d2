"""The query results that one run of a page has fetched ahead (ahead.py): kept here, where engine.py finds them."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

Query = tuple[str, tuple]  # the statement and its parameters
_kept: ContextVar["dict[Query, pa.Table] | None"] = ContextVar("kept", default=None)
_is_noting: ContextVar[bool] = ContextVar("is_noting", default=False)


class QueryNoted(Exception):
    """Raised instead of sending a query within `noting`."""

    def __init__(self, query: Query) -> None:
        self.query = query


@contextmanager
def one_run() -> Iterator[None]:
    """The block within which results are kept."""
    before = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(before)


@contextmanager
def noting() -> Iterator[None]:
    """The block within which a query raises QueryNoted instead of being sent."""
    before = _is_noting.set(True)
    try:
        yield
    finally:
        _is_noting.reset(before)


def kept() -> "dict[Query, pa.Table] | None":
    """The results kept in this run; None outside of a run."""
    return _kept.get()


def known(sql: str, parameters: tuple) -> "pa.Table | None":
    """The result that was fetched for a statement; None if it has to be sent. Raises QueryNoted within `noting`."""
    if _is_noting.get():
        raise QueryNoted((sql, parameters))
    found = _kept.get()
    return found.get((sql, parameters)) if found else None


def forget() -> None:
    """Forget all results, because something may have changed."""
    if found := _kept.get():
        found.clear()
