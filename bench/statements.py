"""The SQL statements of the app, from the embedded database's own log."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from milevault_core import store

_LINE = re.compile(r"^mv \[milevault app\] LOG:  duration: ([0-9.]+) ms(?:  (\w+)[^:]*: ?(.*))?")
_ASIDE = re.compile(r"^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET|SHOW|DISCARD|DEALLOCATE|LISTEN)\b", re.I)


class Log:
    """The database's log from here on."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._at = file.stat().st_size

    def forget(self) -> None:
        """Ignore everything logged until now."""
        self._at = self._file.stat().st_size

    def read(self) -> tuple[int, float]:
        """(statements, milliseconds in the database) since it was last forgotten; transaction control not counted."""
        time.sleep(0.05)  # the last line may still be on its way
        with self._file.open("rb") as opened:
            opened.seek(self._at)
            text = opened.read().decode(errors="replace")
        return count(text)


def count(text: str) -> tuple[int, float]:
    """Count the statements in a piece of the log. A prepared statement logs parse, bind and execute, and counts
    once."""
    statements, total_ms = 0, 0.0
    for line in text.splitlines():
        found = _LINE.match(line)
        if not found or found[2] is None or _ASIDE.match(found[3]):
            continue
        total_ms += float(found[1])
        statements += found[2] in ("statement", "execute")
    return statements, total_ms


@contextmanager
def logged(data: Path) -> Iterator[Log]:
    """Make the embedded database of a data folder log every statement."""
    settings = {"log_min_duration_statement": "0", "log_line_prefix": "'mv [%a] '"}
    _set([f"ALTER SYSTEM SET {name} = {value}" for name, value in settings.items()])
    try:
        yield Log(data / "pg" / "log")
    finally:
        _set([f"ALTER SYSTEM RESET {name}" for name in settings])


def _set(commands: list[str]) -> None:
    with psycopg.connect(store.database().dsn, autocommit=True) as connection:
        for command in (*commands, "SELECT pg_reload_conf()"):
            connection.execute(command)
    time.sleep(0.5)  # every backend reads its settings again before its next statement
