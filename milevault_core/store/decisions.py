"""What people decided about activities, by (user_id, activity_id), without a key to activities: decisions rest while
an activity is in the trash or part of another one, and go when it goes for good."""

from sqlalchemy import text
from sqlalchemy.orm import Session

# Every table of decisions about an activity. A new one is added here, and nothing else is to be done.
DECISIONS = ("activity_edits", "route_overrides", "record_decisions")


def forget_decisions(session: Session, user_id: int, activity_id: int) -> None:
    """An activity is gone for good: what its person decided about it goes too."""
    for table in DECISIONS:
        session.execute(
            text(f"DELETE FROM {table} WHERE user_id = :u AND activity_id = :a"),
            {"u": user_id, "a": activity_id},
        )
