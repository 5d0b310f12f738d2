"""Check that the stored derived rows equal what would be computed now, for a sample of activities and days and for the
records. Nothing is changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from milevault_core import store
from milevault_core.derive.step import Work, steps_of
from milevault_core.problems import thousands
from milevault_core.store import marks
from milevault_core.store.activities import derived_rows

SAMPLE = 50


@dataclass
class CheckResult:
    """`activities` and `days`: how many were checked; `…_waiting`: how many are still to be computed and were left
    out. `differences`: a sentence each."""

    activities: int = 0
    days: int = 0
    activities_waiting: int = 0
    days_waiting: int = 0
    differences: list[str] = field(default_factory=list)


class _TakeBack(Exception):
    pass


@contextmanager
def _taken_back() -> Iterator[Session]:
    """A transaction that is always rolled back."""
    try:
        with store.session() as session:
            yield session
            raise _TakeBack
    except _TakeBack:
        pass


def check(count: int = SAMPLE) -> CheckResult:
    """Compare, for every user, `count` activities, the same number of days and the records, and look for rows whose
    activity is gone."""
    found = CheckResult()
    with store.session() as session:
        users = derived_rows.all_users(session)
    for user_id, name in users:
        _check_user(user_id, name, count, found)
    return found


def _check_user(user_id: int, name: str, count: int, found: CheckResult) -> None:
    with store.session() as session:
        activities, days = derived_rows.sample(session, user_id, count)
        for table, gone in derived_rows.orphans(session, user_id).items():
            rows = "1 row belongs" if gone == 1 else f"{thousands(gone)} rows belong"
            found.differences.append(f"{name}: in {table}, {rows} to activities that are gone.")
        activities_waiting, days_waiting = derived_rows.waiting(session, user_id)
        found.activities_waiting += activities_waiting
        found.days_waiting += days_waiting
        # Records are computed from the activities' derived rows, so they wait while any of these are still to come.
        waits = activities_waiting > 0 or derived_rows.is_marked(
            session, user_id, [one.name for one in steps_of("athlete")]
        )
    for activity_id in activities:
        with _taken_back() as session:
            marks.lock_activity(session, user_id, activity_id)
            for row in marks.activities_of(session, user_id, [activity_id]):
                found.activities += 1
                work, label = Work(user_id, row), f"{name}, activity {activity_id}"
                found.differences += _compare(session, user_id, "activity", activity_id, work, label)
    for day in days:
        with _taken_back() as session:
            marks.lock_step(session, user_id, "days")
            found.days += 1
            found.differences += _compare(session, user_id, "day", day, day, f"{name}, {day}")
    if not waits:
        with _taken_back() as session:
            for one in steps_of("athlete"):
                marks.lock_step(session, user_id, one.name)
            found.differences += _compare(session, user_id, "athlete", None, None, f"{name}, records")


def _compare(
    session: Session, user_id: int, scope: str, key: int | date | None, what: object, label: str
) -> list[str]:
    """What differs after the steps of a scope have run again, a sentence for each table."""
    before = derived_rows.rows_of(session, user_id, scope, key)
    for one in steps_of(scope):
        one.compute(session, user_id, what)
    after = derived_rows.rows_of(session, user_id, scope, key)
    said = []
    for table in before:
        stored, computed = before[table] - after[table], after[table] - before[table]
        if stored or computed:
            some = "; ".join([*(f"stored {row}" for row in sorted(stored, key=str)[:2]),
                              *(f"computed {row}" for row in sorted(computed, key=str)[:2])])  # fmt: skip
            n = len(stored | computed)
            rows = "1 row differs" if n == 1 else f"{thousands(n)} rows differ"
            said.append(f"{label}: in {table}, {rows}: {some}")
    return said
