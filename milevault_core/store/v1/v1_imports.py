"""What was already imported from the first MileVault, so that importing again adds nothing twice."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.store.routes import decisions


def names(session: Session, user_id: int) -> dict[str, list[int]]:
    """Each file that was imported from there for a user, and the activities it became here."""
    rows = session.execute(
        text(
            "SELECT item.name, item.activities FROM import_items item JOIN imports batch ON batch.id = item.import_id "
            "WHERE item.user_id = :u AND batch.source = 'milevault'"
        ),
        {"u": user_id},
    )
    found: dict[str, list[int]] = {}
    for name, activities in rows:
        found.setdefault(name, []).extend(activities)
    return found


def present(session: Session, user_id: int, activities: list[int]) -> list[int]:
    """Those of the activities that exist here, earliest first."""
    query = "SELECT id FROM activities WHERE user_id = :u AND id = ANY(:ids) ORDER BY start_time, id"
    return list(session.scalars(text(query), {"u": user_id, "ids": activities}))


def name_route(session: Session, user_id: int, members: list[int], name: str) -> bool:
    """Name the route of these activities, identified by the first one; returns False if one of them already has a
    name for it."""
    named = session.scalar(
        text(
            "SELECT EXISTS (SELECT FROM route_overrides WHERE user_id = :u AND decision = 'name' "
            "AND activity_id = ANY(:ids))"
        ),
        {"u": user_id, "ids": members},
    )
    if named:
        return False
    decisions.rename_route(session, user_id, members[0], name)
    return True
