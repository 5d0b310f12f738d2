"""A user's personal records; those that a changed activity affects are recomputed."""

from sqlalchemy.orm import Session

from milevault_core.derive.step import step
from milevault_core.records import KINDS
from milevault_core.records.recompute import compute, counted, rows_needed, touched
from milevault_core.store import engine
from milevault_core.store.records import rows

# The step's version covers the versions of all kinds: raising one of them recomputes all records once.
VERSION = sum(k.version for k in KINDS.values()) + 2
MANY = 500  # changed activities; for more than this, recomputing everything is faster


@step("personal_records", "athlete", needs=("segment_efforts",), version=VERSION)
def compute_personal_records(session: Session, user_id: int, changed: set[int] | None) -> None:
    """The records that these activities may change; all records for None, or for more than MANY activities."""
    with engine.one_snapshot():
        _compute(session, user_id, changed)


def _compute(session: Session, user_id: int, changed: set[int] | None) -> None:
    # In one snapshot: a record built from a value that was changed and changed back after `now` was read would stay
    # for ever.
    first_weekday = rows.first_weekday(user_id)
    if changed is None or len(changed) > MANY:
        history = rows.history(user_id)
        rows.save_seen(session, user_id, counted(history), None)
        rows.save_records(session, user_id, compute(history, None, first_weekday), None)
        return
    before = rows.seen(session, user_id, changed)
    now = counted(rows.history_of(user_id, changed))
    rows.save_seen(session, user_id, now, changed)
    groups = touched(before, now)
    fresh = compute(rows.history(user_id, rows_needed(groups)), groups, first_weekday)
    rows.save_records(session, user_id, fresh, groups)
