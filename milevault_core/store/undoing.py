"""Taking an import back, in pieces: each is a transaction, and what is left tells where to go on."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.store import courses, placing, recordings, rows, telling
from milevault_core.store.decisions import forget_decisions
from milevault_core.store.recordings import NotFound

# Tables whose rows came straight from an import (user_id, import_id …) and go with it.
OF_IMPORT: tuple[str, ...] = ("activity_photos", "gear")
PIECE = 20  # originals a transaction
UNDONE = "The import was undone before it came to this file."


def ask(session: Session, user_id: int, import_id: int) -> None:
    """From here on the import holds nothing any more. Raises NotFound for a foreign one or one undone already."""
    found = session.execute(
        text(
            "UPDATE imports SET undo_asked_at = now() WHERE user_id = :u AND id = :i AND undo_asked_at IS NULL "
            "RETURNING 1"
        ),
        {"u": user_id, "i": import_id},
    )
    if found.first() is None:
        raise NotFound("There is no such import, or it is undone already.")


def drop_archives(session: Session, user_id: int, import_id: int) -> bool:
    """The archives that the import is still being read from; whether there were any."""
    own = {"u": user_id, "i": import_id}
    gone = text("DELETE FROM uploads WHERE user_id = :u AND import_id = :i RETURNING 1")
    return bool(session.execute(gone, own).all())


def close_waiting(session: Session, user_id: int, import_id: int) -> None:
    """Files that nobody has come to stay out. Waits for the ones being worked on: they are taken back as the others."""
    session.execute(
        text(
            "UPDATE import_items SET state = 'done', outcome = 'failed', reason = :reason, finished_at = now() "
            "WHERE user_id = :u AND import_id = :i AND state = 'waiting'"
        ),
        {"u": user_id, "i": import_id, "reason": UNDONE},
    )


def take_back(session: Session, user_id: int, import_id: int) -> int:
    """Take back up to PIECE originals of an import, with the recordings made of them; how many. An original that
    another import brought too passes to that one."""
    own = {"u": user_id, "i": import_id, "n": PIECE}
    originals = session.scalars(
        text(
            "SELECT id FROM original_files WHERE user_id = :u AND id IN (SELECT original_id FROM import_items "
            "WHERE user_id = :u AND import_id = :i UNION SELECT original_id FROM activity_recordings "
            "WHERE user_id = :u AND import_id = :i) ORDER BY id LIMIT :n FOR UPDATE"
        ),
        own,
    ).all()
    if originals:
        placing.lock(session, user_id)
        gone = [one for one in originals if not _pass_on(session, user_id, import_id, one)]
        _remove(session, user_id, gone)
    return len(originals)


def _pass_on(session: Session, user_id: int, import_id: int, original_id: int) -> bool:
    """Give an original to the next import that brought it, if there is one."""
    own = {"u": user_id, "i": import_id, "o": original_id}
    session.execute(
        text(
            "UPDATE import_items SET original_id = NULL WHERE user_id = :u AND import_id = :i AND original_id = :o"
        ),
        own,
    )
    holder = session.execute(
        text(
            "SELECT i.import_id, i.name FROM import_items i JOIN imports b ON b.id = i.import_id WHERE i.user_id = :u "
            "AND i.original_id = :o AND i.import_id <> :i AND b.undo_asked_at IS NULL AND b.source <> 'reread' "
            "ORDER BY i.id LIMIT 1"
        ),
        own,
    ).one_or_none()
    if holder is None:
        return False
    session.execute(
        text("UPDATE original_files SET name = :name WHERE user_id = :u AND id = :o"),
        own | {"name": holder.name},
    )
    session.execute(
        text(
            "UPDATE activity_recordings SET import_id = :h WHERE user_id = :u AND original_id = :o AND import_id = :i"
        ),
        own | {"h": holder.import_id},
    )
    telling.tell_again(session, user_id, original_id)
    return True


def _remove(session: Session, user_id: int, originals: Sequence[int]) -> None:
    """Remove originals and their recordings; what was one workout with them is put in order without them."""
    remove_recordings(session, user_id, originals)
    courses.remove_of(session, user_id, originals)
    session.execute(
        text("DELETE FROM original_files WHERE user_id = :u AND id = ANY(:ids)"),
        {"u": user_id, "ids": list(originals)},
    )


def remove_recordings(
    session: Session, user_id: int, originals: Sequence[int], import_id: int | None = None
) -> None:
    """Remove the recordings of originals (with `import_id` only of those that this import made any of) and put in order
    what was one workout with them. The caller holds the lock of placing."""
    if import_id is not None:
        originals = session.scalars(
            text(
                "SELECT DISTINCT original_id FROM activity_recordings WHERE user_id = :u AND import_id = :i "
                "AND original_id = ANY(:ids)"
            ),
            {"u": user_id, "i": import_id, "ids": list(originals)},
        ).all()
    own = {"u": user_id, "ids": list(originals)}
    stored = placing.of_originals(session, user_id, originals)
    near = {other.id for one in stored for other in placing.neighbours(session, user_id, one.facts)}
    touched = sorted({one.activity_id for one in stored if one.activity_id is not None})
    removed = session.execute(
        text(
            "DELETE FROM activity_recordings WHERE user_id = :u AND original_id = ANY(:ids) "
            "RETURNING home_id, trashed_id"
        ),
        own,
    ).all()
    for activity_id in touched:
        left = recordings.inherit(session, user_id, activity_id)
        near |= set(left)
        if not left:
            rows.remove(session, user_id, activity_id)
    for trashed_id in sorted({one.trashed_id for one in removed if one.trashed_id is not None}):
        recordings.inherit(session, user_id, trashed_id)
        session.execute(
            text(
                "DELETE FROM trashed_activities t WHERE user_id = :u AND activity_id = :t AND NOT EXISTS "
                "(SELECT 1 FROM activity_recordings r WHERE r.trashed_id = t.activity_id)"
            ),
            {"u": user_id, "t": trashed_id},
        )
    placing.regroup(session, user_id, near, changed=touched)
    for home in sorted({one.home_id for one in removed} | set(touched)):
        if not recordings.is_home(session, user_id, home):
            forget_decisions(session, user_id, home)


def finish(session: Session, user_id: int, import_id: int) -> None:
    """All is taken back: what came straight from the import goes, and the log says when."""
    own = {"u": user_id, "i": import_id}
    for table in OF_IMPORT:
        session.execute(text(f"DELETE FROM {table} WHERE user_id = :u AND import_id = :i"), own)
    session.execute(text("UPDATE imports SET undone_at = now() WHERE user_id = :u AND id = :i"), own)


def unfinished(session: Session) -> list[tuple[int, int]]:
    """(user, import) of those asked to be undone and not done yet."""
    query = text(
        "SELECT user_id, id FROM imports WHERE undo_asked_at IS NOT NULL AND undone_at IS NULL ORDER BY id"
    )
    return [(row.user_id, row.id) for row in session.execute(query)]
