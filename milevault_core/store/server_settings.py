"""Settings of the whole server that are made in the app."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import text

from milevault_core import store


def read() -> dict[str, str]:
    """All settings: name -> value."""
    with store.session() as session:
        rows = session.execute(text("SELECT name, value FROM server_settings"))
        return {row.name: row.value for row in rows}


def save(values: Mapping[str, str | None]) -> None:
    """Save these settings; None removes one, so that the environment applies again."""
    with store.session() as session:
        for name, value in values.items():
            if value is None:
                session.execute(text("DELETE FROM server_settings WHERE name = :n"), {"n": name})
            else:
                session.execute(
                    text(
                        "INSERT INTO server_settings (name, value) VALUES (:n, :v) "
                        "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
                    ),
                    {"n": name, "v": value},
                )


@contextmanager
def alone(what: str) -> Iterator[bool]:
    """A block that one process at a time runs, on any machine: yields True if nobody else is in a block of the same
    name, and nobody will be until it ends."""
    with store.session() as session:
        lock = text("SELECT pg_try_advisory_xact_lock(hashtext('alone'), hashtext(:w))")
        yield bool(session.execute(lock, {"w": what}).scalar())
