"""How the jobs process learns that there is work without polling: LISTEN and NOTIFY of PostgreSQL.

procrastinate sends a notification for every new job. Call `say_look` to make the jobs process look now.
"""

import select
from contextlib import suppress

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

NAME = "milevault jobs"  # application_name of the jobs process
_JOBS = "procrastinate_any_queue_v1"
_LOOK = "milevault_look"


class Channel:
    """A connection that listens. It is reopened when it breaks; until then the caller has to poll."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: psycopg.Connection | None = None

    def wait(self, timeout_s: float, wake_up: int) -> bool:
        """Wait for a notification, until the descriptor `wake_up` can be read or `timeout_s` is over. Returns True if
        there was a notification, or may have been one because the connection is new."""
        if self._connection is None:
            with suppress(psycopg.OperationalError):
                self._connection = psycopg.connect(self._dsn, autocommit=True, application_name=NAME)
                self._connection.execute(f"LISTEN {_JOBS}")
                self._connection.execute(f"LISTEN {_LOOK}")
                return True
        sockets = [wake_up] + ([self._connection.fileno()] if self._connection else [])
        ready = select.select(sockets, [], [], timeout_s if self._connection else min(timeout_s, 2.0))[0]
        if self._connection is None or self._connection.fileno() not in ready:
            return False
        try:
            return any(True for _ in list(self._connection.notifies(timeout=0)))
        except psycopg.OperationalError:
            self.close()
            return True

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def say_look(connection: psycopg.Connection) -> None:
    """Make the jobs process check what is due as soon as this transaction is committed."""
    connection.execute(f"NOTIFY {_LOOK}")


def say_waiting(session: Session) -> None:
    """Notify the workers again of all queues with waiting jobs. procrastinate sends no notification when a job goes
    back to its queue, and a worker that has just found its queue empty misses one that is sent at that moment."""
    session.execute(
        text(
            "SELECT pg_notify('procrastinate_queue_v1#' || queue_name, "
            "json_build_object('type', 'job_inserted', 'job_id', max(id))::text) FROM procrastinate_jobs "
            "WHERE status = 'todo' GROUP BY queue_name"
        )
    )


def is_listening(session: Session) -> bool:
    """Whether a jobs process is connected to this database. Correct even right after the process was killed."""
    query = text(
        "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name = :name)"
    )
    return session.execute(query, {"name": NAME}).scalar_one()
