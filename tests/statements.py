"""The SQL statements that this process sends, by whichever driver."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from adbc_driver_manager import dbapi


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent within the block, in order, without SET and transaction control."""
    sent: list[str] = []

    def counting(execute):
        def run(cursor, sql, *arguments, **named):
            if not str(sql).startswith("SET "):
                sent.append(str(sql))
            return execute(cursor, sql, *arguments, **named)

        return run

    with pytest.MonkeyPatch.context() as patch:
        for driver in (psycopg.Cursor, dbapi.Cursor):
            patch.setattr(driver, "execute", counting(driver.execute))
        yield sent
