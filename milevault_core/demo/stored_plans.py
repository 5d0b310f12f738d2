"""What the athlete plans and owns, in a user's account: goals, gear with services, and an inactive rule."""

from datetime import timedelta

from sqlalchemy.orm import Session

from milevault_core.demo.athlete import Athlete
from milevault_core.demo.names import BIKES, SHOES
from milevault_core.store import gear, goals
from milevault_core.store.activities import apply_rules

KM, HOUR = 1000.0, 3600.0
_GOALS = (
    ("distance", 30 * KM, "week", "running"),
    ("count", 15.0, "month", ""),
    ("time", 220 * HOUR, "year", ""),
)


def add(session: Session, user_id: int, athlete: Athlete) -> None:
    """Save them in the transaction that begins the demo's import (store/made_with.py). Goals and gear that the user
    already has stay as they are."""
    for measure, amount, period, sport in _GOALS:
        if not goals.is_there(session, user_id, measure, amount, period, sport):
            goals.add(session, user_id, measure, amount, period, sport)
    bike, shoes = BIKES[0][0], SHOES[0][0]
    if not gear.is_there(session, user_id, bike):
        mounted = athlete.last_day - timedelta(days=150)
        bike_id = gear.save(session, user_id, bike, {"kind": "bike", "opening_m": 1500 * KM, "cost": 2400.0})
        gear.add_service(session, user_id, bike_id, "Brake pads", 6000 * KM, mounted)
        if not gear.is_there(session, user_id, "Chain"):
            chain = {"kind": "part", "part_of": bike_id, "mounted_on": mounted, "cost": 45.0}
            chain_id = gear.save(session, user_id, "Chain", chain)
            gear.add_service(
                session, user_id, chain_id, "Wax", 300 * KM, athlete.last_day - timedelta(days=30)
            )
    if not gear.is_there(session, user_id, shoes):
        shoes_id = gear.save(session, user_id, shoes, {"kind": "shoe", "cost": 140.0})
        gear.add_service(session, user_id, shoes_id, "Replace", 800 * KM, athlete.first_day)
    conditions = {"sports": ["cycling"], "weekdays": [1, 2, 3, 4, 5], "minutes": [6 * 60, 9 * 60]}
    rule = apply_rules.add(session, user_id, conditions, {"is_commute": "true"})
    apply_rules.set_active(session, user_id, rule, False)  # active, it would change the user's own imports
