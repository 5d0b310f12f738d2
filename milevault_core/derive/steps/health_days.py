"""The health values of days and nights, from files and from what the user entered."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from milevault_core.derive.step import step
from milevault_core.health.of_day import of_day
from milevault_core.store.health import files, rows


@step("health_days", "day", version=3)
def health_days(session: Session, user_id: int, day: date) -> None:
    """The values of a day; each metric comes from its best source."""
    otherwise_s = _offset(rows.time_zone_of(session, user_id), day)
    pieces = files.pieces_of(session, user_id, day)
    entered = rows.entered_on(session, user_id, day)
    ranking = rows.ranking_of(session, user_id)
    rows.save_day(session, user_id, day, of_day(day, pieces, entered, ranking, otherwise_s), otherwise_s)


def _offset(time_zone: str, day: date) -> int:
    """The UTC offset of the user's time zone on a day, in s, for files that do not state their own."""
    offset = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(time_zone)).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0
