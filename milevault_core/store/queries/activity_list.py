"""The list of activities in two cheap steps: the figures of all activities, and the outlines of the shown ones."""

import json
from datetime import date

import pandas as pd

from milevault_core import store

_LISTED = (
    "FROM activities a LEFT JOIN activity_tracks t ON t.activity_id = a.id "
    "LEFT JOIN route_members r ON r.user_id = a.user_id AND r.activity_id = a.id "
    "WHERE a.user_id = $1 AND NOT a.is_transition"
)


def figures(user_id: int) -> pd.DataFrame:
    """Every activity without its outline, newest first: id, name, sport, sport_name, is_indoor, is_commute, gear, tags,
    start_time, time_zone, utc_offset_s, local_day, elapsed_s, moving_s, distance_m, ascent_m, avg_speed,
    avg_heart_rate, avg_power, date_doubted, counts (in totals), route (0: none), has_track."""
    return store.read(
        "SELECT a.id, a.name, a.sport, a.sport_name, a.is_indoor, a.is_commute, a.gear, a.tags, a.start_time, "
        "a.time_zone, a.utc_offset_s, a.local_day, a.elapsed_s, a.moving_s, a.distance_m, a.ascent_m, a.avg_speed, "
        "a.avg_heart_rate, a.avg_power, a.date_doubted, NOT a.date_doubted AND NOT a.is_left_out AS counts, "
        "coalesce(r.route, 0) AS route, t.activity_id IS NOT NULL AS has_track "
        f"{_LISTED} ORDER BY a.start_time DESC, a.id DESC",
        (user_id,),
    )


def stamp(user_id: int) -> str:
    """A cache key that changes whenever something in `figures` does; "" without activities. It sums the versions of all
    rows: the highest version alone would miss a change that began before another one and was committed after it."""
    rows = store.read(
        "SELECT concat_ws(' ', count(*), sum(a.xmin::text::int8), sum(t.xmin::text::int8), count(r.route), "
        f"sum(r.xmin::text::int8)) AS stamp {_LISTED}",
        (user_id,),
    )
    stamp = str(rows["stamp"].iloc[0])
    return "" if stamp.startswith("0 ") else stamp


def tags(user_id: int) -> list[str]:
    """The tags of a user's activities, in alphabetical order."""
    rows = store.read(
        "SELECT DISTINCT t.tag FROM activities a CROSS JOIN LATERAL unnest(string_to_array(a.tags, ', ')) AS t (tag) "
        "WHERE a.user_id = $1 AND a.tags <> '' ORDER BY t.tag",
        (user_id,),
    )
    return list(rows["tag"])


def of_days(user_id: int, first: date, last: date) -> pd.DataFrame:
    """The activities of some local days, earliest first: id, name, sport, sport_name, start_time, time_zone,
    utc_offset_s, local_day, elapsed_s, moving_s, distance_m, ascent_m, counts (in totals), load (NaN if not known).
    Activities with a doubtful date belong to no day."""
    return store.read(
        "SELECT id, name, sport, sport_name, start_time, time_zone, utc_offset_s, local_day, elapsed_s, moving_s, "
        "distance_m, ascent_m, NOT is_left_out AS counts, (t.metrics->>'load')::float8 AS load FROM activities "
        "LEFT JOIN activity_training t ON t.activity_id = id WHERE user_id = $1 AND NOT is_transition "
        "AND NOT date_doubted AND local_day BETWEEN $2 AND $3 ORDER BY start_time, id",
        (user_id, first, last),
    )


def doubted(user_id: int) -> pd.DataFrame:
    """The activities whose date cannot be right, earliest first: id, name, sport, start_time, time_zone, utc_offset_s,
    date_hints (possible starts as ISO texts, likeliest first)."""
    rows = store.read(
        "SELECT id, name, sport, start_time, time_zone, utc_offset_s, date_hints::text AS date_hints FROM activities "
        "WHERE user_id = $1 AND date_doubted AND NOT is_transition ORDER BY start_time, id",
        (user_id,),
    )
    return rows.assign(date_hints=[json.loads(text) for text in rows["date_hints"]])


def outlines(user_id: int, activity_ids: list[int]) -> dict[int, bytes]:
    """The outlines (float32 pairs lat, lon) of these activities, by id; those without a track are left out."""
    rows = store.read(
        "SELECT t.activity_id, t.outline FROM activity_tracks t JOIN activities a ON a.id = t.activity_id "
        "WHERE a.user_id = $1 AND a.id = ANY(string_to_array($2, ',')::int[])",
        (user_id, ",".join(str(int(i)) for i in activity_ids)),
    )
    return dict(zip((int(i) for i in rows["activity_id"]), rows["outline"], strict=True))
