"""The trash: a deleted activity can be restored for 30 days, with its id and edits; after that a tombstone remains."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.store.activities import activity_rows, assign_activity, crowds
from milevault_core.store.activities.decisions import forget_decisions
from milevault_core.store.activities.recordings import NotFound
from milevault_core.store.imports.originals import hold_items

DAYS = 30


def delete(session: Session, user_id: int, activity_id: int) -> None:
    """Move an activity to the trash. One made without a file cannot be restored and is deleted at once. Raises
    NotFound."""
    assign_activity.lock(session, user_id)
    own = {"u": user_id, "a": activity_id}
    kept = session.scalar(
        text("SELECT count(*) FROM activity_recordings WHERE user_id = :u AND activity_id = :a"), own
    )
    if kept:
        session.execute(
            text(
                "INSERT INTO trashed_activities (activity_id, user_id, name, sport, start_time, time_zone, "
                "utc_offset_s, elapsed_s, distance_m) SELECT id, user_id, name, sport, start_time, time_zone, "
                "utc_offset_s, elapsed_s, distance_m FROM activities WHERE user_id = :u AND id = :a"
            ),
            own,
        )
        session.execute(
            text(
                "UPDATE activity_recordings SET activity_id = NULL, trashed_id = :a "
                "WHERE user_id = :u AND activity_id = :a"
            ),
            own,
        )
    activity_rows.remove(session, user_id, activity_id)
    if not kept:
        forget_decisions(session, user_id, activity_id)


def restore(session: Session, user_id: int, activity_id: int) -> int:
    """Take an activity out of the trash; returns its id, which is a different one if the workout has since been
    imported from another file. Raises NotFound."""
    assign_activity.lock(session, user_id)
    own = {"u": user_id, "a": activity_id}
    recordings = session.scalars(
        text(
            "UPDATE activity_recordings SET trashed_id = NULL WHERE user_id = :u AND trashed_id = :a RETURNING id"
        ),
        own,
    ).all()
    gone = session.execute(
        text("DELETE FROM trashed_activities WHERE user_id = :u AND activity_id = :a RETURNING 1"), own
    )
    if gone.first() is None:
        raise NotFound("There is no such activity in the trash.")
    assign_activity.regroup(session, user_id, recordings)
    query = text("SELECT activity_id FROM activity_recordings WHERE user_id = :u AND id = :r")
    return int(session.execute(query, {"u": user_id, "r": recordings[0]}).scalar_one())


def purge(session: Session, user_id: int, activity_id: int) -> None:
    """Delete an activity in the trash for good: its recordings and originals are removed, and a tombstone remains for
    each recording.

    Raises NotFound.
    """
    own = {"u": user_id, "a": activity_id}
    query = "SELECT original_id FROM activity_recordings WHERE user_id = :u AND trashed_id = :a"
    hold_items(session, user_id, session.scalars(text(query), own).all())
    originals = session.scalars(
        text(f"SELECT id FROM original_files WHERE user_id = :u AND id IN ({query}) ORDER BY id FOR UPDATE"),
        own,
    ).all()
    assign_activity.lock(session, user_id)
    moments = crowds.moments_of(session, user_id, list(originals))
    session.execute(
        text(
            "INSERT INTO tombstones (user_id, sha256, part, start_time, elapsed_s, name, sport, deleted_at) "
            "SELECT r.user_id, o.sha256, r.part, r.start_time, r.elapsed_s, t.name, t.sport, t.deleted_at "
            "FROM trashed_activities t JOIN activity_recordings r ON r.trashed_id = t.activity_id "
            "JOIN original_files o ON o.id = r.original_id WHERE t.user_id = :u AND t.activity_id = :a "
            "ON CONFLICT (user_id, sha256, part) DO UPDATE SET deleted_at = excluded.deleted_at"
        ),
        own,
    )
    homes = session.scalars(
        text("DELETE FROM activity_recordings WHERE user_id = :u AND trashed_id = :a RETURNING home_id"), own
    ).all()
    gone = session.execute(
        text("DELETE FROM trashed_activities WHERE user_id = :u AND activity_id = :a RETURNING 1"), own
    )
    if gone.first() is None:
        raise NotFound("There is no such activity in the trash.")
    for home in {activity_id, *homes}:
        forget_decisions(session, user_id, home)
    _remove_originals(session, user_id, originals)
    again = crowds.dissolved(session, user_id, moments)
    assign_activity.regroup(session, user_id, [one for one, _ in again], changed={home for _, home in again})


def _remove_originals(session: Session, user_id: int, originals: Sequence[int]) -> None:
    """Remove those of the files that no activity is made of any more, and the pictures that came with them."""
    gone = session.scalars(
        text(
            "SELECT id FROM original_files o WHERE user_id = :u AND id = ANY(:ids) AND NOT EXISTS "
            "(SELECT 1 FROM activity_recordings r WHERE r.original_id = o.id)"
        ),
        {"u": user_id, "ids": list(originals)},
    ).all()
    pictures = session.scalars(
        text(
            "DELETE FROM activity_photos p USING import_items i WHERE p.user_id = :u AND i.id = p.item_id "
            "AND i.original_id = ANY(:ids) RETURNING p.original_id"
        ),
        {"u": user_id, "ids": list(gone)},
    ).all()
    session.execute(
        text(
            "DELETE FROM original_files o WHERE user_id = :u AND (id = ANY(:ids) OR (id = ANY(:pictures) AND NOT "
            "EXISTS (SELECT 1 FROM activity_photos p WHERE p.original_id = o.id)))"
        ),
        {"u": user_id, "ids": list(gone), "pictures": list(pictures)},
    )


def due(session: Session) -> list[tuple[int, int]]:
    """(user, activity) of activities that have been in the trash for DAYS days, at most 500."""
    query = text(
        "SELECT user_id, activity_id FROM trashed_activities WHERE deleted_at < now() - :d * interval '1 day' "
        "ORDER BY deleted_at LIMIT 500"
    )
    return [(row.user_id, row.activity_id) for row in session.execute(query, {"d": DAYS})]
