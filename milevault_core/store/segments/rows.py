"""Segments as their owner makes and changes them. Every write raises NotFound for another's segment, and marks what is
to be computed again: the step looks at a segment by minus its id."""

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
    """Save a segment and have it looked for in all activities; returns its id.

    origin: drawn | climb | effort | gpx | device | milevault | demo. origin_key: what it is called where it comes from.
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
    """A name in one line, not too long."""
    return " ".join(straight(name).split())[:MAX_NAME]


def _columns(drawn: DrawnLine) -> dict:
    start, middle, end = candidate_cells(drawn.line)
    return {
        "line": pack_places(*drawn.line.places()), "altitudes": drawn.altitudes.astype("<f4").tobytes(),
        "length_m": drawn.line.length_m, "gain_m": drawn.gain_m, "start": start, "middle": middle, "end": end,
    }  # fmt: skip


def known_keys(session: Session, user_id: int, origin: str) -> set[str]:
    """The origin_key of every segment of an origin that is here."""
    query = text("SELECT origin_key FROM route_segments WHERE user_id = :u AND origin = :o")
    return set(session.scalars(query, {"u": user_id, "o": origin}))


def of_origin(session: Session, user_id: int, origin: str) -> list[int]:
    """The segments of an origin."""
    query = text("SELECT id FROM route_segments WHERE user_id = :u AND origin = :o ORDER BY id")
    return list(session.scalars(query, {"u": user_id, "o": origin}))


def rename(session: Session, user_id: int, segment_id: int, name: str) -> None:
    """Give a segment another name; ValueError for an empty one."""
    if not tidy(name):
        raise ValueError("A segment needs a name.")
    _one(session.execute(
        text("UPDATE route_segments SET name = :n WHERE user_id = :u AND id = :s RETURNING id"),
        {"n": tidy(name), "u": user_id, "s": segment_id},
    ))  # fmt: skip


def set_sport(session: Session, user_id: int, segment_id: int, sport_group: str) -> None:
    """The sport group in whose activities a segment is looked for; nothing happens where it is that already. Raises
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
    """Give a segment another line; all its efforts are found again."""
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
    """Save the same stretch the other way round; returns its id."""
    group = session.scalar(
        text("SELECT sport_group FROM route_segments WHERE user_id = :u AND id = :s"),
        {"u": user_id, "s": segment_id},
    )
    drawn = reversed_of(drawn_of(session, user_id, segment_id))
    return add(session, user_id, name, group or "", drawn, "drawn")


def delete(session: Session, user_id: int, segment_ids: Sequence[int]) -> int:
    """Delete segments with their efforts; returns how many. Those that are not the user's are left alone."""
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
    """Have segments looked for in all activities again; those that are not the user's are left alone."""
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
