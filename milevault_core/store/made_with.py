"""What was planned and noted in the same transaction in which an import was begun: that of the demo."""

from sqlalchemy import text
from sqlalchemy.orm import Session

_TABLES = ("goals", "gear_items", "rules")  # each row tells when it was made, to the transaction


def remove(session: Session, user_id: int, import_id: int) -> None:
    """Delete the goals, gear and rules that were made together with an import."""
    for table in _TABLES:
        session.execute(
            text(
                f"DELETE FROM {table} WHERE user_id = :u AND created_at = "
                "(SELECT created_at FROM imports WHERE user_id = :u AND id = :i)"
            ),
            {"u": user_id, "i": import_id},
        )
