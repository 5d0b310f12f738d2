"""A user's personal records (the seed's compute_personal_records), recomputed where an activity touches them."""

from sqlalchemy.orm import Session

from milevault_core.derive import step
from milevault_core.records import KINDS
from milevault_core.records.recompute import compute, counted, rows_needed, touched
from milevault_core.store import records

# The step's version is the sum of its kinds' versions: raising one of them computes all records once.
VERSION = sum(k.version for k in KINDS.values())
MANY = 500  # activities; for more than this, everything is sooner computed than what they touch


@step("personal_records", "athlete", version=VERSION)
def compute_personal_records(session: Session, user_id: int, changed: set[int] | None) -> None:
    if changed is None or len(changed) > MANY:
        history = records.history(user_id)
        records.save_seen(session, user_id, counted(history), None)
        records.save_records(session, user_id, compute(history), None)
        return
    before = records.seen(session, user_id, changed)
    now = counted(records.history_of(user_id, changed))
    records.save_seen(session, user_id, now, changed)
    groups = touched(before, now)
    fresh = compute(records.history(user_id, rows_needed(groups)), groups)
    records.save_records(session, user_id, fresh, groups)
