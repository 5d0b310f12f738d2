"""What the operator's figures and messages are made of: counts, nothing of any user but a name for a message."""

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
_DURATIONS = """
SELECT j.task_name, count(*), sum(extract(epoch FROM ended.at - begun.at)) FROM procrastinate_jobs j
JOIN LATERAL (SELECT max(at) AS at FROM procrastinate_events WHERE job_id = j.id AND type = 'started') begun ON true
JOIN LATERAL (SELECT max(at) AS at FROM procrastinate_events WHERE job_id = j.id AND type = 'succeeded') ended ON true
WHERE j.status = 'succeeded' AND ended.at > now() - interval '1 hour' GROUP BY 1
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
    """(task, how many ended in the last hour, seconds of them all)"""
    return [(row[0], row[1], float(row[2] or 0)) for row in session.execute(text(_DURATIONS))]


def items(session: Session) -> list[tuple[str, int]]:
    """(what became of files, how many)"""
    return [tuple(row) for row in session.execute(text(_ITEMS))]


def files_lately(session: Session) -> tuple[int, int]:
    """Files of the last day: failed, imported."""
    row = session.execute(text(_LATELY)).one()
    return row.failed, row.imported


def garmin_troubles(session: Session) -> list[tuple[int, str, str, datetime | None]]:
    """(user, name, state, failing since) of connections that need a person."""
    return [tuple(row) for row in session.execute(text(_GARMIN))]
