"""Undoing an import in pieces: each is a transaction, and what is left shows where to continue."""

from collections.abc import Collection, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.store.activities import activity_rows, apply_names, assign_activity, crowds, recordings
from milevault_core.store.activities.decisions import forget_decisions
from milevault_core.store.activities.recordings import NotFound
from milevault_core.store.health import files as health_files
from milevault_core.store.imports import courses, uploads
from milevault_core.store.imports.reasons import UNDONE

# Tables whose rows came directly from an import (user_id, import_id …) and are deleted with it.
OF_IMPORT: tuple[str, ...] = ("activity_photos", "gear")
PIECE = 20  # originals per transaction


def ask(session: Session, user_id: int, import_id: int) -> None:
    """Mark an import as being undone: from now on it counts as empty. Raises NotFound for another user's import or one
    that is already undone."""
    found = session.execute(
        text(
            "UPDATE imports SET undo_asked_at = now() WHERE user_id = :u AND id = :i AND undo_asked_at IS NULL "
            "RETURNING 1"
        ),
        {"u": user_id, "i": import_id},
    )
    if found.first() is None:
        raise NotFound("There is no such import, or it is undone already.")


def close(session: Session, user_id: int, import_id: int | None = None) -> bool:
    """Cancel the files of an import (None: of all of the user's) that no worker has begun, and discard the archives it
    reads from; returns whether there were any. Waits for the files that are being worked on, which are then undone
    like the others."""
    own = {"u": user_id, "i": import_id, "reason": UNDONE}
    mine = "user_id = :u AND (CAST(:i AS int) IS NULL OR import_id = :i)"
    # Workers lock an item first and then its archive. This weaker lock does not block them; it only keeps an archive
    # from being listed meanwhile.
    archives = session.scalars(
        text(f"SELECT id FROM uploads WHERE {mine} AND parent_id IS NULL ORDER BY id FOR NO KEY UPDATE"), own
    ).all()
    session.execute(
        text(
            "UPDATE import_items SET state = 'done', outcome = 'failed', reason = :reason, finished_at = now() "
            f"WHERE id IN (SELECT id FROM import_items WHERE {mine} AND state = 'waiting' ORDER BY id FOR UPDATE)"
        ),
        own,
    )
    uploads.hold_items(session, archives)
    session.execute(text("DELETE FROM uploads WHERE id = ANY(:ids)"), {"ids": list(archives)})
    return bool(archives)


_ITS_ORIGINALS = (
    "SELECT id FROM original_files WHERE user_id = :u AND id IN (SELECT original_id FROM import_items "
    "WHERE user_id = :u AND import_id = :i UNION SELECT original_id FROM activity_recordings "
    "WHERE user_id = :u AND import_id = :i UNION SELECT original_id FROM health_files WHERE user_id = :u "
    "AND import_id = :i)"
)


def next_originals(
    session: Session, user_id: int, import_id: int, without: Collection[int] = ()
) -> Sequence[int]:
    """Up to PIECE originals of an import that are not undone yet, ordered by id."""
    query = text(f"{_ITS_ORIGINALS} AND id <> ALL(:without) ORDER BY id LIMIT :n")
    return session.scalars(query, {"u": user_id, "i": import_id, "without": list(without), "n": PIECE}).all()


def take_back(session: Session, user_id: int, import_id: int, originals: Sequence[int]) -> int:
    """Undo some originals of an import, with the recordings made from them; returns how many. An original that another
    import also brought is handed over to that import. Raises BadFile when an activity that stays can no longer be made
    from its other files."""
    own = {"u": user_id, "i": import_id, "ids": list(originals)}
    # Items before their originals, like workers; but not items of imports that keep the file, which workers may begin.
    session.execute(
        text(
            "SELECT 1 FROM import_items t JOIN imports b ON b.id = t.import_id WHERE t.user_id = :u "
            "AND t.original_id = ANY(:ids) AND (b.source = 'reread' OR b.undo_asked_at IS NOT NULL) "
            "ORDER BY t.id FOR UPDATE OF t"
        ),
        own,
    )
    originals = session.scalars(
        text(f"{_ITS_ORIGINALS} AND id = ANY(:ids) ORDER BY id FOR UPDATE"), own
    ).all()
    if originals:
        assign_activity.lock(session, user_id)
        gone = [one for one in originals if not _pass_on(session, user_id, import_id, one)]
        _remove(session, user_id, gone)
    return len(originals)


def _pass_on(session: Session, user_id: int, import_id: int, original_id: int) -> bool:
    """Hand an original over to another import that brought it; returns whether there is one."""
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
    health_files.pass_on(session, user_id, original_id, import_id, holder.import_id)
    apply_names.tell_again(session, user_id, original_id)
    assign_activity.weigh_entry(session, user_id, original_id, holder.name)
    return True


def _remove(session: Session, user_id: int, originals: Sequence[int]) -> None:
    """Remove originals and their recordings, and regroup what was in the same activities."""
    remove_recordings(session, user_id, originals)
    courses.remove_of(session, user_id, originals)
    health_files.remove_of(session, user_id, originals)
    session.execute(
        text("DELETE FROM original_files WHERE user_id = :u AND id = ANY(:ids)"),
        {"u": user_id, "ids": list(originals)},
    )


def remove_recordings(
    session: Session, user_id: int, originals: Sequence[int], import_id: int | None = None
) -> None:
    """Remove the recordings of originals (with `import_id` only those that this import made) and regroup what was in
    the same activities. The caller holds assign_activity's lock."""
    if import_id is not None:
        originals = session.scalars(
            text(
                "SELECT DISTINCT original_id FROM activity_recordings WHERE user_id = :u AND import_id = :i "
                "AND original_id = ANY(:ids)"
            ),
            {"u": user_id, "i": import_id, "ids": list(originals)},
        ).all()
    own = {"u": user_id, "ids": list(originals)}
    stored = assign_activity.of_originals(session, user_id, originals)
    near = {other.id for one in stored for other in assign_activity.neighbours(session, user_id, one.facts)}
    touched = sorted({one.activity_id for one in stored if one.activity_id is not None})
    moments = crowds.moments_of(session, user_id, list(originals))
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
            activity_rows.remove(session, user_id, activity_id)
    for trashed_id in sorted({one.trashed_id for one in removed if one.trashed_id is not None}):
        recordings.inherit(session, user_id, trashed_id)
        session.execute(
            text(
                "DELETE FROM trashed_activities t WHERE user_id = :u AND activity_id = :t AND NOT EXISTS "
                "(SELECT 1 FROM activity_recordings r WHERE r.trashed_id = t.activity_id)"
            ),
            {"u": user_id, "t": trashed_id},
        )
    again = crowds.dissolved(session, user_id, moments)
    near |= {recording for recording, _ in again}
    changed = {*touched, *(activity for _, activity in again)}
    assign_activity.regroup(session, user_id, near, changed=changed)
    for home in sorted({one.home_id for one in removed} | set(touched)):
        if not recordings.is_home(session, user_id, home):
            forget_decisions(session, user_id, home)


def finish(session: Session, user_id: int, import_id: int) -> None:
    """Finish an undo: delete the rows that came directly from the import, and note the time in the log."""
    own = {"u": user_id, "i": import_id}
    for table in OF_IMPORT:
        session.execute(text(f"DELETE FROM {table} WHERE user_id = :u AND import_id = :i"), own)
    session.execute(text("UPDATE imports SET undone_at = now() WHERE user_id = :u AND id = :i"), own)
