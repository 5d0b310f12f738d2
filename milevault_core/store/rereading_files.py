"""Reading again the files that no activity was made of: failed ones, health data, what was no activity, and photos that
could not be shown. They are items of the batch that reads again:

    looking   to be looked at       looked   would become `outcome`; what would stay as it is, is no item any more
    waiting   to be read again, by the same workers as any import       done   has been
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.store import courses, items, placing, queue, undoing

PIECE = 20
# What became of an original last, in an import that stands; a batch that only looks does not count.
_LAST = (
    "SELECT DISTINCT ON (t.original_id) t.* FROM import_items t JOIN imports b ON b.id = t.import_id "
    "WHERE t.user_id = :u AND t.original_id IS NOT NULL AND t.state = 'done' AND b.undo_asked_at IS NULL "
    "AND t.import_id <> :i ORDER BY t.original_id, t.id DESC"
)


def begin(session: Session, user_id: int, import_id: int) -> int:
    """Make an item of each file that has a chance, which those that are courses have not; how many."""
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
class Looked:
    """An item to be looked at, and what became of its file last."""

    item: items.Item
    outcome: str | None
    days: list[date]
    reason: str


def count_look(session: Session, user_id: int, import_id: int) -> tuple[int, int] | None:
    """Count one more look at an item nobody has looked at: (its id, the number of this look); None without any."""
    row = session.execute(
        text(
            "UPDATE import_items SET attempts = attempts + 1 WHERE id = (SELECT id FROM import_items "
            "WHERE user_id = :u AND import_id = :i AND state = 'looking' ORDER BY id LIMIT 1 "
            "FOR UPDATE SKIP LOCKED) RETURNING id, attempts"
        ),
        {"u": user_id, "i": import_id},
    ).one_or_none()
    return (row.id, row.attempts) if row else None


def to_look_at(session: Session, user_id: int, item_id: int) -> Looked | None:
    """An item that is to be looked at, its row locked."""
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
    query = f"SELECT outcome, days, reason FROM ({_LAST}) l WHERE original_id = :o"
    of_file = {"u": user_id, "i": item.import_id, "o": item.original_id}
    last = session.execute(text(query), of_file).one_or_none()
    return Looked(item, *last) if last else Looked(item, None, [], "")


def would_become(session: Session, looked: Looked, result: items.Result) -> None:
    """Note what a file would become; without a difference its item goes."""
    own = {"u": looked.item.user_id, "id": looked.item.id}
    was = (looked.outcome, sorted(looked.days), bool(looked.reason) and looked.outcome == "photo")
    now = (result.outcome, sorted(result.days), bool(result.reason) and result.outcome == "photo")
    if looked.outcome is None or now == was:
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
    """A file stays what it was."""
    session.execute(
        text("DELETE FROM import_items WHERE user_id = :u AND id = :id"), {"u": user_id, "id": item_id}
    )


def start_doing(session: Session, user_id: int, import_id: int) -> int:
    """Enqueue those that would become something else; how many."""
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
    """Items that were only looked at, or not even that, go."""
    session.execute(
        text(
            "DELETE FROM import_items WHERE user_id = :u AND import_id = :i AND state IN ('looking', 'looked')"
        ),
        {"u": user_id, "i": import_id},
    )


def put_back(session: Session, user_id: int, import_id: int) -> int:
    """Take back what the batch made of up to PIECE files, which stay themselves; how many. What another import brought
    meanwhile stays with that one."""
    own = {"u": user_id, "i": import_id}
    found = session.execute(
        text(
            "SELECT t.id, t.original_id, t.about FROM import_items t JOIN imports b ON b.id = t.import_id "
            "AND b.source = 'reread' WHERE t.user_id = :u AND t.import_id = :i AND t.original_id IS NOT NULL "
            "ORDER BY t.id LIMIT :n FOR UPDATE OF t"
        ),
        own | {"n": PIECE},
    ).all()
    if not found:
        return 0
    session.execute(
        text("SELECT 1 FROM original_files WHERE user_id = :u AND id = ANY(:ids) ORDER BY id FOR UPDATE"),
        {"u": user_id, "ids": [one.original_id for one in found]},
    )
    placing.lock(session, user_id)
    for item_id, original_id, about in found:
        last = session.scalar(
            text(f"SELECT outcome FROM ({_LAST}) l WHERE original_id = :o"), own | {"o": original_id}
        )
        if not _pass_on(session, user_id, import_id, original_id, item_id):
            undoing.remove_recordings(session, user_id, [original_id], import_id)
            if last != "not_activity":  # a course, where there was none before
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
    return len(found)


def _pass_on(session: Session, user_id: int, import_id: int, original_id: int, item_id: int) -> bool:
    """Give what the batch made of a file to the import that brought the file again since, if one did."""
    return bool(
        session.execute(
            text(
                "UPDATE activity_recordings r SET import_id = h.import_id FROM (SELECT t.import_id FROM import_items t "
                "JOIN imports b ON b.id = t.import_id AND b.undo_asked_at IS NULL AND b.source <> 'reread' "
                "WHERE t.user_id = :u AND t.original_id = :o AND t.id > :item AND t.outcome = 'duplicate' "
                "ORDER BY t.id LIMIT 1) h "
                "WHERE r.user_id = :u AND r.original_id = :o AND r.import_id = :i RETURNING 1"
            ),
            {"u": user_id, "o": original_id, "i": import_id, "item": item_id},
        ).all()
    )
