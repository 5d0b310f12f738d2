"""Routes: the list, a single route, its attempts, its line, linked routes, decisions.

A route's id is that of the activity at its head; a drawn course has a negative id. In `one` and `attempts`, the id of
any activity finds the route that it belongs to.
"""

from datetime import date

import numpy as np
import pandas as pd

from milevault_core import store

# The time of an attempt: along the route if its profile has it, else that of the whole activity.
_TIME = "coalesce(m.route_s, a.elapsed_s)"
_ROUTES = f"""
WITH attempt AS (
    SELECT m.route, a.id, a.sport, a.start_time, a.time_zone, a.utc_offset_s, a.ascent_m, {_TIME} AS time_s,
           m.route_s IS NOT NULL OR n.shape = 'venue' AS is_timed
    FROM route_members m JOIN activities a ON a.id = m.activity_id AND a.user_id = m.user_id
    JOIN named_routes n ON n.user_id = m.user_id AND n.id = m.route
    WHERE m.user_id = $1 {{some}}
), total AS (
    SELECT route, count(*) AS attempts, min(start_time) AS first_time, max(start_time) AS last_time,
           min(time_s) FILTER (WHERE is_timed) AS best_s, percentile_cont(0.5) WITHIN GROUP (ORDER BY ascent_m)
           AS ascent_m, mode() WITHIN GROUP (ORDER BY sport) AS sport,
           (array_agg(time_zone ORDER BY start_time DESC))[1] AS time_zone,
           (array_agg(utc_offset_s ORDER BY start_time DESC))[1] AS utc_offset_s
    FROM attempt GROUP BY route
)
SELECT n.id, n.sport_group, coalesce(t.sport, '') AS sport, n.shape, n.heading, n.place, n.length_m, n.outline,
       n.quarter, n.beside, n.turn,
       coalesce(nullif(named.value, ''), c.name, '') AS name, c.id IS NOT NULL AS is_course,
       favourite.activity_id IS NOT NULL AS is_favourite, archived.activity_id IS NOT NULL AS is_archived,
       coalesce(t.attempts, 0) AS attempts, t.first_time, t.last_time, t.best_s,
       coalesce(t.ascent_m, c.ascent_m) AS ascent_m, coalesce(t.time_zone, '') AS time_zone,
       coalesce(t.utc_offset_s, 0) AS utc_offset_s {{more}}
FROM named_routes n LEFT JOIN total t ON t.route = n.id
LEFT JOIN route_courses c ON c.user_id = n.user_id AND -c.id = n.id
LEFT JOIN route_overrides named ON named.user_id = n.user_id AND named.activity_id = n.id AND named.decision = 'name'
LEFT JOIN route_overrides favourite
    ON favourite.user_id = n.user_id AND favourite.activity_id = n.id AND favourite.decision = 'favourite'
LEFT JOIN route_overrides archived
    ON archived.user_id = n.user_id AND archived.activity_id = n.id AND archived.decision = 'archived'
WHERE n.user_id = $1
"""
_LINE = (
    ", coalesce((SELECT l.line FROM activity_lines l WHERE l.user_id = n.user_id AND l.activity_id = n.id), c.line) "
    "AS line"
)
# The route with this id, or the route of the activity with this id.
_FOUND = (
    "coalesce((SELECT id FROM named_routes WHERE user_id = $1 AND id = $2), "
    "(SELECT route FROM route_members WHERE user_id = $1 AND activity_id = $2))"
)


def listed(user_id: int) -> pd.DataFrame:
    """Every route with what a list shows, latest first. best_s: among attempts whose time along the route is known;
    ascent_m: the median; outline: float32 pairs lat, lon as bytes; sport: the most frequent one."""
    return store.read(
        _ROUTES.format(some="", more="") + " ORDER BY t.last_time DESC NULLS LAST, n.id", (user_id,)
    )


def names(user_id: int) -> pd.DataFrame:
    """What the names of all routes are made of: id, sport_group, shape, heading, place, quarter, beside, turn,
    length_m, and name ("" if it was not named); also attempts, last_time, time_zone, utc_offset_s."""
    return store.read(
        "SELECT n.id, n.sport_group, n.shape, n.heading, n.place, n.quarter, n.beside, n.turn, n.length_m, "
        "coalesce(nullif(o.value, ''), c.name, '') AS name, coalesce(t.attempts, 0) AS attempts, t.last_time, "
        "coalesce(t.time_zone, '') AS time_zone, coalesce(t.utc_offset_s, 0) AS utc_offset_s FROM named_routes n "
        "LEFT JOIN (SELECT m.route, count(*) AS attempts, max(a.start_time) AS last_time, "
        "max(a.time_zone) AS time_zone, max(a.utc_offset_s) AS utc_offset_s FROM route_members m "
        "JOIN activities a ON a.id = m.activity_id "
        "AND a.user_id = m.user_id WHERE m.user_id = $1 GROUP BY m.route) t ON t.route = n.id "
        "LEFT JOIN route_courses c ON c.user_id = n.user_id AND -c.id = n.id "
        "LEFT JOIN route_overrides o ON o.user_id = n.user_id AND o.activity_id = n.id AND o.decision = 'name' "
        "WHERE n.user_id = $1",
        (user_id,),
    )


