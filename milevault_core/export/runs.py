"""Exports made by a worker. They are requested on the Profile page, stored in the database in chunks of 1 MiB so that
any machine can serve them, and deleted after a week. A user has one at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core import store
from milevault_core.export import ExportError, write
from milevault_core.store import queue, room

KEPT_DAYS = 7
CHUNK = 1 << 20
_LOOK_EVERY = 64  # chunks between checks for free disk space


@dataclass(frozen=True)
class Export:
    id: int
    state: str  # asked | making | ready | failed
    asked_at: datetime
    made_at: datetime | None
    expires_at: datetime | None
    size_bytes: int
    unfinished: int
    reason: str


_CURRENT = (
    "SELECT id, state, asked_at, made_at, expires_at, size_bytes, unfinished, reason FROM exports "
    "WHERE user_id = :u AND (expires_at IS NULL OR expires_at > now())"
)


def current(user_id: int) -> Export | None:
    """The user's export, in whatever state; None if there is none or it has expired."""
    with store.session() as session:
        row = session.execute(text(_CURRENT), {"u": user_id}).one_or_none()
    return Export(*row) if row else None


def ask(user_id: int) -> None:
    """Have a new export made, which replaces the current one; does nothing while one is being made. Raises NoRoom."""
    room.need()
    own = {"u": user_id}
    with store.session() as session:
        session.execute(text("DELETE FROM exports WHERE user_id = :u AND state IN ('ready', 'failed')"), own)
        session.execute(text("INSERT INTO exports (user_id) VALUES (:u) ON CONFLICT DO NOTHING"), own)
        queue.defer_export(session, user_id)


def discard(user_id: int) -> None:
    """Delete the user's export."""
    with store.session() as session:
        session.execute(text("DELETE FROM exports WHERE user_id = :u"), {"u": user_id})


def pieces(user_id: int, export_id: int) -> Iterator[bytes]:
    """The chunks of an export in order, one in memory at a time. Raises ExportError if the export is deleted while it
    is read; what was yielded so far is then incomplete."""
    query = (
        "SELECT data FROM export_chunks c JOIN exports e ON e.id = c.export_id "
        "WHERE e.user_id = %s AND e.id = %s AND e.state = 'ready' AND c.number = %s"
    )
    left, number = _size(user_id, export_id), 0
    while left > 0:
        with store.session() as session:
            row = (
                store.raw(session).cursor(binary=True).execute(query, (user_id, export_id, number)).fetchone()
            )
        if row is None:
            raise ExportError("The export is not here any more.")
        yield row[0]
        left, number = left - len(row[0]), number + 1


def _size(user_id: int, export_id: int) -> int:
    query = text("SELECT size_bytes FROM exports WHERE user_id = :u AND id = :e AND state = 'ready'")
    with store.session() as session:
        return session.scalar(query, {"u": user_id, "e": export_id}) or 0


# ── in a worker ─────────────────────────────────────────────────────────────────────────────────────────────


def work(user_id: int) -> None:
    """Make the export that a user has requested. A second run starts over; two never run at the same time."""
    with psycopg.connect(store.database().dsn, autocommit=True) as connection:
        alone = connection.execute(
            "SELECT pg_try_advisory_lock(hashtext('export'), %s)", (user_id,)
        ).fetchone()
        if not (alone and alone[0]):
            return
        begun = connection.execute(
            "UPDATE exports SET state = 'making' WHERE user_id = %s AND state IN ('asked', 'making') RETURNING id",
            (user_id,),
        ).fetchone()
        if begun is None:
            return
        connection.execute("DELETE FROM export_chunks WHERE export_id = %s", begun)
        try:
            chunks = _Chunks(connection, begun[0])
            made = write.write(user_id, chunks)
            chunks.end()
            connection.execute(
                "UPDATE exports SET state = 'ready', made_at = now(), size_bytes = %s, unfinished = %s, "
                "expires_at = now() + %s * interval '1 day' WHERE id = %s",
                (chunks.size, made.unfinished, KEPT_DAYS, begun[0]),
            )
        except psycopg.errors.ForeignKeyViolation:  # discarded meanwhile
            return
        except psycopg.OperationalError:
            raise
        except ExportError as error:
            _fail(connection, begun[0], str(error))
        except Exception:
            _fail(connection, begun[0], "It could not be made; the server's log says why.")
            raise


def _fail(connection: psycopg.Connection, export_id: int, reason: str) -> None:
    connection.execute("DELETE FROM export_chunks WHERE export_id = %s", (export_id,))
    connection.execute(
        "UPDATE exports SET state = 'failed', size_bytes = 0, reason = %s, "
        "expires_at = now() + %s * interval '1 day' WHERE id = %s",
        (reason, KEPT_DAYS, export_id),
    )


class _Chunks:
    """A write-only file, stored as rows of 1 MiB."""

    def __init__(self, connection: psycopg.Connection, export_id: int) -> None:
        self.connection, self.export_id = connection, export_id
        self.rest, self.number, self.size = bytearray(), 0, 0

    def write(self, data: Any, /) -> int:
        self.rest += data
        while len(self.rest) >= CHUNK:
            self._put(bytes(self.rest[:CHUNK]))
            del self.rest[:CHUNK]
        return len(data)

    def flush(self) -> None:
        pass

    def end(self) -> None:
        if self.rest:
            self._put(bytes(self.rest))
            self.rest.clear()

    def _put(self, data: bytes) -> None:
        if self.number % _LOOK_EVERY == 0:
            if room.is_short():
                raise ExportError("The disk is nearly full.")
            self.connection.execute(
                "UPDATE exports SET size_bytes = %s WHERE id = %s", (self.size, self.export_id)
            )
        self.connection.execute(
            "INSERT INTO export_chunks (export_id, number, data) VALUES (%s, %s, %b)",
            (self.export_id, self.number, data),
        )
        self.number, self.size = self.number + 1, self.size + len(data)


def forget_old(session: Session) -> None:
    """Delete the expired exports of all users."""
    session.execute(text("DELETE FROM exports WHERE expires_at < now()"))
