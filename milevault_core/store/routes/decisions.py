"""A user's decisions about routes: names, favourites, archive, merging and separating. A route is identified by the
activity (or drawn course) at its head, which stays its head after a decision, whatever is recomputed.

Every write raises NotFound when one of the ids is not the user's, and marks what is to be matched again.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.formats.texts import straight
from milevault_core.store import marks, queue
from milevault_core.store.activities.save import NotFound
from milevault_core.store.routes import state

STEPS = ("routes", "route_profiles")
MAX_NAME = 120


def rename_route(session: Session, user_id: int, route_id: int, name: str) -> None:
    """Give a route a name; an empty one restores the generated one."""
    _check(session, user_id, route_id)
    name = " ".join(straight(name).split())[:MAX_NAME]
    _decide(session, user_id, route_id, "name", value=name) if name else _undo(
        session, user_id, route_id, "name"
    )
    _look_again(session, user_id, route_id)


def flag_route(session: Session, user_id: int, route_id: int, flag: str, is_set: bool) -> None:
    """Make a route a favourite or archive it, or undo that. flag: favourite | archived. Raises LookupError, and
    ValueError for any other flag."""
    if flag not in ("favourite", "archived"):
        raise ValueError(f"no such flag: {flag!r}")
    _check(session, user_id, route_id)
    _decide(session, user_id, route_id, flag) if is_set else _undo(session, user_id, route_id, flag)
    _look_again(session, user_id, route_id)


def merge_routes(session: Session, user_id: int, route_id: int, into_route: int) -> None:
    """Merge two routes: `route_id` becomes part of `into_route`, whose name it takes. Raises LookupError, and
    ValueError for twice the same route."""
    _check(session, user_id, route_id, into_route)
    if route_id == into_route:
        raise ValueError("A route cannot be merged with itself.")
    for back in _way_to(session, user_id, into_route, route_id):  # or the two would be merged into each other
        _undo(session, user_id, back, "merged")
    _undo(session, user_id, route_id, "merged")
    _decide(session, user_id, route_id, "merged", into_route)
    _look_again(session, user_id, route_id, into_route)


def part_routes(session: Session, user_id: int, route_id: int) -> None:
    """Undo all merges into a route."""
    _check(session, user_id, route_id)
    parted = "decision = 'merged' AND anchor = :id RETURNING activity_id"
    _look_again(session, user_id, route_id, *_delete(session, user_id, route_id, parted))


def put_into_route(session: Session, user_id: int, activity_id: int, route_id: int) -> None:
    """Make an activity belong to a route, whatever the matching says. Raises LookupError, and ValueError for the head
    of the route."""
    _check(session, user_id, activity_id, route_id)
    if activity_id == route_id:
        raise ValueError("An activity at the head of a route is in it already.")
    for back in _way_to(session, user_id, route_id, activity_id):
        _undo(session, user_id, back, "merged")
        _undo(session, user_id, back, "into")
    _undo(session, user_id, activity_id, "into")
    _undo(session, user_id, activity_id, "out", route_id)
    _decide(session, user_id, activity_id, "into", route_id)
    _look_again(session, user_id, activity_id, route_id)


def keep_out_of_route(
    session: Session, user_id: int, activity_id: int, route_id: int, starts_own: bool = False
) -> None:
    """Keep an activity out of a route; with `starts_own` it becomes the head of a new one. Raises LookupError, and
    ValueError for the head of the route."""
    _check(session, user_id, activity_id, route_id)
    if activity_id == route_id:
        raise ValueError("The activity at the head of a route stays in it.")
    _undo(session, user_id, activity_id, "into")
    _decide(session, user_id, activity_id, "out", route_id)
    if starts_own:
        _decide(session, user_id, activity_id, "own")
    _look_again(session, user_id, activity_id, route_id)


def forget_decisions(session: Session, user_id: int, activity_id: int) -> None:
    """Undo the decisions about which route an activity belongs to."""
    _check(session, user_id, activity_id)
    decided = "activity_id = :id AND decision IN ('into', 'out', 'own') RETURNING anchor"
    anchors = _delete(session, user_id, activity_id, decided)
    _look_again(session, user_id, activity_id, *(a for a in anchors if a))


def _delete(session: Session, user_id: int, number: int, which: str) -> list[int]:
    query = text(f"DELETE FROM route_overrides WHERE user_id = :u AND {which}")
    return list(session.scalars(query, {"u": user_id, "id": number}))


def _way_to(session: Session, user_id: int, start: int, goal: int) -> list[int]:
    """The chain of merges from `start` to `goal`, `start` first; [] if it leads elsewhere."""
    known = state.wishes(session, user_id)
    seen: list[int] = []
    while start not in seen:
        if start == goal:
            return seen
        seen.append(start)
        start = known.into.get(start, known.merged.get(start, 0))
    return []


def _decide(
    session: Session, user_id: int, activity_id: int, decision: str, anchor: int = 0, value: str = ""
) -> None:
    session.execute(
        text(
            "INSERT INTO route_overrides (user_id, activity_id, decision, anchor, value) VALUES (:u, :a, :d, :n, :v) "
            "ON CONFLICT (user_id, activity_id, decision, anchor) DO UPDATE SET value = excluded.value, "
            "decided_at = now()"
        ),
        {"u": user_id, "a": activity_id, "d": decision, "n": anchor, "v": value},
    )


def _undo(session: Session, user_id: int, activity_id: int, decision: str, anchor: int | None = None) -> None:
    session.execute(
        text(
            "DELETE FROM route_overrides WHERE user_id = :u AND activity_id = :a AND decision = :d "
            "AND (CAST(:n AS int) IS NULL OR anchor = :n)"
        ),
        {"u": user_id, "a": activity_id, "d": decision, "n": anchor},
    )


def _check(session: Session, user_id: int, *ids: int) -> None:
    own = session.scalar(
        text(
            "SELECT (SELECT count(*) FROM activities WHERE user_id = :u AND id = ANY(:i)) "
            "+ (SELECT count(*) FROM route_courses WHERE user_id = :u AND -id = ANY(:i))"
        ),
        {"u": user_id, "i": list(set(ids))},
    )
    if own != len(set(ids)):
        raise NotFound("There is no such route.")


def _look_again(session: Session, user_id: int, *ids: int) -> None:
    for one in ids:
        marks.mark_steps(session, user_id, one, STEPS)
    queue.defer_derive(session, user_id, "routes")
