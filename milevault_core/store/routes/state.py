"""The stored state of the matching: the result for a sport group's activities, from which the next run continues."""

import json
import secrets
from collections.abc import Callable

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.routes.candidates import put
from milevault_core.routes.decisions import Decisions
from milevault_core.routes.grouping import electors
from milevault_core.routes.matches import JURY, Groups, Member
from milevault_core.routes.prepare import Outline
from milevault_core.routes.relation import Line
from milevault_core.store import engine

Row = tuple  # leader, leader_kind, medoid, head, home, rest, route, kind, share, forced
_STATE = ("leader", "leader_kind", "medoid", "head", "home", "rest", "route", "kind", "share", "forced")

_ANCHORING = ("own", "name", "favourite", "archived")  # decisions about a route itself
# Stands for a removed activity until the matching has dropped it.
_NOWHERE = Outline((np.nan,) * 4, 0.0, 0.0, False, np.zeros((64, 2), np.int32))


def wishes(session: Session, user_id: int) -> Decisions:
    """All of a user's decisions, including those about activities that are in the trash, which have no effect."""
    rows = session.execute(
        text("SELECT activity_id, decision, anchor FROM route_overrides WHERE user_id = :u"), {"u": user_id}
    ).all()
    return Decisions(
        {a: anchor for a, decision, anchor in rows if decision == "into"},
        frozenset((a, anchor) for a, decision, anchor in rows if decision == "out"),
        {a: anchor for a, decision, anchor in rows if decision == "merged"},
        frozenset(a for a, decision, _ in rows if decision in _ANCHORING),
    )


def stored(session: Session, user_id: int, sport_group: str) -> dict[int, Row]:
    """The stored state of each member of a sport group."""
    query = (
        f"SELECT activity_id, {', '.join(_STATE)} FROM route_members WHERE user_id = %s AND sport_group = %s"
    )
    rows = engine.raw(session).cursor(binary=True).execute(query, (user_id, sport_group))
    return {row[0]: row[1:] for row in rows}


def decided(session: Session, user_id: int, sport_group: str) -> tuple[Decisions, int]:
    """The user's decisions when the group was last matched, and the revision of that matching (0: never)."""
    query = "SELECT decided, revision FROM route_states WHERE user_id = %s AND sport_group = %s"
    row = engine.raw(session).execute(query, (user_id, sport_group)).fetchone()
    if row is None:
        return Decisions(), 0
    found, revision = row
    return Decisions(
        dict(found["into"]), frozenset((a, b) for a, b in found["out"]), dict(found["merged"]),
        frozenset(found["anchors"]),
    ), revision  # fmt: skip


def restore(groups: Groups, rows: dict[int, Row], looks: list[tuple[int, int, Outline]]) -> None:
    """Put the stored state into new `groups`. looks: outlines of all activities that exist now, earliest first."""
    cores: dict[int, list[int]] = {}
    here = {i for i, _, _ in looks}
    for i, start, look in [*looks, *((i, 0, _NOWHERE) for i in rows if i not in here)]:
        if i not in rows:
            continue
        put(groups.archive, i, start, look)
        leader, leader_kind, *_ = rows[i]
        if leader is not None and leader_kind == "same":
            cores.setdefault(leader, []).append(i)
    for i, (leader, kind, medoid, head, home, rest, route, how, share, forced) in rows.items():
        groups.member[i] = Member(route, how, share, forced)
        if leader is not None:
            groups.leader[i], groups.kind[i], groups.home[i] = leader, kind, home
            groups.cluster.setdefault(leader, set()).add(i)
        if medoid is not None:
            groups.medoid[i] = medoid
        if head is not None:
            groups.head[i] = head
        if rest is not None:
            groups.rest[i] = rest
    for leader, its in cores.items():
        if not here.issuperset(its):
            continue  # an elector is gone: the medoid is elected again
        if leader in groups.decided.anchors:  # first, regardless of its start
            its.remove(leader)
            its.insert(0, leader)
        groups.core[leader], groups.jury[leader] = electors(its), tuple(its[:JURY])
    for i, home in groups.home.items():
        if home != groups.head[groups.medoid[groups.leader[i]]]:
            groups.stray.add(i)


