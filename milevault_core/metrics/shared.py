"""Caches what several metrics of one track need, while all of them are computed. Registers no metric itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

_known: ContextVar[dict[Any, Any] | None] = ContextVar("shared_of_a_track", default=None)


@contextmanager
def once_a_track() -> Iterator[None]:
    """Context in which `shared` functions cache their results per track; the track must not change meanwhile."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def shared[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Mark a pure function whose first argument is a track. Its result must not be written into."""

    @wraps(function)
    def call(*args: P.args, **more: P.kwargs) -> R:
        known = _known.get()
        if known is None:
            return function(*args, **more)
        key = (function, id(args[0]), *args[1:], *more.items())
        if key not in known:
            known[key] = args[0], function(*args, **more)  # keeps the track alive: its id stays unique
        result: R = known[key][1]
        return result

    return call
