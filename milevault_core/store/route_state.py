"""The state of the matching, stored: what a sport group's activities were matched into, to be followed from there."""

import json

import numpy as np
from sqlalchemy.orm import Session

from milevault_core.routes.candidates import put
from milevault_core.routes.decisions import Decisions
from milevault_core.routes.grouping import ELECTIONS, Groups, Member
from milevault_core.routes.prepare import Outline
from milevault_core.store import engine

Row = tuple  # leader, leader_kind, medoid, head, home, rest, route, kind, share, forced
_STATE = ("leader", "leader_kind", "medoid", "head", "home", "rest", "route", "kind", "share", "forced")

# In place of what is gone, until the matching lets go of it.
_NOWHERE = Outline((np.nan,) * 4, 0.0, 0.0, False, np.zeros((64, 2), np.int32))


def stored(session: Session, user_id: int, sport_group: str) -> dict[int, Row]:
    """What is stored of each member of a sport group."""
    query = f"SELECT activity_id, {', '.join(_STATE)} FROM route_members WHERE user_id = %s AND sport_group = %s"
    rows = engine.raw(session).cursor(binary=True).execute(query, (user_id, sport_group))
    return {row[0]: row[1:] for row in rows}


def decided(session: Session, user_id: int, sport_group: str) -> Decisions:
    """The decisions that counted when the group was last matched."""
    query = "SELECT decided FROM route_states WHERE user_id = %s AND sport_group = %s"
    row = engine.raw(session).execute(query, (user_id, sport_group)).fetchone()
    if row is None:
        return Decisions()
    found = row[0]
    return Decisions(
        dict(found["into"]), frozenset((a, b) for a, b in found["out"]), dict(found["merged"]),
        frozenset(found["anchors"]),
    )  # fmt: skip


def restore(groups: Groups, rows: dict[int, Row], looks: list[tuple[int, int, Outline]]) -> None:
    """Put the stored state into new `groups`. looks: of everything there is now, the earlier first."""
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
        if leader in groups.decided.anchors:  # first whatever its start
            its.remove(leader)
            its.insert(0, leader)
        groups.core[leader] = tuple(its[: next((n for n in ELECTIONS if len(its) >= n), 1)])
    for i, home in groups.home.items():
        if home != groups.head[groups.medoid[groups.leader[i]]]:
            groups.stray.add(i)


def rows_of(groups: Groups) -> dict[int, Row]:
    """What is to be stored of `groups`."""
    get = (
        groups.leader.get, groups.kind.get, groups.medoid.get, groups.head.get, groups.home.get, groups.rest.get,
    )  # fmt: skip
    return {
        i: (*(part(i) for part in get), m.route, m.kind, m.share, m.forced) for i, m in groups.member.items()
    }


def save(session: Session, user_id: int, sport_group: str, before: dict[int, Row], groups: Groups) -> None:
    """Store what differs from `before`."""
    now = rows_of(groups)
    raw = engine.raw(session)
    gone = [i for i in before if i not in now]
    raw.execute(
        "DELETE FROM route_members WHERE user_id = %s AND sport_group = %s AND activity_id = ANY(%s)",
        (user_id, sport_group, gone),
    )
    columns = ", ".join(_STATE)
    changes = ", ".join(f"{name} = excluded.{name}" for name in ("sport_group", *_STATE))
    raw.cursor().executemany(
        f"INSERT INTO route_members (user_id, activity_id, sport_group, {columns}) "
        f"VALUES (%s, %s, %s{', %s' * len(_STATE)}) ON CONFLICT (user_id, activity_id) DO UPDATE SET {changes}",
        [(user_id, i, sport_group, *row) for i, row in now.items() if before.get(i) != row],
    )
    wishes = groups.decided
    if not now:
        raw.execute("DELETE FROM route_states WHERE user_id = %s AND sport_group = %s", (user_id, sport_group))
        return
    raw.execute(
        "INSERT INTO route_states (user_id, sport_group, decided) VALUES (%s, %s, %s) "
        "ON CONFLICT (user_id, sport_group) DO UPDATE SET decided = excluded.decided "
        "WHERE route_states.decided <> excluded.decided",
        (user_id, sport_group, json.dumps({
            "into": sorted(wishes.into.items()), "out": sorted(wishes.out),
            "merged": sorted(wishes.merged.items()), "anchors": sorted(wishes.anchors),
        })),
    )  # fmt: skip


def forget_profiles(session: Session, user_id: int, activities: set[int]) -> None:
    """The profiles of these members are to be computed again."""
    engine.raw(session).execute(
        "UPDATE route_members SET profile = NULL, route_s = NULL, stopped_s = NULL, is_profiled = false "
        "WHERE user_id = %s AND activity_id = ANY(%s) AND is_profiled",
        (user_id, list(activities)),
    )