class Touched(dict):
    """A dictionary that notes in `touched` which keys were changed: their rows have to be stored."""

    def __init__(self, touched: set[int]) -> None:
        super().__init__()
        self.touched = touched

    def __setitem__(self, key, value) -> None:
        self.touched.add(key)
        super().__setitem__(key, value)

    def __delitem__(self, key) -> None:
        self.touched.add(key)
        super().__delitem__(key)

    def pop(self, key, *default):
        self.touched.add(key)
        return super().pop(key, *default)


def empty(load: Callable[[int], Line]) -> tuple[Groups, set[int]]:
    """Empty groups, and the set in which they note whose rows have to be stored."""
    touched: set[int] = set()
    groups = Groups(
        load, leader=Touched(touched), kind=Touched(touched), medoid=Touched(touched), head=Touched(touched),
        home=Touched(touched), rest=Touched(touched), member=Touched(touched),
    )  # fmt: skip
    return groups, touched


def save(
    session: Session, user_id: int, sport_group: str, groups: Groups, touched: set[int], everything: bool
) -> int:
    """Store the rows of `touched`; with `everything`, also delete rows that are not in `groups`. Returns the new
    revision."""
    raw, member = engine.raw(session), groups.member
    own = "DELETE FROM route_members WHERE user_id = %s AND sport_group = %s AND activity_id"
    if everything:
        raw.execute(own + " <> ALL(%s)", (user_id, sport_group, list(member)))
    else:
        gone = [i for i in touched if i not in member]
        raw.execute(own + " = ANY(%s)", (user_id, sport_group, gone))
    get = (
        groups.leader.get, groups.kind.get, groups.medoid.get, groups.head.get, groups.home.get, groups.rest.get,
    )  # fmt: skip
    rows = [
        (user_id, i, sport_group, *(part(i) for part in get), m.route, m.kind, m.share, m.forced)
        for i, m in ((i, member[i]) for i in sorted(touched) if i in member)
    ]
    columns = ", ".join(("sport_group", *_STATE))
    new = ", ".join(f"excluded.{name}" for name in ("sport_group", *_STATE))
    old = ", ".join(f"route_members.{name}" for name in ("sport_group", *_STATE))
    raw.cursor().executemany(
        f"INSERT INTO route_members (user_id, activity_id, {columns}) VALUES (%s, %s, %s{', %s' * len(_STATE)}) "
        f"ON CONFLICT (user_id, activity_id) DO UPDATE SET ({columns}) = ROW({new}) "
        f"WHERE ({old}) IS DISTINCT FROM ({new})",
        rows,
    )
    if not member:
        raw.execute(
            "DELETE FROM route_states WHERE user_id = %s AND sport_group = %s", (user_id, sport_group)
        )
        return 0
    wishes, revision = groups.decided, secrets.randbelow(2**62)
    raw.execute(
        "INSERT INTO route_states (user_id, sport_group, decided, revision) VALUES (%s, %s, %s, %s) "
        "ON CONFLICT (user_id, sport_group) DO UPDATE SET decided = excluded.decided, revision = excluded.revision",
        (user_id, sport_group, json.dumps({
            "into": sorted(wishes.into.items()), "out": sorted(wishes.out),
            "merged": sorted(wishes.merged.items()), "anchors": sorted(wishes.anchors),
        }), revision),
    )  # fmt: skip
    return revision


def forget_profiles(session: Session, user_id: int, activities: set[int]) -> None:
    """Forget the profiles of these members, so that they are computed again."""
    engine.raw(session).execute(
        "UPDATE route_members SET profile = NULL, route_s = NULL, stopped_s = NULL, is_profiled = false "
        "WHERE user_id = %s AND activity_id = ANY(%s) AND is_profiled",
        (user_id, list(activities)),
    )
