"""Reading and writing prepared lines, by which activities (and drawn courses) are matched."""

from collections.abc import Iterable

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.routes.geometry import unwrap
from milevault_core.routes.prepare import Outline, Prepared, outline
from milevault_core.routes.relation import Line, line
from milevault_core.store import engine

_FIELDS = "length_m, closing_gap_m, is_venue, west, south, east, north, signature, line"
_UPDATES = ", ".join(
    f"{name} = excluded.{name}"
    for name in ("user_id", "sport_group", "start_us", "tie", *_FIELDS.split(", "))
)
COURSES_START_US = -(2**62)  # a drawn course has no time and counts as earlier than anything recorded


def columns(prepared: Prepared) -> dict:
    """The columns of a line, which both tables have."""
    look = outline(prepared)
    points = line(prepared).points.copy()
    points[:, 1] = np.mod(points[:, 1] + 180.0, 360.0) - 180.0
    west, south, east, north = look.box
    return {
        "length_m": look.length_m, "closing_gap_m": look.closing_gap_m, "is_venue": look.is_venue,
        "west": west, "south": south, "east": east, "north": north, "signature": look.signature.tobytes(),
        "line": np.rint(points * 1e7).astype("<i4").tobytes(),
    }  # fmt: skip


def replace_line(
    session: Session, user_id: int, activity_id: int, sport_group: str, prepared: Prepared | None
) -> None:
    """Store the line of an activity; None removes it, so that the activity is not matched."""
    own = {"u": user_id, "a": activity_id}
    raw = engine.raw(session)
    if prepared is None:
        raw.execute("DELETE FROM activity_lines WHERE user_id = %(u)s AND activity_id = %(a)s", own)
        return
    raw.execute(
        "INSERT INTO activity_lines (activity_id, user_id, sport_group, start_us, tie, " + _FIELDS + ") "
        "SELECT a.id, a.user_id, %(group)s, (extract(epoch FROM a.start_time) * 1000000)::bigint, "
        "coalesce((SELECT min(r.fingerprint) FROM activity_recordings r WHERE r.activity_id = a.id AND r.is_primary), "
        "''), %(length_m)s, %(closing_gap_m)s, %(is_venue)s, %(west)s, %(south)s, %(east)s, %(north)s, %(signature)s, "
        "%(line)s FROM activities a WHERE a.user_id = %(u)s AND a.id = %(a)s "
        f"ON CONFLICT (activity_id) DO UPDATE SET {_UPDATES}",
        own | {"group": sport_group} | columns(prepared),
    )


_OUTLINES = """
SELECT activity_id, start_us, tie COLLATE "C", length_m, closing_gap_m, is_venue, west, south, east, north, signature
FROM activity_lines WHERE user_id = %(u)s AND sport_group = %(g)s
AND (%(i)s::int[] IS NULL OR activity_id = ANY(%(i)s))
UNION ALL
SELECT -id, %(s)s, tie COLLATE "C", length_m, closing_gap_m, is_venue, west, south, east, north, signature
FROM route_courses WHERE user_id = %(u)s AND sport_group = %(g)s
AND (%(i)s::int[] IS NULL OR -id = ANY(%(i)s))
ORDER BY 2, 3, 1
"""


def outlines(
    session: Session, user_id: int, sport_group: str, only: Iterable[int] | None = None
) -> list[tuple[int, int, Outline]]:
    """(activity, start in µs, outline) of a sport group, earliest first; a drawn course has its negative id."""
    parameters = {
        "u": user_id,
        "g": sport_group,
        "s": COURSES_START_US,
        "i": None if only is None else list(only),
    }
    rows = engine.raw(session).cursor(binary=True).execute(_OUTLINES, parameters)
    return [
        (i, start, Outline((west, south, east, north), length, closing, venue,
                           np.frombuffer(signature, "<i4").reshape(-1, 2), tie))
        for i, start, tie, length, closing, venue, west, south, east, north, signature in rows
    ]  # fmt: skip


_LINES = """
SELECT activity_id, line, length_m, closing_gap_m, is_venue FROM activity_lines
WHERE user_id = %(u)s AND activity_id = ANY(%(i)s)
UNION ALL
SELECT -id, line, length_m, closing_gap_m, is_venue FROM route_courses WHERE user_id = %(u)s AND -id = ANY(%(i)s)
"""


def lines(session: Session, user_id: int, activities: Iterable[int]) -> dict[int, Line]:
    """The lines of activities and courses; those without one are left out."""
    rows = engine.raw(session).cursor(binary=True).execute(_LINES, {"u": user_id, "i": list(activities)})
    return {i: Line(_points(data), length, closing, venue) for i, data, length, closing, venue in rows}


def _points(data: bytes) -> np.ndarray:
    points = np.frombuffer(data, "<i4").reshape(-1, 2) * 1e-7
    points[:, 1] = unwrap(points[:, 1])
    return points


def present(session: Session, user_id: int, sport_group: str) -> set[int]:
    """The activities of a sport group that have a line now; a drawn course has its negative id."""
    query = (
        "SELECT activity_id FROM activity_lines WHERE user_id = %(u)s AND sport_group = %(g)s UNION ALL "
        "SELECT -id FROM route_courses WHERE user_id = %(u)s AND sport_group = %(g)s"
    )
    rows = engine.raw(session).execute(query, {"u": user_id, "g": sport_group})
    return {row[0] for row in rows}


def groups_of(session: Session, user_id: int, activities: Iterable[int] | None) -> set[str]:
    """The sport groups of some activities or courses (None: all of the user's), both current and as last matched."""
    some = "" if activities is None else " AND {} = ANY(:i)"
    query = " UNION ".join(
        f"SELECT sport_group FROM {table} WHERE user_id = :u{some.format(key)}"
        for table, key in (
            ("activity_lines", "activity_id"),
            ("route_courses", "-id"),
            ("route_members", "activity_id"),
        )
    )
    parameters = {"u": user_id} | ({} if activities is None else {"i": list(activities)})
    return set(session.execute(text(query), parameters).scalars())
