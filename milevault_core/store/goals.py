"""Goals: adding and removing them."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session


def add(
    session: Session, user_id: int, measure: str, amount: float, period: str, sport: str = "",
    first_day: date | None = None, last_day: date | None = None,
) -> int:  # fmt: skip
    """Add a goal; returns its id. amount: in metres, seconds, or activities."""
    query = text(
        "INSERT INTO goals (user_id, measure, amount, period, sport, first_day, last_day) "
        "VALUES (:u, :m, :a, :p, :s, :f, :l) RETURNING id"
    )
    values = {
        "u": user_id, "m": measure, "a": amount, "p": period, "s": sport, "f": first_day, "l": last_day,
    }  # fmt: skip
    return int(session.execute(query, values).scalar_one())


def is_there(
    session: Session, user_id: int, measure: str, amount: float, period: str, sport: str = "",
    first_day: date | None = None, last_day: date | None = None,
) -> bool:  # fmt: skip
    """Whether the user already has the same goal."""
    query = text(
        "SELECT EXISTS (SELECT 1 FROM goals WHERE user_id = :u AND measure = :m AND amount = :a AND period = :p "
        "AND sport = :s AND first_day IS NOT DISTINCT FROM CAST(:f AS date) "
        "AND last_day IS NOT DISTINCT FROM CAST(:l AS date))"
    )
    values = {
        "u": user_id, "m": measure, "a": amount, "p": period, "s": sport, "f": first_day, "l": last_day,
    }  # fmt: skip
    return bool(session.execute(query, values).scalar_one())


def remove(session: Session, user_id: int, goal_id: int) -> dict:
    """Delete a goal; returns its columns, from which it can be added again. Raises LookupError if there is none."""
    query = text(
        "DELETE FROM goals WHERE user_id = :u AND id = :g "
        "RETURNING measure, amount, period, sport, first_day, last_day"
    )
    row = session.execute(query, {"u": user_id, "g": goal_id}).mappings().first()
    if row is None:
        raise LookupError("There is no such goal.")
    return dict(row)
