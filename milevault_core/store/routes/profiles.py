"""Profiles of attempts (milevault_core/routes/profile.py): finding missing ones, writing and forgetting them."""

from sqlalchemy.orm import Session

from milevault_core.routes.profile import Profile, pack
from milevault_core.store import engine

_CLEARED = "profile = NULL, route_s = NULL, stopped_s = NULL, is_profiled = false"


def forget_all(session: Session, user_id: int) -> None:
    engine.raw(session).execute(
        f"UPDATE route_members SET {_CLEARED} WHERE user_id = %s AND is_profiled", (user_id,)
    )


def forget_of_single_attempts(session: Session, user_id: int) -> list[int]:
    """Forget the profiles of routes with a single attempt, which has nothing to be compared with. Returns their
    activities."""
    rows = engine.raw(session).execute(
        f"UPDATE route_members SET {_CLEARED} WHERE user_id = %(u)s AND is_profiled AND route IN "
        "(SELECT route FROM route_members WHERE user_id = %(u)s GROUP BY route HAVING count(*) = 1) "
        "RETURNING activity_id",
        {"u": user_id},
    )
    return [row[0] for row in rows]


def wanted(session: Session, user_id: int, limit: int) -> list[tuple[int, int]]:
    """(activity, route) of up to `limit` attempts whose profile is missing; drawn courses have none."""
    rows = engine.raw(session).execute(
        "SELECT activity_id, route FROM route_members WHERE user_id = %(u)s AND NOT is_profiled AND activity_id > 0 "
        "AND route IN (SELECT route FROM route_members WHERE user_id = %(u)s GROUP BY route HAVING count(*) > 1) "
        "ORDER BY route, activity_id LIMIT %(n)s",
        {"u": user_id, "n": limit},
    )
    return [(activity, route) for activity, route in rows]


def keep(session: Session, user_id: int, activity_id: int, found: Profile | None) -> None:
    """Store a profile, or that the attempt has none (forced in by the user, or in a stadium)."""
    figures = (None, None, None) if found is None else (
        pack(found), float(found.elapsed[-1]), float(found.stopped[-1]),
    )  # fmt: skip
    engine.raw(session).execute(
        "UPDATE route_members SET profile = %s, route_s = %s, stopped_s = %s, is_profiled = true "
        "WHERE user_id = %s AND activity_id = %s",
        (*figures, user_id, activity_id),
    )