def one(user_id: int, route_id: int) -> dict | None:
    """A route as in `listed`, with its head's line: (1017, 2) degrees lat, lon at equal distances. None when the user
    has no such route (an activity that is the only one there has none)."""
    query = _ROUTES.format(some=f"AND m.route = {_FOUND}", more=_LINE)
    rows = store.read(f"{query} AND n.id = {_FOUND}", (user_id, route_id))
    if rows.empty:
        return None
    found = {str(name): value for name, value in rows.iloc[0].items()}
    packed = found["line"] if isinstance(found["line"], bytes) else b""
    return found | {"line": np.frombuffer(packed, "<i4").reshape(-1, 2) * 1e-7}


def attempts(user_id: int, route_id: int) -> pd.DataFrame:
    """The activities of a route, earliest first. time_s: along the route (if is_timed), else of the whole activity;
    stopped_s: time standing still along it; avg_temperature in °C where recorded."""
    return store.read(
        f"SELECT a.id, a.name, a.sport, a.start_time, a.time_zone, a.utc_offset_s, a.local_day, {_TIME} AS time_s, "
        "m.route_s IS NOT NULL AS is_timed, m.stopped_s, a.distance_m, a.ascent_m, a.avg_heart_rate, a.avg_power, "
        "a.avg_temperature, m.kind, m.forced, m.share FROM route_members m "
        "JOIN activities a ON a.id = m.activity_id AND a.user_id = m.user_id "
        f"WHERE m.user_id = $1 AND m.route = {_FOUND} ORDER BY a.start_time, a.id",
        (user_id, route_id),
    )


def of_day(user_id: int, route_id: int, day: date) -> pd.DataFrame:
    """The activities of a local day that could belong to a route: those of its sport group with a line. is_member:
    whether they already do."""
    return store.read(
        "SELECT a.id, a.name, a.sport, a.start_time, a.time_zone, a.utc_offset_s, "
        "coalesce(m.route = $2, false) AS is_member FROM activities a "
        "JOIN activity_lines l ON l.activity_id = a.id AND l.user_id = a.user_id "
        "JOIN named_routes n ON n.user_id = a.user_id AND n.id = $2 AND n.sport_group = l.sport_group "
        "LEFT JOIN route_members m ON m.user_id = a.user_id AND m.activity_id = a.id "
        "WHERE a.user_id = $1 AND a.local_day = $3 ORDER BY a.start_time, a.id",
        (user_id, route_id, day),
    )


def profiles(user_id: int, activity_ids: list[int]) -> pd.DataFrame:
    """The profiles by which attempts are compared: activity_id, route, profile (bytes, see
    milevault_core/routes/profile.py)."""
    return store.read(
        "SELECT activity_id, route, profile FROM route_members WHERE user_id = $1 "
        "AND activity_id = ANY(string_to_array($2, ',')::int[]) AND profile IS NOT NULL ORDER BY activity_id",
        (user_id, ",".join(str(int(i)) for i in activity_ids)),
    )


def links(user_id: int, route_id: int) -> pd.DataFrame:
    """Routes that are this one reversed (kind reversed, rotated_reversed), or several laps of it, or of which it is
    several laps (kind laps)."""
    return store.read(
        "SELECT CASE WHEN route = $2 THEN other ELSE route END AS other_id, kind, laps FROM route_links "
        "WHERE user_id = $1 AND (route = $2 OR other = $2) ORDER BY kind, 1",
        (user_id, route_id),
    )


def decisions(user_id: int, route_id: int) -> pd.DataFrame:
    """Decisions about which activities belong to a route: activity_id, decision (into | out | merged), and the
    activity's name, sport, start_time, time_zone, utc_offset_s."""
    return store.read(
        "SELECT o.activity_id, o.decision, coalesce(a.name, c.name) AS name, coalesce(a.sport, '') AS sport, "
        "a.start_time, coalesce(a.time_zone, '') AS time_zone, coalesce(a.utc_offset_s, 0) AS utc_offset_s "
        "FROM route_overrides o LEFT JOIN activities a ON a.id = o.activity_id AND a.user_id = o.user_id "
        "LEFT JOIN route_courses c ON -c.id = o.activity_id AND c.user_id = o.user_id "
        "WHERE o.user_id = $1 AND o.anchor = $2 AND (a.id IS NOT NULL OR c.id IS NOT NULL) ORDER BY a.start_time",
        (user_id, route_id),
    )


def of_activity(user_id: int, activity_id: int) -> dict | None:
    """The route that an activity belongs to, as in `one`, with `rank` (1: the fastest; None if the time along the route
    is not known) and `timed` (how many have a time). None when the activity belongs to no route."""
    rows = store.read(
        "SELECT n.id AS route, (SELECT count(*) FROM route_members o WHERE o.user_id = m.user_id "
        "AND o.route = m.route AND o.route_s < m.route_s) + 1 AS rank, m.route_s IS NOT NULL AS is_timed, "
        "(SELECT count(o.route_s) FROM route_members o WHERE o.user_id = m.user_id AND o.route = m.route) AS timed "
        "FROM route_members m JOIN named_routes n ON n.user_id = m.user_id AND n.id = m.route "
        "WHERE m.user_id = $1 AND m.activity_id = $2",
        (user_id, activity_id),
    )
    found = one(user_id, int(rows["route"].iloc[0])) if len(rows) else None
    if found is None:
        return None
    first = rows.iloc[0]
    return found | {"rank": int(first["rank"]) if first["is_timed"] else None, "timed": int(first["timed"])}


def pending(user_id: int) -> pd.DataFrame:
    """What is still to be matched: one row per step, with the number of marks (a mark can stand for all activities)."""
    return store.read(
        "SELECT step, count(*) AS activities FROM dirty_steps WHERE user_id = $1 AND step LIKE 'route%' "
        "GROUP BY step ORDER BY step",
        (user_id,),
    )
