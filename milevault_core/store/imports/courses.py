"""Reading and writing drawn courses. A course belongs to its original file: undoing the import removes it."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.routes.prepare import Prepared
from milevault_core.store import engine, marks, queue
from milevault_core.store.activities.recordings import NotFound
from milevault_core.store.routes import lines

STEPS = ("routes", "route_profiles")


def are_known(session: Session, user_id: int, original_id: int) -> bool:
    """Whether the courses of this file have been saved."""
    query = "SELECT count(*) FROM route_courses WHERE user_id = :u AND original_id = :o"
    return bool(session.scalar(text(query), {"u": user_id, "o": original_id}))


def add(
    session: Session, user_id: int, original_id: int, part: int, name: str, sport_group: str, ascent_m: float | None,
    prepared: Prepared,
) -> int:  # fmt: skip
    """Save a course; returns its id. Raises NotFound for another user's original."""
    columns = {"part": part, "name": name[:120], "sport_group": sport_group, "ascent_m": ascent_m}
    columns |= lines.columns(prepared)
    names = ", ".join(columns)
    values = ", ".join(f"%({name})s" for name in columns)
    row = engine.raw(session).execute(
        f"INSERT INTO route_courses (user_id, original_id, tie, {names}) SELECT o.user_id, o.id, "
        f"encode(o.sha256, 'hex') || ':' || %(part)s, {values} FROM original_files o "
        "WHERE o.user_id = %(u)s AND o.id = %(o)s RETURNING id",
        columns | {"u": user_id, "o": original_id},
    ).fetchone()  # fmt: skip
    if row is None:
        raise NotFound("There is no such file.")
    _look_again(session, user_id, [-row[0]])
    return row[0]


def is_there(session: Session, user_id: int, route_id: int) -> bool:
    """Whether the user has the drawn course of this route."""
    query = "SELECT 1 FROM route_courses WHERE user_id = %s AND -id = %s"
    return engine.raw(session).execute(query, (user_id, route_id)).fetchone() is not None


def drawn_in(session: Session, user_id: int, route_id: int) -> tuple[int, int, str, str]:
    """(original, part of it, name, sport group) of a course, by its route's id. Raises NotFound."""
    query = (
        "SELECT original_id, part, name, sport_group FROM route_courses WHERE user_id = %s AND -id = %s "
        "AND original_id IS NOT NULL"
    )
    row = engine.raw(session).execute(query, (user_id, route_id)).fetchone()
    if row is None:
        raise NotFound("There is no such course.")
    return row


def set_sport(session: Session, user_id: int, route_id: int, sport_group: str) -> None:
    """Set the sport group with whose activities a course is compared. Raises NotFound for another user's course."""
    found = session.execute(
        text("UPDATE route_courses SET sport_group = :g WHERE user_id = :u AND -id = :r RETURNING id"),
        {"g": sport_group, "u": user_id, "r": route_id},
    )
    if found.first() is None:
        raise NotFound("There is no such course.")
    _look_again(session, user_id, [route_id])


def remove_of(session: Session, user_id: int, originals: Sequence[int]) -> None:
    """Remove the courses of files that are being removed, and the decisions about them."""
    own = {"u": user_id, "ids": list(originals)}
    gone = session.scalars(
        text("DELETE FROM route_courses WHERE user_id = :u AND original_id = ANY(:ids) RETURNING -id"), own
    ).all()
    if gone:
        session.execute(
            text(
                "DELETE FROM route_overrides WHERE user_id = :u AND (activity_id = ANY(:g) OR anchor = ANY(:g))"
            ),
            {"u": user_id, "g": gone},
        )
        _look_again(session, user_id, gone)


def _look_again(session: Session, user_id: int, routes: Sequence[int]) -> None:
    for one in routes:
        marks.mark_steps(session, user_id, one, STEPS)
    queue.defer_derive(session, user_id, "routes")
