"""Crowds: files of one user that begin at the same moment by their clocks, more than anyone has of one workout
(dates.CROWD), because the device's clock starts there whenever it is switched on. They are not copies of each other,
and their dates are in doubt.

Time is divided into steps of dates.CROWD_SPAN. Only the first part of each file is counted, in the trash or not.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import LiteralString

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.activities.dates import CROWD, CROWD_SPAN
from milevault_core.store import engine

_SPAN_S: LiteralString = "120"
assert timedelta(seconds=int(_SPAN_S)) == CROWD_SPAN
_STEP: LiteralString = f"interval '{_SPAN_S} s'"
_MOMENT: LiteralString = f"date_bin({_STEP}, r.clock_start, 'epoch')"
_MOST: LiteralString = "12"
assert int(_MOST) == CROWD
# For a row r of activity_recordings: whether it is in a crowd and the user has not set another date.
IS_IN_ONE: LiteralString = (
    "(r.start_time = r.clock_start AND (SELECT count(*) FROM (SELECT 1 FROM activity_recordings c "
    "WHERE c.user_id = r.user_id AND c.part = 0 AND c.clock_start >= "
    f"{_MOMENT} AND c.clock_start < {_MOMENT} + {_STEP} LIMIT {_MOST}) AS some_of_them) = {_MOST})"
)


def moment(start: datetime) -> datetime:
    """The beginning of the step of time that contains a start."""
    epoch = datetime(1970, 1, 1, tzinfo=start.tzinfo)
    return epoch + (start - epoch) // CROWD_SPAN * CROWD_SPAN


def count(session: Session, user_id: int, when: datetime) -> int:
    """How many files begin in the step of time that contains `when`, at most CROWD + 1."""
    row = (
        engine.raw(session)
        .execute(
            "SELECT count(*) FROM (SELECT 1 FROM activity_recordings WHERE user_id = %(u)s AND part = 0 "
            "AND clock_start >= %(t)s AND clock_start < %(t)s + %(s)s::interval LIMIT %(n)s) AS some_of_them",
            {"u": user_id, "t": moment(when), "s": CROWD_SPAN, "n": CROWD + 1},
        )
        .fetchone()
    )
    assert row is not None
    return int(row[0])


def members(session: Session, user_id: int, moments: Iterable[datetime]) -> list[tuple[int, int]]:
    """(recording, activity) of all recordings that begin in these steps and are not in the trash."""
    query = text(
        "SELECT id, activity_id FROM activity_recordings WHERE user_id = :u AND activity_id IS NOT NULL "
        "AND clock_start >= :t AND clock_start < :t + CAST(:s AS interval) ORDER BY id"
    )
    return [
        (row.id, row.activity_id)
        for at in sorted(moments)
        for row in session.execute(query, {"u": user_id, "t": at, "s": CROWD_SPAN})
    ]


def moments_of(session: Session, user_id: int, originals: list[int]) -> dict[datetime, int]:
    """The steps of time in which recordings of these files begin, each with its `count`."""
    query = text(
        "SELECT DISTINCT clock_start FROM activity_recordings WHERE user_id = :u AND original_id = ANY(:o)"
    )
    found = {moment(start) for start in session.scalars(query, {"u": user_id, "o": originals})}
    return {at: count(session, user_id, at) for at in sorted(found)}


def dissolved(session: Session, user_id: int, moments: Mapping[datetime, int]) -> list[tuple[int, int]]:
    """After recordings were removed: the remaining ones, like `members`, of steps that held a crowd (`moments`: counts
    before the removal) and no longer do."""
    crowds = [at for at, before in moments.items() if before >= CROWD]
    return members(session, user_id, [at for at in crowds if count(session, user_id, at) < CROWD])
