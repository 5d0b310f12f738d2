"""Activities that a file has already become, and those that were deleted since."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.store import engine


@dataclass
class KnownFile:
    """What a file has already become: existing activities (`alive`), and by part the deletion times of those in the
    trash (`trashed`) and of those of which only a tombstone remains (`buried`)."""

    alive: list[int] = field(default_factory=list)
    trashed: dict[int, datetime] = field(default_factory=dict)
    buried: dict[int, datetime] = field(default_factory=dict)


def known(session: Session, user_id: int, original_id: int) -> KnownFile:
    """What the user has, or had, from an original."""
    rows = engine.raw(session).execute(
        "SELECT r.part, r.activity_id, t.deleted_at, false AS buried FROM activity_recordings r "
        "LEFT JOIN trashed_activities t ON t.activity_id = r.trashed_id "
        "WHERE r.user_id = %(u)s AND r.original_id = %(o)s UNION ALL "
        "SELECT t.part, NULL, t.deleted_at, true FROM tombstones t JOIN original_files o "
        "ON o.user_id = t.user_id AND o.sha256 = t.sha256 WHERE t.user_id = %(u)s AND o.id = %(o)s ORDER BY 1",
        {"u": user_id, "o": original_id},
    )
    found = KnownFile()
    for part, activity_id, deleted_at, buried in rows:
        if activity_id is not None:
            found.alive.append(activity_id)
        elif deleted_at is not None:
            (found.buried if buried else found.trashed)[part] = deleted_at
    return found


def deleted_like(session: Session, user_id: int, activities: list[int]) -> datetime | None:
    """When an activity with the same start (within two minutes) and duration (within 3 %) as one of these was last
    deleted; None if never."""
    row = (
        engine.raw(session)
        .execute(
            "SELECT max(d.deleted_at) FROM (SELECT start_time, elapsed_s, deleted_at FROM tombstones "
            "WHERE user_id = %(u)s UNION ALL SELECT start_time, elapsed_s, deleted_at FROM trashed_activities "
            "WHERE user_id = %(u)s) d "
            "JOIN activities a ON a.user_id = %(u)s AND a.id = ANY(%(ids)s) "
            "AND d.start_time BETWEEN a.start_time - interval '2 minutes' AND a.start_time + interval '2 minutes' "
            "AND abs(d.elapsed_s - a.elapsed_s) <= 0.03 * greatest(d.elapsed_s, a.elapsed_s)",
            {"u": user_id, "ids": activities},
        )
        .fetchone()
    )
    return row[0] if row else None


# Codes of an item's problems; `where` is the time of deletion (UTC, ISO 8601). The view makes a sentence of it, in the
# user's own time zone.
DELETED = "deleted"  # the file's activity was deleted, so the file was not imported
DELETED_LIKE = "deleted_like"  # another file of this workout was deleted; this one was imported


def deleted_on(at: datetime) -> dict[str, str]:
    return {"code": DELETED, "text": "", "where": at.isoformat()}


def other_deleted_on(at: datetime) -> dict[str, str]:
    return {"code": DELETED_LIKE, "text": "", "where": at.isoformat()}


def times(session: Session, user_id: int, original_id: int) -> dict[int, tuple[datetime, float]]:
    """Start and elapsed seconds of an original's recordings, by part."""
    rows = session.execute(
        text(
            "SELECT part, start_time, elapsed_s FROM activity_recordings WHERE user_id = :u AND original_id = :o"
        ),
        {"u": user_id, "o": original_id},
    )
    return {part: (start, elapsed) for part, start, elapsed in rows}


def deleted_of(session: Session, user_id: int, item_id: int) -> tuple[list[int], bool]:
    """The activities in the trash that came from an item's file, and whether it had tombstones, which are deleted.
    Raises LookupError when the user has no such item, or nothing of its file was deleted."""
    own = {"u": user_id, "i": item_id}
    trashed = session.scalars(
        text(
            "SELECT DISTINCT r.trashed_id FROM activity_recordings r JOIN import_items i "
            "ON i.original_id = r.original_id JOIN imports b ON b.id = i.import_id AND b.undo_asked_at IS NULL "
            "WHERE i.user_id = :u AND i.id = :i AND i.state = 'done' AND r.trashed_id IS NOT NULL ORDER BY 1"
        ),
        own,
    ).all()
    buried = session.execute(
        text(
            "DELETE FROM tombstones t USING import_items i JOIN original_files o ON o.id = i.original_id "
            "JOIN imports b ON b.id = i.import_id AND b.undo_asked_at IS NULL WHERE i.user_id = :u AND i.id = :i "
            "AND i.state = 'done' AND t.user_id = i.user_id AND t.sha256 = o.sha256 RETURNING 1"
        ),
        own,
    ).all()
    if not trashed and not buried:
        raise LookupError("There is nothing to bring back.")
    return [one for one in trashed if one is not None], bool(buried)


def take_again(session: Session, user_id: int, item_id: int) -> None:
    """Reset an item to waiting, as if it had just arrived."""
    session.execute(
        text(
            "UPDATE import_items SET state = 'waiting', attempts = 0, outcome = NULL, reason = '', finished_at = NULL "
            "WHERE user_id = :u AND id = :i AND state = 'done'"
        ),
        {"u": user_id, "i": item_id},
    )
