"""The routes that have a row of their own, and their links; written by the matching step."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from milevault_core.store import engine


@dataclass(frozen=True)
class RouteFacts:
    """What is known about a route from its head's line. outline: float32 pairs lat, lon."""

    shape: str
    heading: str
    place: str
    length_m: float
    outline: bytes
    quarter: str
    beside: str
    turn: str


@dataclass(frozen=True)
class Link:
    """Two related routes, the earlier first."""

    route: int
    other: int
    kind: str
    laps: int


def head_of(session: Session, user_id: int, route_id: int) -> tuple[int, str] | None:
    """(id, sport group) of a route; None when the user has none with that id."""
    query = "SELECT id, sport_group FROM named_routes WHERE user_id = %s AND id = %s"
    return engine.raw(session).execute(query, (user_id, route_id)).fetchone()


def known(session: Session, user_id: int, sport_group: str) -> set[int]:
    """The routes of a sport group that have a row."""
    query = "SELECT id FROM named_routes WHERE user_id = %s AND sport_group = %s"
    return {row[0] for row in engine.raw(session).execute(query, (user_id, sport_group))}


def forget(session: Session, user_id: int, sport_group: str, routes: Collection[int]) -> None:
    """Remove routes with their links."""
    raw = engine.raw(session)
    gone = raw.execute(
        "DELETE FROM named_routes WHERE user_id = %s AND sport_group = %s AND id = ANY(%s) RETURNING id",
        (user_id, sport_group, list(routes)),
    ).fetchall()
    _forget_links(session, user_id, [row[0] for row in gone])


def _forget_links(session: Session, user_id: int, ids: list[int]) -> None:
    if ids:
        engine.raw(session).execute(
            "DELETE FROM route_links WHERE user_id = %s AND (route = ANY(%s) OR other = ANY(%s))",
            (user_id, ids, ids),
        )


def keep(session: Session, user_id: int, sport_group: str, ways: dict[int, RouteFacts]) -> None:
    """Write rows for routes. A route that was in another sport group is first removed from that."""
    moved = engine.raw(session).execute(
        "DELETE FROM named_routes WHERE user_id = %s AND id = ANY(%s) RETURNING id", (user_id, list(ways))
    )
    _forget_links(session, user_id, [row[0] for row in moved])
    engine.raw(session).cursor().executemany(
        "INSERT INTO named_routes (user_id, id, sport_group, shape, heading, place, length_m, outline, "
        "quarter, beside, turn) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (
                user_id,
                i,
                sport_group,
                w.shape,
                w.heading,
                w.place,
                w.length_m,
                w.outline,
                w.quarter,
                w.beside,
                w.turn,
            )
            for i, w in ways.items()
        ],
    )


def keep_links(session: Session, user_id: int, links: Collection[Link]) -> None:
    """Save how a user's routes are related; existing links stay."""
    engine.raw(session).cursor().executemany(
        "INSERT INTO route_links (user_id, route, other, kind, laps) VALUES (%s, %s, %s, %s, %s) "
        "ON CONFLICT DO NOTHING",
        [(user_id, link.route, link.other, link.kind, link.laps) for link in links],
    )
