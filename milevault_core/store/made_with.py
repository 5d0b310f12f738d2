"""Goals, gear and rules that were made in the same transaction as an import: those of the demo."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_TABLES = ("goals", "gear_items", "rules")  # created_at is the time of the row's transaction


def remove(session: Session, user_id: int, import_id: int) -> None:
    """Delete the goals, gear and rules that were made in the same transaction as an import."""
    for table in _TABLES:
        session.execute(
            text(
                f"DELETE FROM {table} WHERE user_id = :u AND created_at = "
                "(SELECT created_at FROM imports WHERE user_id = :u AND id = :i)"
            ),
            {"u": user_id, "i": import_id},
        )
