"""Tracks prepared for finding segments: one per activity, found by their cells."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from sqlalchemy.orm import Session

from milevault_core.segments.cells import Candidates
from milevault_core.segments.packed import unpack_track
from milevault_core.store import engine

Track = tuple[np.ndarray, np.ndarray, np.ndarray]  # seconds since the activity's start, lat, lon


def replace_track(
    session: Session, user_id: int, activity_id: int, sport_group: str, cells: list[int], track: bytes
) -> None:
    """Store the track of an activity; without cells, it is removed and no segments are searched for in the activity."""
    own = {"u": user_id, "a": activity_id}
    raw = engine.raw(session)
    if not cells:
        raw.execute("DELETE FROM segment_tracks WHERE user_id = %(u)s AND activity_id = %(a)s", own)
        return
    raw.execute(
        "INSERT INTO segment_tracks (activity_id, user_id, sport_group, cells, track) "
        "SELECT a.id, a.user_id, %(g)s, %(c)s::bigint[], %(t)s FROM activities a "
        "WHERE a.user_id = %(u)s AND a.id = %(a)s ON CONFLICT (activity_id) DO UPDATE SET "
        "sport_group = excluded.sport_group, cells = excluded.cells, track = excluded.track",
        own | {"g": sport_group, "c": cells, "t": track},
    )


def may_have_passed(
    session: Session, user_id: int, sport_group: str, candidates: Candidates
) -> dict[int, Track]:
    """The activities that may have passed a segment, judging by its cells, with their tracks."""
    rows = engine.raw(session).cursor(binary=True).execute(
        "SELECT activity_id, track FROM segment_tracks WHERE user_id = %(u)s AND sport_group = %(g)s "
        "AND cells && %(s)s::bigint[] AND cells && %(m)s::bigint[] AND cells && %(e)s::bigint[] ORDER BY activity_id",
        {"u": user_id, "g": sport_group}
        | dict(zip("sme", candidates, strict=True)),
    )  # fmt: skip
    return {activity: unpack_track(track) for activity, track in rows}


class Cells(NamedTuple):
    """An activity's track with its sport group and cells. packed: see milevault_core/segments/packed.py."""

    sport_group: str
    cells: frozenset[int]
    packed: bytes


def with_cells(session: Session, user_id: int, activities: Iterable[int]) -> dict[int, Cells]:
    """The tracks of activities; activities without one are left out."""
    rows = engine.raw(session).cursor(binary=True).execute(
        "SELECT activity_id, sport_group, cells, track FROM segment_tracks "
        "WHERE user_id = %s AND activity_id = ANY(%s) ORDER BY activity_id",
        (user_id, list(activities)),
    )  # fmt: skip
    return {activity: Cells(group, frozenset(cells), track) for activity, group, cells, track in rows}
