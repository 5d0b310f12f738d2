"""The totals of one local day, by sport."""

from datetime import date

from sqlalchemy.orm import Session

from milevault_core.derive.step import step
from milevault_core.store.activities import derived


@step("day_totals", "day", version=2)
def day_totals(session: Session, user_id: int, day: date) -> None:
    derived.save_day_totals(session, user_id, day)
