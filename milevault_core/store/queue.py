"""The queue: procrastinate, in the same database. Work is enqueued in the transaction of the row that needs it.

Queues: "import" (a file each), "derive" (stage 2 of a user), "routes" (what needs tslearn; one worker).
"""

from functools import cache

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.store import engine

HEARTBEAT_S = 2.0
STALLED_S = 10.0
QUEUES = ("import", "derive", "routes")


@cache
def app() -> App:
    """The one procrastinate App of this process, on the database that store.open() opened. jobs/tasks.py gives it
    its tasks; whoever only enqueues needs no more than their names."""
    return App(connector=PsycopgConnector(conninfo=engine.database().dsn, min_size=1, max_size=4))


@cache
def _enqueuer() -> App:
    # Enqueuing runs on the caller's own connection, so this App is never opened.
    return App(connector=PsycopgConnector())


def defer(session: Session, task: str, queue: str, once: str | None = None, **arguments) -> bool:
    """Enqueue a job in the session's transaction; False when `once` names a job that is waiting already."""
    connection = engine.raw(session)
    # Look first: mostly it is waiting, and an error with its savepoint taken back costs two milliseconds.
    same = "SELECT 1 FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = %s"
    if once and connection.execute(same, (once,)).fetchone():
        return False
    job = _enqueuer().configure_task(
        task, queue=queue, queueing_lock=once, connection=connection, allow_unknown=True
    )
    try:
        with connection.transaction():  # a savepoint: AlreadyEnqueued breaks the transaction it happens in
            job.defer(**arguments)
    except AlreadyEnqueued:
        return False
    return True


def defer_derive(session: Session, user_id: int, queue: str = "derive") -> None:
    """Enqueue stage 2 of a user, unless it is waiting already."""
    defer(session, "derive", queue, once=f"{queue}-{user_id}", user_id=user_id)


def workers_alive(session: Session, within_s: float = 15.0) -> int:
    """How many workers have given a sign of life lately."""
    query = text(
        "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - :s * interval '1 s'"
    )
    return session.execute(query, {"s": within_s}).scalar_one()


def defer_item(session: Session, item_id: int) -> bool:
    """Enqueue the import of an item, unless it is waiting already."""
    return defer(session, "process_activity_file", "import", once=f"item-{item_id}", item_id=item_id)


def defer_forgotten(session: Session) -> int:
    """Waiting items that no job stands for get a new one; how many.

    A job ends before its item does when it failed, or when it left because the item's row was locked by a run
    that died afterwards.
    """
    forgotten = session.scalars(
        text(
            "SELECT id FROM import_items WHERE state = 'waiting' AND id NOT IN (SELECT (args->>'item_id')::bigint "
            "FROM procrastinate_jobs WHERE task_name = 'process_activity_file' AND status IN ('todo', 'doing')) "
            "ORDER BY id LIMIT 1000"
        )
    ).all()
    return sum(defer_item(session, item_id) for item_id in forgotten)


def waiting(session: Session, queue: str | None = None) -> int:
    """Jobs that are waiting or being worked on."""
    query = (
        "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') "
        "AND (CAST(:q AS text) IS NULL OR queue_name = :q)"
    )
    return session.execute(text(query), {"q": queue}).scalar_one()


def retry_lost(session: Session, stalled_s: float = STALLED_S) -> int:
    """Jobs whose worker is gone or silent go back to the queue; how many. Nothing else recovers them.

    A suspended machine makes living workers look silent, so a job may run twice at once: tasks lock their row.
    """
    lost = session.execute(
        text(
            "SELECT job.id, job.queueing_lock FROM procrastinate_jobs job "
            "LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id "
            "WHERE job.status = 'doing' AND (worker.id IS NULL "
            "OR worker.last_heartbeat < now() - :s * interval '1 s') FOR UPDATE OF job SKIP LOCKED"
        ),
        {"s": stalled_s},
    ).all()
    for job_id, once in lost:
        twin = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = :o"
        if once and session.execute(text(twin), {"o": once}).scalar():
            # Its twin waits already, and two with one queueing lock may not.
            session.execute(text("DELETE FROM procrastinate_jobs WHERE id = :j"), {"j": job_id})
        else:
            session.execute(
                text("SELECT procrastinate_retry_job_v2(:j, now(), NULL, NULL, NULL)"), {"j": job_id}
            )
    return len(lost)
