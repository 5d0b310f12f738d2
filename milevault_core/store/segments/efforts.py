"""Efforts and lines of segments, read and written by the step that finds efforts."""

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.segments.cells import Candidates
from milevault_core.segments.refine import MOST
from milevault_core.store import engine


class SegmentOutline(NamedTuple):
    """A segment as it is searched for. line: packed points (segments/packed.py)."""

    sport_group: str
    line: bytes
    gain_m: float | None
    candidates: Candidates


class NewEffort(NamedTuple):
    """An effort to be saved; t0_s, t1_s: since the activity's start."""

    segment_id: int
    activity_id: int
    number: int
    t0_s: float
    t1_s: float
    plus_minus_s: float
    away: float
    heart_rate: float | None
    power: float | None
    cadence: float | None
    gain_m: float | None
    sideways: bytes


class RefinedSegment(NamedTuple):
    """A segment refined from its efforts. line: packed points; outline: float32 pairs lat, lon."""

    segment_id: int
    line: bytes
    outline: bytes
    length_m: float
    gain_m: float | None
    made_of: str


def known(session: Session, user_id: int) -> dict[int, SegmentOutline]:
    """All segments of a user."""
    rows = engine.raw(session).cursor(binary=True).execute(
        "SELECT id, sport_group, line, gain_m, start_cells, middle_cells, end_cells FROM route_segments "
        "WHERE user_id = %s ORDER BY id", (user_id,),
    )  # fmt: skip
    return {i: SegmentOutline(group, line, gain, Candidates(*cells)) for i, group, line, gain, *cells in rows}


def passed_by(session: Session, user_id: int, segments: Collection[int]) -> set[int]:
    """The activities with an effort on one of these segments."""
    if not segments:
        return set()
    query = text(
        "SELECT DISTINCT activity_id FROM segment_efforts WHERE user_id = :u AND segment_id = ANY(:s)"
    )
    return set(session.scalars(query, {"u": user_id, "s": list(segments)}))


def forget_efforts(
    session: Session, user_id: int, segments: Sequence[int] = (), activities: Sequence[int] = ()
) -> set[int]:
    """Remove the efforts on these segments and those of these activities; returns the segments they were on."""
    gone = engine.raw(session).execute(
        "DELETE FROM segment_efforts WHERE user_id = %s AND (segment_id = ANY(%s) OR activity_id = ANY(%s)) "
        "RETURNING segment_id",
        (user_id, list(segments), list(activities)),
    )
    return {row[0] for row in gone}


_FIELDS = NewEffort._fields
_INSERT = f"""
INSERT INTO segment_efforts (user_id, start_time, time_s, {", ".join(_FIELDS)})
SELECT a.user_id, a.start_time + e.t0_s * interval '1 second', e.t1_s - e.t0_s, {", ".join(f"e.{f}" for f in _FIELDS)}
FROM unnest(%(segment_id)s::int[], %(activity_id)s::int[], %(number)s::int2[], %(t0_s)s::float8[], %(t1_s)s::float8[],
    %(plus_minus_s)s::float4[], %(away)s::float4[], %(heart_rate)s::float4[], %(power)s::float4[],
    %(cadence)s::float4[], %(gain_m)s::float4[], %(sideways)s::bytea[]) AS e ({", ".join(_FIELDS)})
JOIN activities a ON a.id = e.activity_id AND a.user_id = %(u)s
JOIN route_segments s ON s.id = e.segment_id AND s.user_id = %(u)s
"""


def save_efforts(session: Session, user_id: int, found: Sequence[NewEffort]) -> None:
    """Insert efforts; earlier ones must have been removed before."""
    if found:
        columns = dict(zip(_FIELDS, map(list, zip(*found, strict=True)), strict=True))
        engine.raw(session).execute(_INSERT, columns | {"u": user_id})


# An effort can only disappear unnoticed with its activity; then the efforts of all segments are compared with those
# that their lines were made of.
_MADE_OF = """
SELECT s.id FROM route_segments s
LEFT JOIN segment_lines l ON l.segment_id = s.id AND l.user_id = s.user_id
LEFT JOIN LATERAL (
    SELECT md5(coalesce(string_agg(e.activity_id || '/' || e.number, ','
        ORDER BY e.start_time, e.activity_id, e.number), '')) AS made_of
    FROM segment_efforts e WHERE e.user_id = s.user_id AND e.segment_id = s.id) AS now ON true
WHERE s.user_id = %s AND (l.segment_id IS NULL OR l.made_of <> now.made_of OR s.id = ANY(%s)) ORDER BY s.id
"""


