"""Archives in the database: received in pieces, read as a seekable file.

They are stored in rows of one megabyte, in a logged table like everything else, so that workers on any machine can read
them and nothing is kept outside the database. An archive is deleted when its import is finished, when it is discarded,
or after seven days; the archive of a stopped import is also kept for seven days.
"""

import io
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, cast

from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from milevault_core.formats.seekable import Seekable
from milevault_core.problems import BadFile
from milevault_core.store import engine
from milevault_core.store.imports.reasons import STOPPED

CHUNK = 1 << 20
MUCH_BYTES = 1 << 20  # least space that is worth giving back
KEPT_DAYS = 7
_CACHED = 4  # chunks that an open file keeps in memory


@dataclass(frozen=True)
class Upload:
    id: int
    user_id: int
    name: str
    size_bytes: int
    received_bytes: int
    state: str
    source: str
    import_id: int | None
    parent_id: int | None


_COLUMNS = "id, user_id, name, size_bytes, received_bytes, state, source, import_id, parent_id"


def begin(
    session: Session, user_id: int, name: str, size_bytes: int, key: str = "", source: str = "page"
) -> Upload:
    """Begin a new archive or, with a key, continue the one that the user has begun to send with it."""
    if key:
        row = session.execute(
            text(
                f"SELECT {_COLUMNS} FROM uploads WHERE user_id = :u AND key = :k AND size_bytes = :s "
                "AND state = 'receiving' ORDER BY id DESC LIMIT 1"
            ),
            {"u": user_id, "k": key, "s": size_bytes},
        ).one_or_none()
        if row is not None:
            return Upload(*row)
    row = session.execute(
        text(
            "INSERT INTO uploads (user_id, name, size_bytes, key, source) VALUES (:u, :n, :s, :k, :f) "
            f"RETURNING {_COLUMNS}"
        ),
        {"u": user_id, "n": name, "s": size_bytes, "k": key, "f": source},
    ).one()
    return Upload(*row)


def one(session: Session, user_id: int, upload_id: int, lock: bool = False) -> Upload | None:
    """One of the user's archives; None if there is none. `lock` locks its row."""
    row = session.execute(
        text(
            f"SELECT {_COLUMNS} FROM uploads WHERE user_id = :u AND id = :i" + (" FOR UPDATE" if lock else "")
        ),
        {"u": user_id, "i": upload_id},
    ).one_or_none()
    return Upload(*row) if row else None


def of_job(session: Session, upload_id: int) -> Upload | None:
    """An upload by its id alone, for a job."""
    row = session.execute(
        text(f"SELECT {_COLUMNS} FROM uploads WHERE id = :i"), {"i": upload_id}
    ).one_or_none()
    return Upload(*row) if row else None


