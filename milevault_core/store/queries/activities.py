"""Activities: lists, a single activity, its laps, its points, its originals."""

import json
from collections.abc import Sequence

import numpy as np
import pandas as pd

from milevault_core import store
from milevault_core.store.activities import channels as channels_packing
from milevault_core.store.activities import points
from milevault_core.store.imports import originals

_LIST = """
SELECT a.id, a.name, a.sport, a.sub_sport, a.sport_name, a.is_indoor, a.is_virtual, a.start_time, a.time_zone,
       a.utc_offset_s, a.local_day, a.elapsed_s, a.timer_s, a.moving_s, a.distance_m, a.ascent_m, a.avg_speed,
       a.avg_heart_rate, a.avg_power, a.date_doubted, t.outline
FROM activities a LEFT JOIN activity_tracks t ON t.activity_id = a.id
WHERE a.user_id = $1 AND NOT a.is_transition
ORDER BY a.start_time DESC, a.id DESC
"""


def recent(user_id: int, limit: int | None = None) -> pd.DataFrame:
    """Activities, newest first, all of them or `limit`: the figures for a list and `outline` (float32 pairs lat, lon as
    bytes, or None)."""
    if limit is None:
        return store.read(_LIST, (user_id,))
    return store.read(_LIST + " LIMIT $2", (user_id, limit))


def sports(user_id: int) -> list[str]:
    """The sports of a user's activities, most frequent first."""
    rows = store.read(
        "SELECT sport FROM activities WHERE user_id = $1 GROUP BY sport ORDER BY count(*) DESC, sport",
        (user_id,),
    )
    return list(rows["sport"])


def one(user_id: int, activity_id: int) -> dict | None:
    """Every column of an activity, and gear_label (what the user calls its gear, "" for the same name);
    `problems` and `details` as Python objects. None if it is not the user's."""
    return next(iter(some(user_id, [activity_id])), None)


def some(user_id: int, activity_ids: Sequence[int]) -> list[dict]:
    """The same for several activities, in their order, with one statement; those that are not the user's are left
    out."""
    rows = store.read(
        "SELECT a.id, a.name, a.sport, a.sub_sport, a.sport_name, a.is_indoor, a.is_virtual, a.is_transition, "
        "a.start_time, a.time_zone, a.utc_offset_s, a.local_day, a.elapsed_s, a.timer_s, a.moving_s, a.distance_m, "
        "a.ascent_m, a.descent_m, a.avg_speed, a.max_speed, a.avg_heart_rate, a.max_heart_rate, a.avg_cadence, "
        "a.avg_power, a.max_power, a.avg_temperature, a.calories, a.point_count, a.device, a.event_key, "
        "a.description, a.private_note, a.gear, a.is_commute, a.is_race, a.is_left_out, a.tags, a.rpe, "
        "a.details::text AS details, a.problems::text AS problems, a.understood, a.version, "
        "a.date_doubted, a.date_hints::text AS date_hints, coalesce(i.label, '') AS gear_label "
        "FROM activities a LEFT JOIN gear_items i ON i.user_id = a.user_id AND i.name = a.gear "
        "WHERE a.user_id = $1 AND a.id = ANY(string_to_array($2, ',')::bigint[]) "
        "ORDER BY array_position(string_to_array($2, ','), a.id::text)",
        (user_id, ",".join(map(str, activity_ids))),
    )
    return [_whole(row) for _, row in rows.iterrows()]


def _whole(row: pd.Series) -> dict:
    whole: dict = {name: None if _is_missing(value) else value for name, value in row.items()}
    for name in ("details", "problems", "date_hints"):
        whole[name] = json.loads(whole[name])
    return whole


def is_pending(user_id: int, activity_id: int) -> bool:
    """Whether figures or records of an activity are still to be computed. A records step that has failed does not
    count."""
    rows = store.read(
        "SELECT EXISTS (SELECT 1 FROM dirty_activities WHERE user_id = $1 AND activity_id = $2) "
        "OR EXISTS (SELECT 1 FROM dirty_steps s WHERE s.user_id = $1 AND s.activity_id = $2 "
        "AND s.step IN ('', 'personal_records') AND NOT EXISTS (SELECT 1 FROM set_aside f "
        "WHERE f.user_id = $1 AND f.scope = 'athlete' AND f.step = s.step AND f.key = '')) AS is_pending",
        (user_id, activity_id),
    )
    return bool(rows["is_pending"].iloc[0])


