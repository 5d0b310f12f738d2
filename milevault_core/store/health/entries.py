"""What a user enters: body measurements, notes and tags of days, which source counts, choices for the health pages."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.store.activities.recordings import NotFound
from milevault_core.store.health import files
from milevault_core.store.health.rows import ENTERED

_COLUMNS = ("day", "measured_at", *ENTERED, "note")


def add(
    session: Session, user_id: int, day: date, measured_at: datetime, entry: Mapping[str, float | None],
    note: str = "",
) -> int:  # fmt: skip
    """Add a measurement; returns its id. entry: by the names of ENTERED, in their units."""
    row = session.execute(
        text(
            f"INSERT INTO weight_logs (user_id, {', '.join(_COLUMNS)}) VALUES (:u, "
            f"{', '.join(':' + name for name in _COLUMNS)}) RETURNING id"
        ),
        _values(user_id, day, measured_at, entry, note),
    )
    return int(row.scalar_one())


def change(
    session: Session, user_id: int, entry_id: int, day: date, measured_at: datetime,
    entry: Mapping[str, float | None], note: str = "",
) -> date:  # fmt: skip
    """Replace a measurement; returns its previous day. Raises NotFound."""
    own = {"u": user_id, "id": entry_id}
    query = text("SELECT day FROM weight_logs WHERE user_id = :u AND id = :id FOR UPDATE")
    before = session.scalar(query, own)
    if before is None:
        raise NotFound("There is no such entry.")
    session.execute(
        text(
            f"UPDATE weight_logs SET {', '.join(f'{n} = :{n}' for n in _COLUMNS)} WHERE user_id = :u AND id = :id"
        ),
        _values(user_id, day, measured_at, entry, note) | own,
    )
    return before


def _values(user_id: int, day: date, measured_at: datetime, entry: Mapping, note: str) -> dict:
    return {"u": user_id, "day": day, "measured_at": measured_at, "note": note} | {
        name: entry.get(name) for name in ENTERED
    }


def remove(session: Session, user_id: int, entry_id: int) -> dict:
    """Delete a measurement; returns its columns, from which it can be added again. Raises NotFound."""
    row = (
        session.execute(
            text(f"DELETE FROM weight_logs WHERE user_id = :u AND id = :id RETURNING {', '.join(_COLUMNS)}"),
            {"u": user_id, "id": entry_id},
        )
        .mappings()
        .first()
    )
    if row is None:
        raise NotFound("There is no such entry.")
    return dict(row)


def moments(session: Session, user_id: int) -> set[datetime]:
    """The times of all measurements that the user entered."""
    query = text("SELECT measured_at FROM weight_logs WHERE user_id = :u")
    return set(session.scalars(query, {"u": user_id}))


def set_note(session: Session, user_id: int, day: date, note: str, tags: Sequence[str]) -> None:
    """Save the note and tags of a day; if both are empty, nothing is kept."""
    own = {"u": user_id, "d": day, "n": note, "t": list(tags)}
    if not note and not tags:
        session.execute(text("DELETE FROM day_notes WHERE user_id = :u AND day = :d"), own)
        return
    session.execute(
        text(
            "INSERT INTO day_notes (user_id, day, note, tags) VALUES (:u, :d, :n, CAST(:t AS text[])) "
            "ON CONFLICT (user_id, day) DO UPDATE SET note = excluded.note, tags = excluded.tags"
        ),
        own,
    )


def set_ranking(session: Session, user_id: int, metric: str, sources: Sequence[str]) -> None:
    """Set which sources count for a metric ("*": for metrics without their own order), best first; empty for the
    default. Every day is computed again."""
    own = {"u": user_id, "m": metric, "s": list(sources)}
    session.execute(text("DELETE FROM health_ranks WHERE user_id = :u AND metric = :m"), own)
    if sources:
        insert = "INSERT INTO health_ranks (user_id, metric, sources) VALUES (:u, :m, CAST(:s AS text[]))"
        session.execute(text(insert), own)
    files.mark(session, user_id, files.every_day(session, user_id))


def set_choice(session: Session, user_id: int, name: str, value: str) -> None:
    """Save a choice for the health pages; "" removes it."""
    own = {"u": user_id, "n": name, "v": value}
    session.execute(text("DELETE FROM health_settings WHERE user_id = :u AND name = :n"), own)
    if value:
        session.execute(text("INSERT INTO health_settings (user_id, name, value) VALUES (:u, :n, :v)"), own)
