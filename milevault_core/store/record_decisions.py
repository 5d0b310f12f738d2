"""What a user says of an effort: keep it although it looks impossible, or it is not a record. Always reversible."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.records.admit import KEEP, NOT_A_RECORD
from milevault_core.store import marks, queue
from milevault_core.store.save import NotFound

STEP = "personal_records"


def decide(
    session: Session, user_id: int, activity_id: int, kind: str, key: float = 0.0, decision: str = KEEP
) -> None:
    """Say "keep" or "not a record" of an effort of an activity (kind "*": of the whole activity); "" takes back what
    was said. Marks the records to be computed again.

    Raises NotFound when the user has no such activity.
    """
    if decision not in (KEEP, NOT_A_RECORD, ""):
        raise ValueError(f"unknown decision {decision!r}")
    about = {"u": user_id, "a": activity_id, "k": kind, "n": float(key)}
    owned = text("SELECT 1 FROM activities WHERE user_id = :u AND id = :a FOR KEY SHARE")
    if session.execute(owned, {"u": user_id, "a": activity_id}).scalar() is None:
        raise NotFound("There is no such activity.")
    session.execute(
        text(
            "DELETE FROM record_decisions WHERE user_id = :u AND activity_id = :a AND kind = :k AND key = :n"
        ),
        about,
    )
    if decision:
        session.execute(
            text(
                "INSERT INTO record_decisions (user_id, activity_id, kind, key, decision) "
                "VALUES (:u, :a, :k, :n, :d)"
            ),
            about | {"d": decision},
        )
    marks.mark_steps(session, user_id, activity_id, (STEP,))
    queue.defer_derive(session, user_id)