def track(user_id: int, activity_id: int) -> pd.DataFrame:
    """The points of an activity (milevault_core.track.table, with `seq`); empty if it is not the user's."""
    return points.load(user_id, activity_id)


def laps(user_id: int, activity_id: int, kind: str = "lap") -> pd.DataFrame:
    """Laps (or with kind "length" pool lengths) of an activity in their order."""
    return store.read(
        "SELECT l.number, l.start_time, l.elapsed_s, l.timer_s, l.distance_m, l.ascent_m, l.descent_m, l.avg_speed, "
        "l.max_speed, l.avg_heart_rate, l.max_heart_rate, l.avg_cadence, l.avg_power, l.max_power, l.calories, "
        "l.strokes, l.stroke, l.trigger, l.intensity, l.workout_step FROM activity_laps l "
        "JOIN activities a ON a.id = l.activity_id WHERE a.user_id = $1 AND a.id = $2 AND l.kind = $3 "
        "ORDER BY l.number",
        (user_id, activity_id, kind),
    )


def sets(user_id: int, activity_id: int) -> pd.DataFrame:
    """Sets of a strength workout in their order."""
    return store.read(
        "SELECT s.number, s.start_time, s.duration_s, s.repetitions, s.weight_kg, s.exercise, s.is_active "
        "FROM activity_sets s JOIN activities a ON a.id = s.activity_id "
        "WHERE a.user_id = $1 AND a.id = $2 ORDER BY s.number",
        (user_id, activity_id),
    )


def metrics(user_id: int, activity_id: int) -> pd.DataFrame:
    """Every candidate for every figure of an activity: name, origin (device | computed | edited), value."""
    return store.read(
        "SELECT m.name, m.origin, m.value FROM activity_metrics m JOIN activities a ON a.id = m.activity_id "
        "WHERE a.user_id = $1 AND a.id = $2 ORDER BY m.name, m.origin",
        (user_id, activity_id),
    )


def channels(user_id: int, activity_id: int) -> pd.DataFrame:
    """The channels of an activity, which hold values per point outside the fixed columns: name, developer, unit. Their
    values: `channel`."""
    return store.read(
        "SELECT c.name, c.developer, c.unit FROM activity_channels c JOIN activities a ON a.id = c.activity_id "
        "WHERE a.user_id = $1 AND a.id = $2 ORDER BY c.name, c.developer",
        (user_id, activity_id),
    )


def channel(user_id: int, activity_id: int, channel_name: str, developer: str = "") -> np.ndarray:
    """The values of a channel: float32, one per point of `track`, NaN where missing; empty if there is no such
    channel."""
    rows = store.read(
        "SELECT c.values FROM activity_channels c JOIN activities a ON a.id = c.activity_id "
        "WHERE a.user_id = $1 AND a.id = $2 AND c.name = $3 AND c.developer = $4",
        (user_id, activity_id, channel_name, developer),
    )
    return channels_packing.unpack(rows["values"].iloc[0]) if len(rows) else np.empty(0, "f4")


def originals_of(user_id: int, activity_id: int) -> pd.DataFrame:
    """The files that an activity was made from: original_id, name, size_bytes, format, part, is_primary."""
    return store.read(
        "SELECT o.id AS original_id, o.name, o.size_bytes, r.format, r.part, r.is_primary "
        "FROM activity_recordings r JOIN original_files o ON o.id = r.original_id "
        "WHERE r.user_id = $1 AND r.activity_id = $2 ORDER BY r.is_primary DESC, r.id",
        (user_id, activity_id),
    )


def original(user_id: int, original_id: int) -> originals.Original | None:
    """An original file with its bytes as they came; None if it is not the user's."""
    with store.session() as session:
        return originals.fetch(session, user_id, original_id)


def _is_missing(value) -> bool:
    return value is None or value is pd.NaT or (isinstance(value, float | np.floating) and np.isnan(value))
