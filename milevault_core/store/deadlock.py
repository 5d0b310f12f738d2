"""Deadlocks: when transactions wait for each other, PostgreSQL ends one of them, which only has to be run again."""

import logging
from collections.abc import Callable

import psycopg

AGAIN = 3
log = logging.getLogger("milevault.store")


def is_deadlock(error: BaseException) -> bool:
    """Whether PostgreSQL has ended a transaction because of a deadlock; `error` is psycopg's or SQLAlchemy's."""
    return isinstance(getattr(error, "orig", error), psycopg.errors.DeadlockDetected)


def repeated[T](work: Callable[[], T]) -> T:
    """Call `work`, which runs one or several whole transactions, and return its result. If a deadlock ends it, it is
    called again at once, up to AGAIN times."""
    for _ in range(AGAIN):
        try:
            return work()
        except Exception as error:
            if not is_deadlock(error):
                raise
            log.warning("A transaction was ended by a deadlock and is run again.")
    return work()
