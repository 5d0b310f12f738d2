"""What files say about days and nights, as one piece per day. A piece belongs to its original file and is deleted with
it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.formats.health_data import HealthData
from milevault_core.health.of_day import AFTER, BEFORE, Piece
from milevault_core.health.pack import pack, unpack
from milevault_core.store import engine, queue
from milevault_core.store.activities.recordings import NotFound

STEP = "health_days"
VERSION = 2  # of the readers; raising it makes "Read again" offer every health file


def is_here(session: Session, user_id: int, original_id: int, import_id: int) -> bool:
    """Whether a file was read by this version of the readers; always false for a re-read batch."""
    query = text(
        "SELECT EXISTS (SELECT 1 FROM health_files WHERE user_id = :u AND original_id = :o AND version = :v) "
        "AND NOT EXISTS (SELECT 1 FROM imports WHERE user_id = :u AND id = :i AND source = 'reread')"
    )
    own = {"u": user_id, "o": original_id, "v": VERSION, "i": import_id}
    return bool(session.scalar(query, own))


def keep(
    session: Session, user_id: int, original_id: int, import_id: int, pieces: Mapping[date, HealthData]
) -> None:
    """Replace the pieces of a file and mark its days. A file that is read again stays with the import that brought it.
    Raises NotFound for another user's original."""
    first = next(iter(pieces.values()))
    connection = engine.raw(session)
    row = connection.execute(
        "INSERT INTO health_files (original_id, user_id, import_id, source, device, version) "
        "SELECT o.id, o.user_id, %(i)s, %(s)s, %(d)s, %(v)s FROM original_files o "
        "WHERE o.user_id = %(u)s AND o.id = %(o)s ON CONFLICT (original_id) DO UPDATE SET "
        "source = excluded.source, device = excluded.device, version = excluded.version RETURNING 1",
        {"u": user_id, "o": original_id, "i": import_id, "s": first.source, "d": first.device, "v": VERSION},
    ).fetchone()  # fmt: skip
    if row is None:
        raise NotFound("There is no such file.")
    before = connection.execute(
        "DELETE FROM health_pieces WHERE user_id = %s AND original_id = %s RETURNING day", (user_id, original_id)
    ).fetchall()  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO health_pieces (original_id, day, user_id, data) VALUES (%s, %s, %s, %b)",
            [(original_id, day, user_id, pack(piece)) for day, piece in pieces.items()],
        )
    mark(session, user_id, {day for (day,) in before} | set(pieces))


def mark(session: Session, user_id: int, days: set[date]) -> None:
    """Mark every day that pieces of these days (in UTC) can affect to be computed again."""
    if not days:
        return
    near = {day + timedelta(days=k) for day in days for k in range(-AFTER, BEFORE + 1)}
    session.execute(
        text(
            "INSERT INTO dirty_days (user_id, day, step) SELECT :u, unnest(CAST(:d AS date[])), :s"
        ),
        {"u": user_id, "d": sorted(near), "s": STEP},
    )  # fmt: skip
    queue.defer_derive(session, user_id)


def remove_of(session: Session, user_id: int, originals: Sequence[int], import_id: int | None = None) -> None:
    """Remove the pieces of these files (with `import_id` only of those that this import brought); marks their days."""
    own = {"u": user_id, "ids": list(originals), "i": import_id}
    days = session.scalars(
        text(
            "WITH gone AS (DELETE FROM health_files WHERE user_id = :u AND original_id = ANY(:ids) "
            "AND (CAST(:i AS int) IS NULL OR import_id = :i) RETURNING original_id) "
            "SELECT DISTINCT p.day FROM health_pieces p JOIN gone USING (original_id) WHERE p.user_id = :u"
        ),
        own,
    ).all()
    mark(session, user_id, set(days))


def pass_on(session: Session, user_id: int, original_id: int, import_id: int, holder_id: int) -> None:
    """Hand the pieces of a file over from one import to another that brought the same file."""
    session.execute(
        text(
            "UPDATE health_files SET import_id = :h WHERE user_id = :u AND original_id = :o AND import_id = :i "
            "AND EXISTS (SELECT 1 FROM imports WHERE user_id = :u AND id = :h)"
        ),
        {"u": user_id, "o": original_id, "i": import_id, "h": holder_id},
    )


def pieces_of(session: Session, user_id: int, day: date) -> list[Piece]:
    """Every piece that can affect a day, by file."""
    rows = engine.raw(session).cursor(binary=True).execute(
        "SELECT original_id, data FROM health_pieces WHERE user_id = %s AND day BETWEEN %s AND %s "
        "ORDER BY original_id, day",
        (user_id, day - timedelta(days=BEFORE), day + timedelta(days=AFTER)),
    )  # fmt: skip
    return [Piece(original_id, unpack(data)) for original_id, data in rows]


def every_day(session: Session, user_id: int) -> set[date]:
    """The days with any health data."""
    query = text(
        "SELECT day FROM health_pieces WHERE user_id = :u UNION SELECT day FROM health_metrics WHERE user_id = :u "
        "UNION SELECT day FROM weight_logs WHERE user_id = :u"
    )
    return set(session.scalars(query, {"u": user_id}))
