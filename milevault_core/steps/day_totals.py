"""What was done on one local day, by sport."""

from datetime import date

from sqlalchemy.orm import Session

from milevault_core.derive import step
from milevault_core.store import derived


@step("day_totals", "day")
def day_totals(session: Session, user_id: int, day: date) -> None:
    derived.save_day_totals(session, user_id, day)
