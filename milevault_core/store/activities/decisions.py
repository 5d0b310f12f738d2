"""What users decided about activities, by (user_id, activity_id), without a foreign key to activities: decisions are
kept, without effect, while the activity is in the trash or part of another one, and deleted with it."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

# Every table of decisions about an activity. A new one only has to be added here.
DECISIONS = ("activity_edits", "rule_effects", "route_overrides", "record_decisions")


def copy_rule_effects(session: Session, user_id: int, activity_ids: Sequence[int], other_id: int) -> None:
    """After edits of these activities became edits of another one: note there, too, which of them a rule made."""
    session.execute(
        text(
            "INSERT INTO rule_effects (rule_id, activity_id, field, user_id, value) SELECT DISTINCT ON (r.rule_id, "
            "r.field) r.rule_id, :to, r.field, r.user_id, r.value FROM rule_effects r LEFT JOIN activity_edits e "
            "ON e.user_id = r.user_id AND e.activity_id = :to AND e.field = r.field WHERE r.user_id = :u "
            "AND r.activity_id = ANY(:ids) ORDER BY r.rule_id, r.field, coalesce(e.value = r.value, false) DESC "
            "ON CONFLICT (rule_id, activity_id, field) DO NOTHING"
        ),
        {"u": user_id, "ids": list(activity_ids), "to": other_id},
    )


def forget_decisions(session: Session, user_id: int, activity_id: int) -> None:
    """Delete what the user decided about an activity that was deleted for good."""
    for table in DECISIONS:
        session.execute(
            text(f"DELETE FROM {table} WHERE user_id = :u AND activity_id = :a"),
            {"u": user_id, "a": activity_id},
        )
