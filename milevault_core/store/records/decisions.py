"""A user's decisions about an effort: keep it although it looks impossible, or do not count it as a record. They can
always be undone."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.records.eligibility import KEEP, NOT_A_RECORD, WHOLE
from milevault_core.store import marks, queue
from milevault_core.store.activities.save import NotFound

STEP, EFFORTS_STEP = "personal_records", "efforts"
_DELETE = text(
    "DELETE FROM record_decisions WHERE user_id = :u AND activity_id = :a AND kind = :k AND key = :n "
    "RETURNING decision, t0_s, t1_s"
)
_INSERT = text(
    "INSERT INTO record_decisions (user_id, activity_id, kind, key, decision, t0_s, t1_s, value) "
    "SELECT :u, :a, :k, :n, :d, least(e.t0_s, CAST(:t0 AS float8)), greatest(e.t1_s, CAST(:t1 AS float8)), e.value "
    "FROM (SELECT 1) one LEFT JOIN activity_efforts e ON e.user_id = :u AND e.activity_id = :a AND e.kind = :k "
    "AND e.key = :n"
)


def decide(
    session: Session, user_id: int, activity_id: int, kind: str, key: float = 0.0, decision: str = KEEP
) -> None:
    """Decide "keep" or "not a record" for an effort of an activity (kind "*": for the whole activity); "" removes the
    decision. It applies to the effort's stretch; the same decision made again for a kind and key applies to both
    stretches and what lies between. Marks the records to be computed again and, if a stretch is to be cut out or put
    back, the activity's efforts.

    Raises NotFound when the user has no such activity.
    """
    if decision not in (KEEP, NOT_A_RECORD, ""):
        raise ValueError(f"unknown decision {decision!r}")
    about = {"u": user_id, "a": activity_id, "k": kind, "n": float(key)}
    owned = text("SELECT 1 FROM activities WHERE user_id = :u AND id = :a FOR KEY SHARE")
    if session.execute(owned, {"u": user_id, "a": activity_id}).scalar() is None:
        raise NotFound("There is no such activity.")
    gone = session.execute(_DELETE, about).one_or_none()
    before = gone if gone is not None and gone.decision == decision else None
    if decision:
        session.execute(
            _INSERT,
            about
            | {"d": decision, "t0": before.t0_s if before else None, "t1": before.t1_s if before else None},
        )
    if kind == WHOLE or NOT_A_RECORD in (decision, gone.decision if gone else ""):
        marks.mark_activity(session, user_id, activity_id, EFFORTS_STEP)
    marks.mark_steps(session, user_id, activity_id, (STEP,))
    queue.defer_derive(session, user_id)