def append(session: Session, user_id: int, upload_id: int, offset: int, data: bytes) -> int:
    """Write a piece that begins at `offset`; returns how many bytes are there now.

    A piece that is already there (because the response to it was lost) changes nothing. Raises LookupError when the
    user has no such upload or it is complete, ValueError when the piece does not fit: each piece follows the one
    before, and all pieces except the last are whole megabytes.
    """
    upload = one(session, user_id, upload_id, lock=True)
    if upload is None or upload.state != "receiving":
        raise LookupError("There is no such upload.")
    end = offset + len(data)
    if offset < upload.received_bytes:
        return upload.received_bytes
    if offset != upload.received_bytes or offset % CHUNK or end > upload.size_bytes:
        raise ValueError("This piece does not follow the one before.")
    if end < upload.size_bytes and len(data) % CHUNK:
        raise ValueError("A piece in the middle is made of whole megabytes.")
    _write(session, upload_id, offset // CHUNK, data)
    session.execute(
        text("UPDATE uploads SET received_bytes = :e, changed_at = now() WHERE id = :i"),
        {"e": end, "i": upload_id},
    )
    return end


def _write(session: Session, upload_id: int, number: int, data: bytes) -> None:
    connection = engine.raw(session)
    with connection.cursor() as cursor:
        for at in range(0, len(data), CHUNK):
            cursor.execute(
                "INSERT INTO upload_chunks (upload_id, number, data) VALUES (%b, %b, %b)",
                (upload_id, number + at // CHUNK, memoryview(data)[at : at + CHUNK]),
            )


def copy_in(user_id: int, upload_id: int, source: IO[bytes] | io.RawIOBase, pieces: int = 8) -> int:
    """Write a whole stream into an upload, whose size need not be known before; returns the size. Raises LookupError
    if the user has no such upload."""
    size = 0
    while data := _read_full(source, pieces * CHUNK):
        with engine.session() as session:
            found = session.execute(
                text(
                    "UPDATE uploads SET received_bytes = :s, size_bytes = greatest(size_bytes, :s), "
                    "changed_at = now() WHERE user_id = :u AND id = :i RETURNING 1"
                ),
                {"s": size + len(data), "u": user_id, "i": upload_id},
            )
            if found.first() is None:
                raise LookupError("There is no such upload.")
            _write(session, upload_id, size // CHUNK, data)
            size += len(data)
    return size


def _read_full(source: IO[bytes] | io.RawIOBase, size: int) -> bytes:
    parts: list[bytes] = []
    while size > 0 and (data := source.read(size)):
        parts.append(data)
        size -= len(data)
    return b"".join(parts)


def inner(session: Session, parent: Upload, name: str) -> Upload:
    """Create an upload for an archive inside `parent`."""
    row = session.execute(
        text(
            "INSERT INTO uploads (user_id, parent_id, name, size_bytes, state, source) "
            f"VALUES (:u, :p, :n, 0, 'receiving', 'inner') RETURNING {_COLUMNS}"
        ),
        {"u": parent.user_id, "p": parent.id, "n": name},
    ).one()
    return Upload(*row)


def inner_of(session: Session, parent_id: int) -> dict[str, Upload]:
    """The complete inner archives of an upload, by name."""
    rows = session.execute(
        text(f"SELECT {_COLUMNS} FROM uploads WHERE parent_id = :p AND state = 'inner'"), {"p": parent_id}
    )
    return {upload.name: upload for upload in (Upload(*row) for row in rows)}


def set_state(session: Session, upload_id: int, state: str, **values) -> None:
    """Set the state, and optionally import_id, reason, plan (JSON text), looked_at, to_look_at."""
    sets = ", ".join(f"{n} = CAST(:{n} AS jsonb)" if n == "plan" else f"{n} = :{n}" for n in values)
    session.execute(
        text(
            f"UPDATE uploads SET state = :state, changed_at = now(){', ' if sets else ''}{sets} WHERE id = :id"
        ),
        {"state": state, "id": upload_id, **values},
    )


def discard(session: Session, user_id: int, upload_id: int) -> bool:
    """Remove an archive with its pieces; returns False when the user has no such archive, or it is being imported."""
    return (
        session.execute(
            text(
                "DELETE FROM uploads WHERE user_id = :u AND id = :i AND state NOT IN ('listing', 'importing') "
                "AND parent_id IS NULL RETURNING id"
            ),
            {"u": user_id, "i": upload_id},
        ).scalar()
        is not None
    )


_UNUSED = """
u.parent_id IS NULL AND (
    (u.state NOT IN ('listing', 'importing') AND u.changed_at < now() - :d * interval '1 day')
    OR (u.state = 'importing' AND NOT EXISTS (
        SELECT 1 FROM import_items t WHERE t.import_id = u.import_id AND (t.state = 'waiting' OR (
            t.reason = :stopped AND t.upload_id IS NOT NULL AND t.finished_at > now() - :d * interval '1 day')))))
"""


def forget_old(session: Session) -> int:
    """Delete archives that have not changed for seven days, and those whose import is finished or was stopped more than
    seven days ago; returns how many."""
    own = {"d": KEPT_DAYS, "stopped": STOPPED}
    unused = text(f"SELECT id FROM uploads u WHERE {_UNUSED} ORDER BY id FOR NO KEY UPDATE SKIP LOCKED")
    if not (found := session.scalars(unused, own).all()):
        return 0
    hold_items(session, found)
    # Checked again: a file may have been retried before its item was locked.
    gone = text(f"DELETE FROM uploads u WHERE u.id = ANY(:ids) AND {_UNUSED} RETURNING u.id")
    return len(session.execute(gone, own | {"ids": list(found)}).all())


def hold_items(session: Session, upload_ids: Sequence[int]) -> None:
    """Lock the items of archives, before the archives are deleted: workers lock an item before its archive, and
    deleting an archive changes its items."""
    session.execute(
        text(
            "SELECT 1 FROM import_items WHERE upload_id IN (SELECT id FROM uploads WHERE id = ANY(:ids) "
            "OR parent_id = ANY(:ids)) ORDER BY id FOR UPDATE"
        ),
        {"ids": list(upload_ids)},
    )


def give_back_room() -> None:
    """Give disk space back when no archive is left. Deleted rows only leave their space to the next archive, and
    vacuuming gigabytes in the background takes many minutes. Does nothing while anybody uses the table."""
    try:
        with engine.session() as session:
            if session.scalar(text("SELECT pg_total_relation_size('upload_chunks')")) < MUCH_BYTES:
                return
            # Autovacuum yields after a second; senders and readers must not wait long.
            session.execute(text("SET LOCAL lock_timeout = '4s'"))
            session.execute(text("LOCK TABLE upload_chunks IN ACCESS EXCLUSIVE MODE"))
            # Checked under the lock, so that nothing can be added in between.
            if not session.scalar(text("SELECT EXISTS (SELECT 1 FROM upload_chunks)")):
                session.execute(text("TRUNCATE upload_chunks"))
    except OperationalError:  # it is being written to; try again in an hour
        return


def open_file(upload: Upload) -> IO[bytes]:
    """The archive as a seekable file."""
    return cast(IO[bytes], io.BufferedReader(ChunkFile(upload.id, upload.received_bytes), 1 << 16))


class ChunkFile(Seekable):
    """Reads an archive from the database; keeps a few chunks in memory, and no connection between reads."""

    def __init__(self, upload_id: int, size: int) -> None:
        super().__init__(size)
        self.upload_id = upload_id
        self.chunks: OrderedDict[int, bytes] = OrderedDict()

    def readinto(self, buffer) -> int:
        """Read bytes at `place` into a buffer, as io.RawIOBase defines it. Raises BadFile when the chunk is gone."""
        if self.place >= self.size:
            return 0
        number, start = divmod(self.place, CHUNK)
        data = memoryview(self._chunk(number))[start : start + len(buffer)]
        buffer[: len(data)] = data
        self.place += len(data)
        return len(data)

    def _chunk(self, number: int) -> bytes:
        if number in self.chunks:
            self.chunks.move_to_end(number)
            return self.chunks[number]
        with engine.session() as session:
            row = engine.raw(session).execute(
                "SELECT data FROM upload_chunks WHERE upload_id = %s AND number = %s", (self.upload_id, number),
                binary=True,
            ).fetchone()  # fmt: skip
        if row is None:
            raise BadFile("The archive this file is in is not here any more; import it again.")
        self.chunks[number] = row[0]
        while len(self.chunks) > _CACHED:
            self.chunks.popitem(last=False)
        return row[0]


def add_notes(session: Session, upload_id: int, notes: Iterable[tuple]) -> None:
    """Save (start, duration in seconds, about as JSON text) of activities that are identified by their start."""
    with engine.raw(session).cursor() as cursor:
        cursor.executemany(
            "INSERT INTO upload_notes (upload_id, start_time, duration_s, about) VALUES (%s, %s, %s, %s::jsonb)",
            [(upload_id, *note) for note in notes],
        )


def note_near(session: Session, upload_id: int, start, duration_s: float, within_s: float = 60.0) -> dict:
    """What the archive's list says about the activity that began nearest to `start`; {} if none began within
    `within_s`. Of several that begin together (a triathlon and its swim), the one that lasted about as long."""
    row = session.execute(
        text(
            "SELECT about FROM upload_notes "
            "WHERE upload_id = coalesce((SELECT parent_id FROM uploads WHERE id = :i), :i) "
            "AND start_time BETWEEN :t - :w * interval '1 s' AND :t + :w * interval '1 s' "
            "ORDER BY abs(duration_s - :d) > 0.1 * greatest(:d, 60), abs(extract(epoch FROM start_time - :t)) "
            "LIMIT 1"
        ),
        {"i": upload_id, "t": start, "w": within_s, "d": float(duration_s)},
    ).scalar()
    return dict(row) if row else {}
