"""The recordings that activities are made of, and what is in the trash."""

import json

import pandas as pd

from milevault_core import store


def of_activity(user_id: int, activity_id: int) -> pd.DataFrame:
    """The recordings of an activity, the primary one first: id, name (of the file), original_id, format, device,
    start_time, elapsed_s, point_count, is_primary, filled (name -> points taken), shift_s, source and imported_at (of
    its import)."""
    rows = store.read(
        "SELECT r.id, o.name, o.id AS original_id, r.format, r.device, r.start_time, r.elapsed_s, r.point_count, "
        "r.is_primary, r.filled::text AS filled, r.shift_s, coalesce(i.source, '') AS source, "
        "i.created_at AS imported_at FROM activity_recordings r JOIN original_files o ON o.id = r.original_id "
        "LEFT JOIN imports i ON i.id = r.import_id WHERE r.user_id = $1 AND r.activity_id = $2 "
        "ORDER BY r.is_primary DESC, r.fingerprint",
        (user_id, activity_id),
    )
    rows["filled"] = [json.loads(one) for one in rows["filled"]]
    return rows


def kept_apart(user_id: int, activity_id: int) -> list[int]:
    """The activities that this activity's recordings were taken apart from."""
    rows = store.read(
        "SELECT DISTINCT other.activity_id AS id FROM activity_recordings own JOIN recordings_apart d "
        "ON d.user_id = own.user_id AND own.fingerprint IN (d.first, d.second) JOIN activity_recordings other "
        "ON other.user_id = own.user_id AND other.fingerprint IN (d.first, d.second) "
        "AND other.activity_id <> own.activity_id WHERE own.user_id = $1 AND own.activity_id = $2 ORDER BY 1",
        (user_id, activity_id),
    )
    return [int(one) for one in rows["id"]]


def trash(user_id: int) -> pd.DataFrame:
    """Deleted activities, the last deleted first: activity_id, name, sport, start_time, time_zone, utc_offset_s,
    elapsed_s, distance_m, deleted_at, files (how many)."""
    return store.read(
        "SELECT t.activity_id, t.name, t.sport, t.start_time, t.time_zone, t.utc_offset_s, t.elapsed_s, t.distance_m, "
        "t.deleted_at, count(r.id) AS files FROM trashed_activities t "
        "LEFT JOIN activity_recordings r ON r.trashed_id = t.activity_id WHERE t.user_id = $1 "
        "GROUP BY t.activity_id ORDER BY t.deleted_at DESC, t.start_time DESC",
        (user_id,),
    )
