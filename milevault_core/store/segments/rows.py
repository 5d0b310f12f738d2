"""Creating and changing segments. Every write raises NotFound for another user's segment, and marks what is to be
computed again: in a mark, a segment has its negative id."""

from collections.abc import Sequence

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.formats.texts import straight
from milevault_core.segments.cells import candidate_cells
from milevault_core.segments.draw import DrawnLine, draw, reversed_of
from milevault_core.segments.packed import pack_places, unpack_places
from milevault_core.store import engine, marks, queue
from milevault_core.store.activities.save import NotFound

STEP = "segment_efforts"
RECORDS = "personal_records"
MAX_NAME = 120


def add(
    session: Session, user_id: int, name: str, sport_group: str, drawn: DrawnLine, origin: str, origin_key: str = ""
) -> int:  # fmt: skip
    """Save a segment and have it searched for in all activities; returns its id.

    origin: drawn | climb | effort | gpx | device | milevault | demo. origin_key: its identifier where it comes from.
    """
    row = engine.raw(session).execute(
        "INSERT INTO route_segments (user_id, name, sport_group, origin, origin_key, line, altitudes, length_m, "
        "gain_m, start_cells, middle_cells, end_cells) VALUES (%(u)s, %(name)s, %(group)s, %(origin)s, %(key)s, "
        "%(line)s, %(altitudes)s, %(length_m)s, %(gain_m)s, %(start)s, %(middle)s, %(end)s) RETURNING id",
        _columns(drawn) | {"u": user_id, "name": tidy(name) or "Segment", "group": sport_group, "origin": origin,
                           "key": origin_key[:200]},
    ).fetchone()  # fmt: skip
    assert row is not None
    look_again(session, user_id, [row[0]])
    return int(row[0])


def tidy(name: str) -> str:
    """A name in one line, cut to MAX_NAME characters."""
    return " ".join(straight(name).split())[:MAX_NAME]


def _columns(drawn: DrawnLine) -> dict:
    start, middle, end = candidate_cells(drawn.line)
    return {
        "line": pack_places(*drawn.line.places()), "altitudes": drawn.altitudes.astype("<f4").tobytes(),
        "length_m": drawn.line.length_m, "gain_m": drawn.gain_m, "start": start, "middle": middle, "end": end,
    }  # fmt: skip


def known_keys(session: Session, user_id: int, origin: str) -> set[str]:
    """The origin_key of every stored segment of an origin."""
    query = text("SELECT origin_key FROM route_segments WHERE user_id = :u AND origin = :o")
    return set(session.scalars(query, {"u": user_id, "o": origin}))


def of_origin(session: Session, user_id: int, origin: str) -> list[int]:
    """The segments of an origin."""
    query = text("SELECT id FROM route_segments WHERE user_id = :u AND origin = :o ORDER BY id")
    return list(session.scalars(query, {"u": user_id, "o": origin}))


def rename(session: Session, user_id: int, segment_id: int, name: str) -> None:
    """Rename a segment. Raises ValueError for an empty name."""
    if not tidy(name):
        raise ValueError("A segment needs a name.")
    _one(session.execute(
        text("UPDATE route_segments SET name = :n WHERE user_id = :u AND id = :s RETURNING id"),
        {"n": tidy(name), "u": user_id, "s": segment_id},
    ))  # fmt: skip


def set_sport(session: Session, user_id: int, segment_id: int, sport_group: str) -> None:
    """Set the sport group in whose activities a segment is searched for; does nothing if it is unchanged. Raises
    NotFound."""
    own = {"g": sport_group, "u": user_id, "s": segment_id}
    now = session.scalar(text("SELECT sport_group FROM route_segments WHERE user_id = :u AND id = :s"), own)
    if now is None:
        raise NotFound("There is no such segment.")
    if now == sport_group:
        return
    session.execute(text("UPDATE route_segments SET sport_group = :g WHERE user_id = :u AND id = :s"), own)
    look_again(session, user_id, [segment_id])


def redraw(session: Session, user_id: int, segment_id: int, drawn: DrawnLine) -> None:
    """Give a segment another line; its efforts are then searched for again."""
    _one(engine.raw(session).execute(
        "UPDATE route_segments SET line = %(line)s, altitudes = %(altitudes)s, length_m = %(length_m)s, "
        "gain_m = %(gain_m)s, start_cells = %(start)s, middle_cells = %(middle)s, end_cells = %(end)s "
        "WHERE user_id = %(u)s AND id = %(s)s RETURNING id",
        _columns(drawn) | {"u": user_id, "s": segment_id},
    ))  # fmt: skip
    look_again(session, user_id, [segment_id])


def drawn_of(session: Session, user_id: int, segment_id: int) -> DrawnLine:
    """A segment as it was drawn. Raises NotFound."""
    row = engine.raw(session).cursor(binary=True).execute(
        "SELECT line, altitudes FROM route_segments WHERE user_id = %s AND id = %s", (user_id, segment_id)
    ).fetchone()  # fmt: skip
    if row is None:
        raise NotFound("There is no such segment.")
    lat, lon = unpack_places(row[0])
    altitudes = np.frombuffer(row[1], "<f4").astype(float)
    drawn = draw(lat, lon, altitudes if len(altitudes) == len(lat) else None)
    if len(altitudes) != len(drawn.line.points):
        return drawn
    return drawn._replace(altitudes=altitudes, gain_m=float(altitudes[-1] - altitudes[0]))


def add_reverse(session: Session, user_id: int, segment_id: int, name: str) -> int:
    """Save the same segment in the opposite direction; returns its id."""
    group = session.scalar(
        text("SELECT sport_group FROM route_segments WHERE user_id = :u AND id = :s"),
        {"u": user_id, "s": segment_id},
    )
    drawn = reversed_of(drawn_of(session, user_id, segment_id))
    return add(session, user_id, name, group or "", drawn, "drawn")


def delete(session: Session, user_id: int, segment_ids: Sequence[int]) -> int:
    """Delete segments with their efforts; returns how many. Other users' segments are left alone."""
    own = {"u": user_id, "s": list(segment_ids)}
    held = session.scalars(
        text("SELECT DISTINCT activity_id FROM segment_efforts WHERE user_id = :u AND segment_id = ANY(:s)"), own
    ).all()  # fmt: skip
    gone = session.scalars(
        text("DELETE FROM route_segments WHERE user_id = :u AND id = ANY(:s) RETURNING id"), own
    ).all()
    for activity in held:
        marks.mark_steps(session, user_id, activity, (RECORDS,))
    if gone:
        queue.defer_derive(session, user_id)
        marks.raise_revision(session, user_id)
    return len(gone)


def look_again(session: Session, user_id: int, segment_ids: Sequence[int]) -> None:
    """Have segments searched for in all activities again; other users' segments are left alone."""
    own = session.scalars(
        text("SELECT id FROM route_segments WHERE user_id = :u AND id = ANY(:s)"),
        {"u": user_id, "s": list(segment_ids)},
    ).all()
    for one in own:
        marks.mark_steps(session, user_id, -one, (STEP,))
    if own:
        queue.defer_derive(session, user_id)


def _one(result) -> None:
    if result.fetchone() is None:
        raise NotFound("There is no such segment.")
