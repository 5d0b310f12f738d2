"""One search over everything that has a name: activities, routes and their places, segments, gear, tags."""

import json

import pandas as pd

from milevault_core import store
from milevault_core.sports import SPORTS
from milevault_core.sports.nouns import PARTS_OF_DAY, noun

_BETWEEN = "\x1f"  # separates the patterns; no text contains it
_NOUNS = json.dumps({sport: noun(sport) for sport in SPORTS})
_LOCAL_HOUR = "extract(hour FROM (a.start_time AT TIME ZONE 'UTC') + a.utc_offset_s * interval '1 s')"
_MADE_NAME = (
    "CASE WHEN btrim(a.name) = '' THEN CASE "
    + " ".join(f"WHEN {_LOCAL_HOUR} < {until} THEN '{word}'" for until, word in PARTS_OF_DAY)
    + " END || ' ' || coalesce($4::jsonb->>a.sport, 'activity') END"
)


def found(user_id: int, searched: str, limit: int = 20) -> pd.DataFrame:
    """Everything that contains all of the searched words; activities come first, latest first. An activity without a
    name is also found by its generated name, one on a route also by the route's name and places. Columns: kind
    (activity | route | segment | gear | tag), id, name, about (place of a route, sport group of a segment, label of
    gear, for a tag how many activities have it), sport, sport_name, start_time, time_zone, utc_offset_s, shape,
    length_m, heading. limit: most rows of each kind."""
    patterns = _BETWEEN.join(f"%{_escaped(word)}%" for word in searched.split()[:8])
    if not patterns:
        patterns = "\x1e"  # which nothing contains
    return store.read(
        "WITH wanted AS (SELECT string_to_array($2, chr(31)) AS words), "
        "activity AS (SELECT 'activity' AS kind, a.id, a.name, '' AS about, a.sport, a.sport_name, a.start_time, "
        "a.time_zone, a.utc_offset_s, '' AS shape, a.distance_m AS length_m, '' AS heading FROM activities a "
        "LEFT JOIN gear_items i ON i.user_id = a.user_id AND i.name = a.gear AND a.gear <> '' "
        "LEFT JOIN route_members m ON m.user_id = a.user_id AND m.activity_id = a.id "
        "LEFT JOIN named_routes n ON n.user_id = a.user_id AND n.id = m.route "
        "LEFT JOIN route_overrides o ON o.user_id = n.user_id AND o.activity_id = n.id AND o.decision = 'name', "
        "wanted w WHERE a.user_id = $1 AND NOT a.is_transition AND concat_ws(' ', a.name, a.description, "
        "a.private_note, a.gear, i.label, a.tags, replace(a.sport, '_', ' '), a.sport_name, o.value, n.place, "
        f"n.quarter, {_MADE_NAME}) ILIKE ALL (w.words) "
        "ORDER BY a.start_time DESC LIMIT $3::int8), "
        "route AS (SELECT 'route' AS kind, n.id, coalesce(nullif(o.value, ''), c.name, '') AS name, "
        "coalesce(nullif(n.quarter, ''), n.place) AS about, "
        "'' AS sport, '' AS sport_name, NULL::timestamptz AS start_time, '' AS time_zone, 0 AS utc_offset_s, n.shape, "
        "n.length_m, n.heading FROM named_routes n LEFT JOIN route_courses c ON c.user_id = n.user_id AND -c.id = n.id "
        "LEFT JOIN route_overrides o ON o.user_id = n.user_id AND o.activity_id = n.id AND o.decision = 'name', "
        "wanted w WHERE n.user_id = $1 AND concat_ws(' ', o.value, c.name, n.place, n.quarter, n.shape, n.heading) "
        "ILIKE ALL (w.words) ORDER BY n.id DESC LIMIT $3::int8), "
        "gear AS (SELECT 'gear' AS kind, 0 AS id, g.name, max(coalesce(i.label, '')) AS about, '' AS sport, "
        "'' AS sport_name, NULL::timestamptz AS start_time, '' AS time_zone, 0 AS utc_offset_s, '' AS shape, "
        "NULL::float8 AS length_m, '' AS heading FROM (SELECT DISTINCT gear AS name FROM activities WHERE user_id = $1 "
        "AND gear <> '' UNION SELECT name FROM gear_items WHERE user_id = $1) g "
        "LEFT JOIN gear_items i ON i.user_id = $1 AND i.name = g.name, wanted w "
        "WHERE concat_ws(' ', g.name, i.label) ILIKE ALL (w.words) GROUP BY g.name ORDER BY g.name LIMIT $3::int8), "
        "tag AS (SELECT 'tag' AS kind, 0 AS id, t.tag AS name, count(*)::text AS about, '' AS sport, '' AS sport_name, "
        "NULL::timestamptz AS start_time, '' AS time_zone, 0 AS utc_offset_s, '' AS shape, NULL::float8 AS length_m, "
        "'' AS heading FROM activities a CROSS JOIN LATERAL unnest(string_to_array(a.tags, ', ')) AS t (tag), wanted w "
        "WHERE a.user_id = $1 AND a.tags <> '' AND t.tag ILIKE ALL (w.words) GROUP BY t.tag ORDER BY t.tag "
        "LIMIT $3::int8), "
        "segment AS (SELECT 'segment' AS kind, s.id, s.name, s.sport_group AS about, '' AS sport, '' AS sport_name, "
        "NULL::timestamptz AS start_time, '' AS time_zone, 0 AS utc_offset_s, '' AS shape, s.length_m, '' AS heading "
        "FROM route_segments s, wanted w WHERE s.user_id = $1 AND s.name ILIKE ALL (w.words) "
        "ORDER BY s.id DESC LIMIT $3::int8) "
        "SELECT * FROM activity UNION ALL SELECT * FROM route UNION ALL SELECT * FROM segment "
        "UNION ALL SELECT * FROM gear UNION ALL SELECT * FROM tag",
        (user_id, patterns, limit, _NOUNS),
    )


def _escaped(word: str) -> str:
    word = word.replace(_BETWEEN, "")
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
