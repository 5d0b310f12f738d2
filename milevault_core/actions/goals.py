"""A user's goals, each action in one transaction."""

from datetime import date
from typing import Any

from milevault_core import store
from milevault_core.sports import SPORTS
from milevault_core.store import goals

MEASURES = ("distance", "time", "ascent", "load", "count")
PERIODS = ("week", "month", "year", "between")


def add(
    user_id: int, measure: str, amount: float, period: str, sport: str = "", first_day: date | None = None,
    last_day: date | None = None,
) -> int:  # fmt: skip
    """Add a goal and return its id. amount: metres, seconds, load, or number of activities. Raises ValueError with a
    sentence for the user."""
    if measure not in MEASURES or period not in PERIODS or (sport and sport not in SPORTS):
        raise ValueError("There is no such goal.")
    if not 0 < amount < 1e12:
        raise ValueError("Enter an amount above zero.")
    if measure == "count" and amount != int(amount):
        raise ValueError("Enter a whole number of activities.")
    if period == "between":
        if first_day is None or last_day is None or last_day < first_day:
            raise ValueError("Enter the first and the last day, in this order.")
    else:
        first_day = last_day = None
    with store.session() as session:
        if goals.is_there(session, user_id, measure, amount, period, sport, first_day, last_day):
            raise ValueError("You have this goal already.")
        return goals.add(session, user_id, measure, amount, period, sport, first_day, last_day)


def remove(user_id: int, goal_id: int) -> dict[str, Any]:
    """Delete a goal; returns the arguments with which `add` restores it. Raises LookupError."""
    with store.session() as session:
        return goals.remove(session, user_id, goal_id)
