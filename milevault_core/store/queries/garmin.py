"""Garmin Connect, for the pages: the state of the connection, and activities that were deleted there."""

import pandas as pd

from milevault_core import store


def state(user_id: int) -> pd.DataFrame:
    """The state of the connection in one row; no row for a user who never asked for one. Besides columns of
    garmin_connect_configs and the sign-in's step, step_reason and expires_at: activities, waiting (to be fetched),
    deleted (there, but kept here), days (fetched), oldest_day (fetched), oldest_activity (its day)."""
    return store.read(
        "SELECT c.state, c.reason, c.token IS NOT NULL AS is_connected, c.is_china, c.full_name, c.is_paused, "
        "c.cooling_until, c.failing_since, c.next_run_at, c.last_sync_at, c.last_calls, c.pass_began_at, "
        "c.is_listed, c.first_day, s.step, s.reason AS step_reason, s.expires_at, "
        "a.activities, a.waiting, a.deleted, a.oldest_activity, d.days, d.oldest_day "
        "FROM garmin_connect_configs c LEFT JOIN garmin_sign_ins s USING (user_id) "
        "CROSS JOIN LATERAL (SELECT count(*) AS activities, "
        "count(*) FILTER (WHERE fetched_at IS NULL AND deleted_at IS NULL) AS waiting, "
        "count(*) FILTER (WHERE deleted_at IS NOT NULL) AS deleted, min(start_time)::date AS oldest_activity "
        "FROM garmin_activities WHERE user_id = c.user_id) a "
        "CROSS JOIN LATERAL (SELECT count(*) AS days, min(day) AS oldest_day FROM garmin_days "
        "WHERE user_id = c.user_id) d WHERE c.user_id = $1",
        (user_id,),
    )


def deleted(user_id: int, limit: int = 50) -> pd.DataFrame:
    """Activities that were deleted at Garmin and kept here, latest first: id (here; None if it is in the trash), name,
    start_time, deleted_at."""
    return store.read(
        "SELECT a.id, coalesce(a.name, g.entry->>'activityName', '') AS name, g.start_time, g.deleted_at "
        "FROM garmin_activities g LEFT JOIN import_items i ON i.id = g.item_id AND i.user_id = g.user_id "
        "LEFT JOIN activities a ON a.user_id = g.user_id AND a.id = i.activities[1] "
        "WHERE g.user_id = $1 AND g.deleted_at IS NOT NULL AND g.fetched_at IS NOT NULL "
        "ORDER BY g.start_time DESC, g.garmin_id LIMIT $2",
        (user_id, limit),
    )
