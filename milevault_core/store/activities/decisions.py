"""What people decided about activities, by (user_id, activity_id), without a key to activities: they are kept,
without effect, while the activity is in the trash or part of another one, and deleted with it."""

from sqlalchemy import text
from sqlalchemy.orm import Session

# Every table of decisions about an activity. To add a new one, add it here; nothing else is needed.
DECISIONS = ("activity_edits", "route_overrides", "record_decisions")


def forget_decisions(session: Session, user_id: int, activity_id: int) -> None:
    """Delete what the user decided about an activity that is gone for good."""
    for table in DECISIONS:
        session.execute(
            text(f"DELETE FROM {table} WHERE user_id = :u AND activity_id = :a"),
            {"u": user_id, "a": activity_id},
        )
