"""Segments: the list, a single segment, its efforts, those of an activity."""

import numpy as np
import pandas as pd

from milevault_core import store

_SEGMENTS = """
WITH total AS (
    SELECT e.segment_id, count(*) AS efforts, min(e.time_s) AS best_s, max(e.start_time) AS last_time,
           (array_agg(e.time_s ORDER BY e.start_time DESC))[1] AS last_s,
           (array_agg(a.time_zone ORDER BY e.start_time DESC))[1] AS time_zone,
           (array_agg(a.utc_offset_s ORDER BY e.start_time DESC))[1] AS utc_offset_s,
           mode() WITHIN GROUP (ORDER BY a.sport) AS sport
    FROM segment_efforts e JOIN activities a ON a.id = e.activity_id AND a.user_id = e.user_id
    WHERE e.user_id = $1 {some} GROUP BY e.segment_id
)
SELECT s.id, s.name, s.sport_group, coalesce(t.sport, '') AS sport, s.origin, s.created_at,
       coalesce(l.length_m, s.length_m) AS length_m, coalesce(l.gain_m, s.gain_m) AS gain_m, l.outline,
       coalesce(t.efforts, 0) AS efforts, t.best_s, t.last_s, t.last_time,
       coalesce(t.time_zone, '') AS time_zone, coalesce(t.utc_offset_s, 0) AS utc_offset_s {more}
FROM route_segments s LEFT JOIN total t ON t.segment_id = s.id
LEFT JOIN segment_lines l ON l.segment_id = s.id AND l.user_id = s.user_id
WHERE s.user_id = $1
"""


def listed(user_id: int) -> pd.DataFrame:
    """Every segment with what a list shows, the latest passed first. outline: float32 pairs lat, lon as bytes, None
    until efforts have been searched for; gain_m: altitude at the end minus that at the start."""
    return store.read(
        _SEGMENTS.format(some="", more="") + " ORDER BY t.last_time DESC NULLS LAST, s.id DESC", (user_id,)
    )


def one(user_id: int, segment_id: int) -> dict | None:
    """A segment as in `listed`, with `line` as refined from its efforts and `drawn` as it was drawn, both (n, 2)
    degrees lat, lon at equal distances, and `altitudes` in m at each drawn point, or empty. None when the user has no
    such segment."""
    more = ", coalesce(l.line, s.line) AS line, s.line AS drawn, s.altitudes"
    query = _SEGMENTS.format(some="AND e.segment_id = $2", more=more)
    rows = store.read(f"{query} AND s.id = $2", (user_id, segment_id))
    if rows.empty:
        return None
    found = {str(name): value for name, value in rows.iloc[0].items()}
    places = {n: np.frombuffer(found[n], "<i4").reshape(-1, 2) * 1e-7 for n in ("line", "drawn")}
    return found | places | {"altitudes": np.frombuffer(found["altitudes"], "<f4").astype(float)}


# The athlete's weight on a day: the last value before it, else the first after it; on the same side, values that the
# user entered before those from devices.
_WEIGHT = (
    "(SELECT v.value FROM athlete_values v WHERE v.user_id = a.user_id AND v.name = 'weight_kg' "
    "ORDER BY v.valid_from > a.local_day, v.origin = 'device', abs(v.valid_from - a.local_day) LIMIT 1)"
)


def efforts(user_id: int, segment_id: int) -> pd.DataFrame:
    """The efforts on a segment, earliest first: activity_id, number, time_s, plus_minus_s (one standard deviation),
    t0_s, t1_s since the activity's start, away, heart_rate, power, cadence, weight_kg (NaN where unknown), gain_m, and
    the activity's name, sport, start, time zone and day."""
    return store.read(
        "SELECT e.activity_id, e.number, e.start_time, e.time_s, e.plus_minus_s, e.t0_s, e.t1_s, e.away, "
        "e.heart_rate::float8 AS heart_rate, e.power::float8 AS power, e.cadence::float8 AS cadence, "
        f"e.gain_m::float8 AS gain_m, {_WEIGHT} AS weight_kg, a.name, a.sport, a.start_time AS begun, a.time_zone, "
        "a.utc_offset_s, a.local_day FROM segment_efforts e "
        "JOIN activities a ON a.id = e.activity_id AND a.user_id = e.user_id "
        "WHERE e.user_id = $1 AND e.segment_id = $2 ORDER BY e.start_time, e.activity_id, e.number",
        (user_id, segment_id),
    )


def of_activity(user_id: int, activity_id: int) -> pd.DataFrame:
    """The efforts of an activity in order of time: segment_id, name, length_m, gain_m, number, time_s, plus_minus_s,
    t0_s, t1_s, heart_rate, power, weight_kg, rank (1: the fastest) among all `efforts` on the segment, and best_s, the
    fastest time of all others (NaN if there are none)."""
    return store.read(
        "SELECT e.segment_id, s.name, coalesce(l.length_m, s.length_m) AS length_m, "
        "coalesce(l.gain_m, s.gain_m) AS gain_m, e.number, e.time_s, e.plus_minus_s, e.t0_s, e.t1_s, "
        f"e.heart_rate::float8 AS heart_rate, e.power::float8 AS power, {_WEIGHT} AS weight_kg, "
        "o.faster + 1 AS rank, o.others + 1 AS efforts, o.best_s FROM segment_efforts e "
        "JOIN activities a ON a.id = e.activity_id AND a.user_id = e.user_id "
        "JOIN route_segments s ON s.id = e.segment_id AND s.user_id = e.user_id "
        "LEFT JOIN segment_lines l ON l.segment_id = s.id AND l.user_id = s.user_id "
        "CROSS JOIN LATERAL (SELECT count(*) AS others, count(*) FILTER (WHERE b.time_s < e.time_s) AS faster, "
        "min(b.time_s) AS best_s FROM segment_efforts b WHERE b.user_id = e.user_id AND b.segment_id = e.segment_id "
        "AND (b.activity_id, b.number) <> (e.activity_id, e.number)) AS o "
        "WHERE e.user_id = $1 AND e.activity_id = $2 ORDER BY e.t0_s, e.segment_id",
        (user_id, activity_id),
    )


def waiting(user_id: int) -> list[int]:
    """The segments that are still to be searched for in all activities; 0 stands for all segments."""
    rows = store.read(
        "SELECT DISTINCT -activity_id AS id FROM dirty_steps WHERE user_id = $1 AND step = 'segment_efforts' "
        "AND activity_id <= 0 ORDER BY 1",
        (user_id,),
    )
    return [int(i) for i in rows["id"]]
