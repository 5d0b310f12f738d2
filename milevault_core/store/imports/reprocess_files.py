"""Reading again the files that did not become an activity: failed files, health data, other file types, and photos that
could not be shown. They are items of the re-read batch, in one of these states:

    looking   to be looked at
    looked    would become `outcome` (items that would not change are removed)
    waiting   to be read again, by the same workers as any import
    done      read again
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.store import queue
from milevault_core.store.activities import assign_activity
from milevault_core.store.health import files as health_files
from milevault_core.store.imports import courses, items, undo

PIECE = 20
# The last outcome of each original in imports that are not undone, except batch :i itself; items that were only looked
# at do not count.
_LAST = (
    "SELECT DISTINCT ON (t.original_id) t.* FROM import_items t JOIN imports b ON b.id = t.import_id "
    "WHERE t.user_id = :u AND t.original_id IS NOT NULL AND t.state = 'done' AND b.undo_asked_at IS NULL "
    "AND t.import_id <> :i ORDER BY t.original_id, t.id DESC"
)


def begin(session: Session, user_id: int, import_id: int) -> int:
    """Make an item of each file whose outcome could change (that of courses cannot); returns how many."""
    made = session.execute(
        text(
            "INSERT INTO import_items (user_id, import_id, name, original_id, about, state) SELECT l.user_id, :i, "
            f"l.name, l.original_id, l.about, 'looking' FROM ({_LAST}) l "
            "WHERE (l.outcome IN ('failed', 'not_activity', 'health') OR (l.outcome = 'photo' AND l.reason <> '')) "
            "AND NOT EXISTS (SELECT 1 FROM activity_recordings r WHERE r.original_id = l.original_id) "
            "AND NOT EXISTS (SELECT 1 FROM route_courses c WHERE c.original_id = l.original_id) "
            "ORDER BY l.id RETURNING 1"
        ),
        {"u": user_id, "i": import_id},
    )
    return len(made.all())


@dataclass(frozen=True)
class PreviousOutcome:
    """An item to be looked at, and the last outcome of its file."""

    item: items.Item
    outcome: str | None
    days: list[date]
    reason: str
    is_read: bool = False  # its health data is here, read by the current version of the readers


def count_look(session: Session, user_id: int, import_id: int) -> tuple[int, int] | None:
    """Count an attempt to look at the next item: (its id, the number of this attempt); None if there is none."""
    row = session.execute(
        text(
            "UPDATE import_items SET attempts = attempts + 1 WHERE id = (SELECT id FROM import_items "
            "WHERE user_id = :u AND import_id = :i AND state = 'looking' ORDER BY id LIMIT 1 "
            "FOR UPDATE SKIP LOCKED) RETURNING id, attempts"
        ),
        {"u": user_id, "i": import_id},
    ).one_or_none()
    return (row.id, row.attempts) if row else None


def to_look_at(session: Session, user_id: int, item_id: int) -> PreviousOutcome | None:
    """An item that is to be looked at, with its row locked; None if it is not, or another worker has it."""
    own = {"u": user_id, "id": item_id}
    row = session.execute(
        text(
            "SELECT id, import_id, user_id, name, original_id, about, upload_id, place, false FROM import_items "
            "WHERE user_id = :u AND id = :id AND state = 'looking' FOR UPDATE SKIP LOCKED"
        ),
        own,
    ).one_or_none()
    if row is None:
        return None
    item = items.Item(*row)
    query = (
        "SELECT outcome, days, reason, EXISTS (SELECT 1 FROM health_files h WHERE h.user_id = :u "
        f"AND h.original_id = :o AND h.version = :v) FROM ({_LAST}) l WHERE original_id = :o"
    )
    of_file = {"u": user_id, "i": item.import_id, "o": item.original_id, "v": health_files.VERSION}
    last = session.execute(text(query), of_file).one_or_none()
    return PreviousOutcome(item, *last) if last else PreviousOutcome(item, None, [], "")


def would_become(session: Session, looked: PreviousOutcome, result: items.Result) -> None:
    """Note what a file would become; if nothing would change, its item is removed."""
    own = {"u": looked.item.user_id, "id": looked.item.id}
    was = (looked.outcome, sorted(looked.days), bool(looked.reason) and looked.outcome == "photo")
    now = (result.outcome, sorted(result.days), bool(result.reason) and result.outcome == "photo")
    is_new = result.outcome == "health" and not result.reason and not looked.is_read
    if looked.outcome is None or (now == was and not is_new):
        drop(session, looked.item.user_id, looked.item.id)
        return
    session.execute(
        text(
            "UPDATE import_items SET state = 'looked', outcome = :outcome, days = CAST(:days AS date[]), "
            "reason = :reason WHERE user_id = :u AND id = :id"
        ),
        own | {"outcome": result.outcome, "days": result.days, "reason": result.reason},
    )


def drop(session: Session, user_id: int, item_id: int) -> None:
    """Remove an item, so that its file stays what it was."""
    session.execute(
        text("DELETE FROM import_items WHERE user_id = :u AND id = :id"), {"u": user_id, "id": item_id}
    )


def start_doing(session: Session, user_id: int, import_id: int) -> int:
    """Enqueue the items that would become something else; returns how many."""
    again = session.scalars(
        text(
            "UPDATE import_items SET state = 'waiting', attempts = 0, outcome = NULL, days = '{}', reason = '' "
            "WHERE user_id = :u AND import_id = :i AND state = 'looked' RETURNING id"
        ),
        {"u": user_id, "i": import_id},
    ).all()
    for item_id in again:
        queue.defer_item(session, item_id)
    forget_unread(session, user_id, import_id)
    return len(again)


def forget_unread(session: Session, user_id: int, import_id: int) -> None:
    """Remove the items that have not been read again."""
    session.execute(
        text(
            "DELETE FROM import_items WHERE user_id = :u AND import_id = :i AND state IN ('looking', 'looked')"
        ),
        {"u": user_id, "i": import_id},
    )


def to_put_back(
    session: Session, user_id: int, import_id: int, without: Collection[int] = ()
) -> Sequence[int]:
    """Up to PIECE originals that the batch has read again and that have not been put back yet."""
    query = text(
        "SELECT t.original_id FROM import_items t JOIN imports b ON b.id = t.import_id AND b.source = 'reread' "
        "WHERE t.user_id = :u AND t.import_id = :i AND t.original_id IS NOT NULL AND t.original_id <> ALL(:without) "
        "ORDER BY t.id LIMIT :n"
    )
    values = {"u": user_id, "i": import_id, "without": list(without), "n": PIECE}
    return session.scalars(query, values).all()


def put_back(session: Session, user_id: int, import_id: int, originals: Sequence[int]) -> None:
    """Undo what the batch made of some files; the files themselves stay. What another import has also brought since
    then stays with that import."""
    own = {"u": user_id, "i": import_id}
    found = session.execute(
        text(
            "SELECT t.id, t.original_id, t.about FROM import_items t JOIN imports b ON b.id = t.import_id "
            "AND b.source = 'reread' WHERE t.user_id = :u AND t.import_id = :i AND t.original_id = ANY(:ids) "
            "ORDER BY t.id FOR UPDATE OF t"
        ),
        own | {"ids": list(originals)},
    ).all()
    if not found:
        return
    session.execute(
        text("SELECT 1 FROM original_files WHERE user_id = :u AND id = ANY(:ids) ORDER BY id FOR UPDATE"),
        {"u": user_id, "ids": [one.original_id for one in found]},
    )
    assign_activity.lock(session, user_id)
    for item_id, original_id, about in found:
        last = session.scalar(
            text(f"SELECT outcome FROM ({_LAST}) l WHERE original_id = :o"), own | {"o": original_id}
        )
        if not _pass_on(session, user_id, import_id, original_id, item_id):
            undo.remove_recordings(session, user_id, [original_id], import_id)
            health_files.remove_of(session, user_id, [original_id], import_id)
            if last != "not_activity":  # it has become a course, which it was not before
                courses.remove_of(session, user_id, [original_id])
        if "photo_of" in about:
            session.execute(
                text(
                    "UPDATE activity_photos SET thumbnail = NULL, width = NULL, height = NULL "
                    "WHERE user_id = :u AND original_id = :o AND item_id = :owner"
                ),
                {"u": user_id, "o": original_id, "owner": about["photo_of"]},
            )
        session.execute(
            text("UPDATE import_items SET original_id = NULL WHERE user_id = :u AND id = :id"),
            {"u": user_id, "id": item_id},
        )


def _pass_on(session: Session, user_id: int, import_id: int, original_id: int, item_id: int) -> bool:
    """Hand over what the batch made of a file to a later import that brought the same file, if any."""
    return any(
        session.execute(
            text(
                f"UPDATE {table} r SET import_id = h.import_id FROM (SELECT t.import_id FROM import_items t "
                "JOIN imports b ON b.id = t.import_id AND b.undo_asked_at IS NULL AND b.source <> 'reread' "
                "WHERE t.user_id = :u AND t.original_id = :o AND t.id > :item AND t.outcome = 'duplicate' "
                "ORDER BY t.id LIMIT 1) h "
                "WHERE r.user_id = :u AND r.original_id = :o AND r.import_id = :i RETURNING 1"
            ),
            {"u": user_id, "o": original_id, "i": import_id, "item": item_id},
        ).all()
        for table in ("activity_recordings", "health_files")
    )
