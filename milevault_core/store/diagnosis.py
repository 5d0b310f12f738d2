"""What the operator can see of the database: versions, size, the queue, the last import. Only reads, runs no
migrations, and works with a schema of any version."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from psycopg.rows import dict_row

from milevault_core.store import migrate


@dataclass
class Health:
    postgresql: str
    timescaledb: str  # "" without the extension
    schema: str | None  # None: no migration has run
    newest_schema: str
    size_bytes: int
    accounts: int = 0
    activities: int = 0
    workers: int = 0  # with a recent heartbeat
    queues: dict[str, int] = field(default_factory=dict)  # jobs waiting or running
    oldest_waiting: datetime | None = None
    oldest_unstarted: datetime | None = None  # of jobs that are due and have not started
    failed_jobs: int = 0  # of the last day
    files_waiting: int = 0
    last_import: dict[str, Any] | None = None  # source, label, created_at, outcomes


def look(dsn: str, alive_within_s: float = 45.0) -> Health:
    """Collect the figures. Raises psycopg.OperationalError when the database does not answer."""
    with psycopg.connect(dsn, autocommit=True, row_factory=dict_row, connect_timeout=10) as connection:
        connection.execute("SET TIME ZONE 'UTC'")

        def one(sql: str, *parameters) -> Any:
            row = connection.execute(sql, parameters).fetchone()
            return next(iter(row.values())) if row else None

        found = Health(
            postgresql=str(one("SHOW server_version")).split()[0],
            timescaledb=one("SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'") or "",
            schema=schema(dsn),
            newest_schema=migrate.newest(),
            size_bytes=one("SELECT pg_database_size(current_database())"),
        )
        if found.schema is None:
            return found
        found.accounts = one("SELECT count(*) FROM users")
        found.activities = one("SELECT count(*) FROM activities")
        found.workers = one(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - %s * interval '1 s'",
            alive_within_s,
        )
        waiting = "FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
        rows = connection.execute(f"SELECT queue_name, count(*) AS n {waiting} GROUP BY 1 ORDER BY 1")
        found.queues = {row["queue_name"]: row["n"] for row in rows}
        found.oldest_waiting = one(
            f"SELECT min(at) FROM procrastinate_events WHERE type = 'deferred' AND job_id IN (SELECT id {waiting})"
        )
        found.oldest_unstarted = one(
            "SELECT min(e.at) FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id "
            "AND e.type IN ('deferred', 'deferred_for_retry') WHERE j.status = 'todo' "
            "AND coalesce(j.scheduled_at, now()) <= now()"
        )
        found.failed_jobs = one(
            "SELECT count(*) FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id "
            "AND e.type = 'failed' AND e.at > now() - interval '1 day' WHERE j.status = 'failed'"
        )
        found.files_waiting = one("SELECT count(*) FROM import_items WHERE state = 'waiting'")
        last = connection.execute(
            "SELECT id, source, label, created_at FROM imports ORDER BY created_at DESC, id DESC LIMIT 1"
        ).fetchone()
        if last:
            outcomes = connection.execute(
                "SELECT coalesce(outcome, 'waiting') AS outcome, count(*) AS n FROM import_items "
                "WHERE import_id = %s AND state IN ('waiting', 'done') GROUP BY 1 ORDER BY 1",
                (last.pop("id"),),
            )
            found.last_import = last | {"outcomes": {row["outcome"]: row["n"] for row in outcomes}}
        return found


def schema(dsn: str) -> str | None:
    """The schema's version; None before the first migration."""
    with psycopg.connect(dsn, autocommit=True, connect_timeout=10) as connection:
        return migrate.current(connection)
