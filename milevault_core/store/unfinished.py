"""Work that was begun but not finished, for the jobs process to continue. Does not import pandas, to keep that process
small."""

from sqlalchemy import text
from sqlalchemy.orm import Session


def undos(session: Session) -> list[tuple[int, int]]:
    """(user, import) of imports whose undo was asked for and is not finished."""
    query = text(
        "SELECT user_id, id FROM imports WHERE undo_asked_at IS NOT NULL AND undone_at IS NULL ORDER BY id"
    )
    return [(row.user_id, row.id) for row in session.execute(query)]


def rereads(session: Session) -> list[tuple[int, int]]:
    """(user, batch) of re-read batches with something left to look at or to read again."""
    query = text(
        "SELECT DISTINCT b.user_id, b.import_id FROM activities_before b JOIN imports i ON i.id = b.import_id "
        "WHERE i.undo_asked_at IS NULL AND (b.state = 'waiting' OR (b.state = 'changed' AND i.scope->>'phase' = 'do')) "
        "UNION SELECT t.user_id, t.import_id FROM import_items t JOIN imports i ON i.id = t.import_id "
        "WHERE t.state = 'looking' AND i.source = 'reread' AND i.undo_asked_at IS NULL"
    )
    return [(row.user_id, row.import_id) for row in session.execute(query)]


def deletions(session: Session) -> list[int]:
    """Users who have asked for their account to be deleted, while it still exists."""
    return list(session.scalars(text("SELECT id FROM users WHERE deletion_asked_at IS NOT NULL ORDER BY id")))


def exports(session: Session) -> list[int]:
    """Users who have asked for an export that is not finished yet."""
    return list(
        session.scalars(text("SELECT user_id FROM exports WHERE state IN ('asked', 'making') ORDER BY 1"))
    )
