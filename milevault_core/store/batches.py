"""A whole batch taken back: its activities, its originals that nothing else needs, and the batch itself."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.store import save


def delete(session: Session, user_id: int, import_id: int) -> int:
    """Remove a batch and all that came in with it; how many activities went. 0 if it is not the user's.

    Its row is locked first: whoever is still importing into it finishes one file, and finds no batch for the next.
    """
    who = {"user_id": user_id, "import_id": import_id}
    lock = "SELECT id FROM imports WHERE user_id = :user_id AND id = :import_id FOR UPDATE"
    if session.execute(text(lock), who).scalar() is None:
        return 0
    made = "SELECT activity_id FROM activity_recordings WHERE user_id = :user_id AND import_id = :import_id ORDER BY 1"
    activities = session.scalars(text(made), who).all()
    for activity_id in activities:
        save.delete_activity(session, user_id, activity_id)
    session.execute(
        text(
            "DELETE FROM original_files o WHERE o.user_id = :user_id "
            "AND o.id IN (SELECT original_id FROM import_items WHERE import_id = :import_id) AND NOT EXISTS "
            "(SELECT 1 FROM import_items i WHERE i.original_id = o.id AND i.import_id <> :import_id) AND NOT EXISTS "
            "(SELECT 1 FROM activity_recordings r WHERE r.original_id = o.id)"
        ),
        who,
    )
    session.execute(text("DELETE FROM imports WHERE user_id = :user_id AND id = :import_id"), who)
    return len(activities)