def others_than_made_of(session: Session, user_id: int, touched: Iterable[int]) -> list[int]:
    """The touched segments, and those whose efforts are no longer those that their line was made of."""
    rows = engine.raw(session).execute(_MADE_OF, (user_id, list(touched)))
    return [row[0] for row in rows]


def shapes(session: Session, user_id: int, segment_id: int) -> tuple[list[bytes], list[float], str]:
    """Of the efforts on a segment: how far to the side the latest MOST were (packed), all elevation gains, and a hash
    of the efforts."""
    raw = engine.raw(session).cursor(binary=True)
    own = {"u": user_id, "s": segment_id, "n": MOST}
    latest = raw.execute(
        "SELECT sideways FROM segment_efforts WHERE user_id = %(u)s AND segment_id = %(s)s "
        "ORDER BY start_time DESC, activity_id, number LIMIT %(n)s", own,
    ).fetchall()  # fmt: skip
    ((gains, made_of),) = raw.execute(
        "SELECT coalesce(array_agg(gain_m::float8) FILTER (WHERE gain_m IS NOT NULL), '{}'), md5(coalesce(string_agg("
        "activity_id || '/' || number, ',' ORDER BY start_time, activity_id, number), '')) FROM segment_efforts "
        "WHERE user_id = %(u)s AND segment_id = %(s)s", own,
    ).fetchall()  # fmt: skip
    return [row[0] for row in latest], gains, made_of


def save_line(session: Session, user_id: int, refined: RefinedSegment) -> None:
    """Save a segment's refined line, replacing an earlier one."""
    engine.raw(session).execute(
        "INSERT INTO segment_lines (segment_id, user_id, line, outline, length_m, gain_m, made_of) "
        "SELECT s.id, s.user_id, %(line)s, %(outline)s, %(length_m)s, %(gain_m)s, %(made_of)s FROM route_segments s "
        "WHERE s.user_id = %(u)s AND s.id = %(segment_id)s ON CONFLICT (segment_id) DO UPDATE SET "
        "line = excluded.line, outline = excluded.outline, length_m = excluded.length_m, gain_m = excluded.gain_m, "
        "made_of = excluded.made_of",
        refined._asdict() | {"u": user_id},
    )


_INSIDE = """
SELECT e.row::int4 AS row, extract(epoch FROM p.time - a.start_time)::float8 AS seconds,
       p.heart_rate::float8 AS heart_rate, p.power::float8 AS power, p.cadence::float8 AS cadence,
       p.altitude::float8 AS altitude
FROM unnest(string_to_array($2, ',')::int[], string_to_array($3, ',')::float8[], string_to_array($4, ',')::float8[])
     WITH ORDINALITY AS e (activity_id, t0_s, t1_s, row)
JOIN activities a ON a.id = e.activity_id AND a.user_id = $1
JOIN activity_data_points p ON p.activity_id = a.id
     AND p.time BETWEEN a.start_time + (e.t0_s - 8) * interval '1 second'
     AND a.start_time + (e.t1_s + 8) * interval '1 second'
ORDER BY e.row, p.time, p.seq
"""
_SENSORS = ("heart_rate", "power", "cadence", "altitude")


def inside(user_id: int, windows: Sequence[tuple[int, float, float]]) -> list[dict[str, np.ndarray]]:
    """What was recorded during each window (activity, t0_s, t1_s) and 8 s before and after it: seconds since the
    activity's start, heart_rate, power, cadence, altitude; NaN where unknown."""
    if not windows:
        return []
    lists = [",".join(repr(v) for v in column) for column in zip(*windows, strict=True)]
    table = engine.read_arrow(_INSIDE, (user_id, *lists))
    row = table.column("row").to_numpy()
    ends = np.searchsorted(row, np.arange(1, len(windows) + 2))
    columns = {n: table.column(n).to_numpy().astype(float) for n in ("seconds", *_SENSORS)}
    return [{name: values[a:b] for name, values in columns.items()} for a, b in pairwise(ends)]
