"""The data behind the operator's figures and messages: only counts, and for messages the names of users."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

_ONES = """
SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM activities), pg_database_size(current_database()),
       (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '45 s'),
       (SELECT coalesce(extract(epoch FROM now() - min(e.at)), 0) FROM procrastinate_events e
        JOIN procrastinate_jobs j ON j.id = e.job_id WHERE j.status = 'todo' AND e.type = 'deferred'),
       (SELECT extract(epoch FROM max(ended_at)) FROM backup_runs WHERE kind = 'backup' AND state = 'done'),
       (SELECT extract(epoch FROM max(ended_at)) FROM backup_runs WHERE kind = 'proof' AND state = 'done'),
       (SELECT count(*) FROM dirty_activities)
"""
_JOBS = """
SELECT queue_name, status::text, count(*) FROM procrastinate_jobs
WHERE status IN ('todo', 'doing', 'failed') GROUP BY 1, 2
"""
# One row of server_settings, task -> [jobs, seconds], which only grows, because the queue deletes finished jobs.
_DURATIONS = """
SELECT task, CAST(two ->> 0 AS bigint), CAST(two ->> 1 AS float8)
FROM server_settings, jsonb_each(CAST(value AS jsonb)) AS each (task, two) WHERE name = 'job times' ORDER BY 1
"""
_ADD_DURATIONS = """
INSERT INTO server_settings (name, value) VALUES ('job times', :took) ON CONFLICT (name) DO UPDATE SET value = (
    SELECT CAST(jsonb_object_agg(task, jsonb_build_array(jobs, seconds)) AS text) FROM (
        SELECT task, sum(CAST(two ->> 0 AS bigint)) AS jobs, sum(CAST(two ->> 1 AS float8)) AS seconds
        FROM (SELECT * FROM jsonb_each(CAST(server_settings.value AS jsonb))
              UNION ALL SELECT * FROM jsonb_each(CAST(excluded.value AS jsonb))) AS each (task, two)
        GROUP BY task) AS whole)
"""
_ITEMS = "SELECT coalesce(nullif(outcome, ''), state), count(*) FROM import_items GROUP BY 1"
_LATELY = """
SELECT count(*) FILTER (WHERE outcome = 'failed') AS failed, count(*) FILTER (WHERE outcome = 'imported') AS imported
FROM import_items WHERE state = 'done' AND finished_at > now() - interval '1 day'
"""
_GARMIN = """
SELECT u.id, u.username, g.state, g.failing_since FROM garmin_connect_configs g JOIN users u ON u.id = g.user_id
WHERE u.disabled_at IS NULL
  AND (g.state = 'needs_sign_in' OR (g.state = 'failing' AND g.failing_since < now() - interval '1 day'))
ORDER BY u.id
"""


def ones(session: Session) -> tuple[object, ...]:
    """accounts, activities, bytes of the database, workers alive, age in s of the oldest waiting job, end of the last
    backup and of the last proof (s since 1970, None: never), activities to compute."""
    return tuple(session.execute(text(_ONES)).one())


def jobs(session: Session) -> list[tuple[str, str, int]]:
    """(queue, state, how many)"""
    return [tuple(row) for row in session.execute(text(_JOBS))]


def durations(session: Session) -> list[tuple[str, int, float]]:
    """(task, jobs done, seconds they took in total), since the database was made"""
    return [(row[0], row[1], row[2]) for row in session.execute(text(_DURATIONS))]


def add_durations(session: Session, took: Mapping[str, tuple[int, float]]) -> None:
    """Add to the sums that `durations` returns. took: task -> (jobs, seconds)."""
    session.execute(text(_ADD_DURATIONS), {"took": json.dumps(took)})


def items(session: Session) -> list[tuple[str, int]]:
    """(outcome of files, or their state while they have none; how many)"""
    return [tuple(row) for row in session.execute(text(_ITEMS))]


def files_lately(session: Session) -> tuple[int, int]:
    """Files of the last day: failed, imported."""
    row = session.execute(text(_LATELY)).one()
    return row.failed, row.imported


def garmin_troubles(session: Session) -> list[tuple[int, str, str, datetime | None]]:
    """(user, name, state, failing since) of Garmin connections that need somebody's attention."""
    return [tuple(row) for row in session.execute(text(_GARMIN))]
