"""The queue: procrastinate, in the same database. Work is enqueued in the transaction of the row that needs it.

Queues: "import" (files, archives and other jobs), "derive" (stage 2 of a user), "routes" (steps that need tslearn;
one worker), "garmin" (calls to Garmin Connect; one worker).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.store import engine

HEARTBEAT_S = 2.0  # seconds between heartbeats while a worker has a job
IDLE_HEARTBEAT_S = 20.0
STALLED_S = 10.0
ALIVE_S = 45.0
CUT_OFF_S = 30.0
WORKER = "milevault worker"  # the application_name of a worker's connections, followed by its number
# Priorities: a single file does not wait for an archive.
FILES, SOON, ARCHIVES = 10, 5, -1
SLOTS = 8  # most jobs that work on one archive at the same time


@cache
def app() -> App:
    """The procrastinate App of this process, on the database that store.open() opened. jobs/tasks.py registers its
    tasks; enqueuing needs only their names."""
    return App(connector=PsycopgConnector(conninfo=engine.database().dsn, min_size=1, max_size=4))


@cache
def _enqueuer() -> App:
    # Enqueuing uses the caller's own connection, so this App is never opened.
    return App(connector=PsycopgConnector())


def defer(
    session: Session, task: str, queue: str, once: str | None = None, priority: int = 0,
    is_new: bool = False, **arguments,
) -> bool:  # fmt: skip
    """Enqueue a job in the session's transaction; returns False when a job with the same `once` is waiting already.
    `is_new`: the caller knows that there is none. Waiting jobs with a higher priority run first."""
    connection = engine.raw(session)
    # Look first: usually it is waiting, and an error with its rolled-back savepoint costs two milliseconds.
    same = "SELECT 1 FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = %s"
    if once and not is_new and connection.execute(same, (once,)).fetchone():
        return False
    job = _enqueuer().configure_task(
        task, queue=queue, queueing_lock=once, priority=priority, connection=connection, allow_unknown=True
    )
    if is_new:
        job.defer(**arguments)
        return True
    try:
        with connection.transaction():  # a savepoint: AlreadyEnqueued aborts the transaction it happens in
            job.defer(**arguments)
    except AlreadyEnqueued:
        return False
    return True


def defer_deletion(session: Session, user_id: int) -> None:
    """Enqueue the deletion of an account, unless it is waiting already."""
    defer(session, "delete_account", "import", once=f"delete-{user_id}", user_id=user_id)


def defer_export(session: Session, user_id: int) -> bool:
    """Enqueue the export of all of a user's data, unless there is a job for it already."""
    once = f"export-{user_id}"
    return not _is_busy(session, once) and defer(
        session, "make_export", "import", once=once, priority=SOON, user_id=user_id
    )


def defer_derive(session: Session, user_id: int, queue: str = "derive") -> None:
    """Enqueue stage 2 of a user, unless it is waiting already."""
    if _later.get():
        return
    defer(session, "derive", queue, once=f"{queue}-{user_id}", user_id=user_id)


_later: ContextVar[bool] = ContextVar("derive_later", default=False)


@contextmanager
def derive_later() -> Iterator[None]:
    """A block in which marks do not enqueue a derive job per file: the caller derives, or the sweep finds the marks."""
    token = _later.set(True)
    try:
        yield
    finally:
        _later.reset(token)


def report_at_hand(session: Session, row: int | None) -> int:
    """Send a heartbeat like a worker, without being one. `row` is what the last call returned, None at first. Others
    remove the row of a worker that has long been silent; then a new row is returned."""
    beat = text("UPDATE procrastinate_workers SET last_heartbeat = now() WHERE id = :row RETURNING id")
    found = session.scalar(beat, {"row": row}) if row is not None else None
    return int(found or session.execute(text("SELECT procrastinate_register_worker_v1()")).scalar_one())


def report_gone(session: Session, row: int) -> None:
    """Remove the row of `report_at_hand`."""
    session.execute(text("SELECT procrastinate_unregister_worker_v1(:row)"), {"row": row})


def workers_alive(session: Session, within_s: float = ALIVE_S) -> int:
    """How many workers have a recent heartbeat; a jobs process without a worker, which starts one for the next job,
    counts as one."""
    query = text(
        "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - :s * interval '1 s'"
    )
    return session.execute(query, {"s": within_s}).scalar_one()


def defer_item(session: Session, item_id: int, is_new: bool = False) -> bool:
    """Enqueue the import of an item, unless it is waiting already; `is_new` skips that check."""
    once = f"item-{item_id}"
    return defer(session, "process_activity_file", "import", once, FILES, is_new, item_id=item_id)


def defer_batch(session: Session, import_id: int) -> int:
    """Make sure that enough jobs work on the members of an archive; returns how many were added."""
    return sum(
        defer(
            session, "work_on_archive", "import", f"batch-{import_id}-{slot}", ARCHIVES, import_id=import_id
        )
        for slot in range(SLOTS)
    )


def defer_again(session: Session, import_id: int, job_id: int) -> None:
    """Enqueue a job that works on an archive again, behind the jobs that are waiting."""
    lock = "SELECT queueing_lock FROM procrastinate_jobs WHERE id = :j"
    once = session.execute(text(lock), {"j": job_id}).scalar()
    defer(session, "work_on_archive", "import", once or f"batch-{import_id}-0", ARCHIVES, import_id=import_id)


def batches_waiting(session: Session, user_id: int | None = None) -> list[int]:
    """Batches with archive members that are still to be imported (of one user, or of all)."""
    query = (
        "SELECT DISTINCT import_id FROM import_items WHERE state = 'waiting' AND upload_id IS NOT NULL "
        "AND (CAST(:u AS int) IS NULL OR user_id = :u) ORDER BY 1"
    )
    return list(session.scalars(text(query), {"u": user_id}))


def _is_busy(session: Session, once: str) -> bool:
    """Whether a job of that name is waiting or running."""
    query = (
        "SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = :o AND status IN ('todo', 'doing') LIMIT 1"
    )
    return session.execute(text(query), {"o": once}).first() is not None


def state_of(session: Session, once: str) -> str:
    """waiting | done | failed: the state of the last job of that name. A job that succeeded was removed, so no job
    means done."""
    query = "SELECT status::text FROM procrastinate_jobs WHERE queueing_lock = :o ORDER BY id DESC LIMIT 1"
    status = session.scalar(text(query), {"o": once})
    return {"todo": "waiting", "doing": "waiting", None: "done", "succeeded": "done"}.get(status, "failed")


def defer_judgement(session: Session, user_id: int, activity_id: int) -> bool:
    """Enqueue judging an activity's track again (actions/by_worker.py)."""
    once = f"act-judge-{user_id}-{activity_id}"
    return defer(session, "act", "import", once, FILES + 1, user_id=user_id, verb="judge", number=activity_id)


def defer_undo(session: Session, user_id: int, import_id: int) -> bool:
    """Enqueue the undo of an import, unless there is a job for it already."""
    return not _is_busy(session, f"undo-{import_id}") and defer(
        session, "undo_import", "import", once=f"undo-{import_id}", user_id=user_id, import_id=import_id
    )


def defer_reread(session: Session, user_id: int, import_id: int) -> bool:
    """Enqueue a batch that reads files again, unless there is a job for it already."""
    return not _is_busy(session, f"reread-{import_id}") and defer(
        session, "read_again", "import", once=f"reread-{import_id}", user_id=user_id, import_id=import_id
    )


def defer_forgotten(session: Session) -> int:
    """Enqueue waiting items that have no job; returns how many.

    A job can end before its item is done: when it fails, or when it gave up because another run, which then died, held
    the lock of the item's row.
    """
    forgotten = session.scalars(
        text(
            "SELECT id FROM import_items WHERE state = 'waiting' AND upload_id IS NULL "
            "AND id NOT IN (SELECT (args->>'item_id')::bigint FROM procrastinate_jobs "
            "WHERE task_name = 'process_activity_file' AND status IN ('todo', 'doing')) "
            "ORDER BY id LIMIT 1000"
        )
    ).all()
    batches = sum(defer_batch(session, import_id) for import_id in batches_waiting(session))
    return batches + _defer_forgotten_uploads(session) + sum(defer_item(session, i) for i in forgotten)


def _defer_forgotten_uploads(session: Session) -> int:
    """Enqueue archives that wait to be looked through or listed but have no job; returns how many."""
    waiting = session.execute(
        text(
            "SELECT id, state, plan->>'kind' FROM uploads WHERE state IN ('looking', 'listing') AND id NOT IN "
            "(SELECT (args->>'upload_id')::bigint FROM procrastinate_jobs WHERE args ? 'upload_id' "
            "AND status IN ('todo', 'doing'))"
        )
    ).all()
    return sum(
        defer_look(session, number) if state == "looking" else defer_list(session, number, kind or "")
        for number, state, kind in waiting
    )


def defer_look(session: Session, upload_id: int) -> bool:
    """Enqueue making the plan of an archive."""
    return defer(session, "look_through", "import", f"look-{upload_id}", SOON, upload_id=upload_id)


_LISTERS = {
    "milevault": "take_in_export",
    "strava": "process_strava_zip",
    "garmin": "process_garmin_health_zip",
}


def defer_list(session: Session, upload_id: int, kind: str) -> bool:
    """Enqueue making an item for every member of an archive. kind: that of the plan."""
    task = _LISTERS.get(kind, "process_zip")
    return defer(session, task, "import", f"list-{upload_id}", SOON, upload_id=upload_id)


def waiting(session: Session, queue: str | None = None) -> int:
    """How many jobs are waiting or running."""
    query = (
        "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') "
        "AND (CAST(:q AS text) IS NULL OR queue_name = :q)"
    )
    return session.execute(text(query), {"q": queue}).scalar_one()


def load(session: Session) -> dict[str, tuple[int, int]]:
    """Queue -> (waiting jobs, running jobs), for the queues that have any."""
    query = (
        "SELECT queue_name, count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'doing') "
        "FROM procrastinate_jobs WHERE status IN ('todo', 'doing') GROUP BY 1"
    )
    return {name: (todo, doing) for name, todo, doing in session.execute(text(query))}


def retry_lost(session: Session, stalled_s: float = STALLED_S) -> int:
    """Put jobs whose worker is gone or silent back into the queue; returns how many. Nothing else recovers them.

    A worker sends frequent heartbeats only while it has a job, so a job that has just begun does not count as lost. A
    worker on a machine that was suspended looks silent, so a job may run twice at the same time: tasks lock their row.
    """
    lost = session.execute(
        text(
            "SELECT job.id, job.queueing_lock FROM procrastinate_jobs job "
            "LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id "
            "WHERE job.status = 'doing' AND (worker.id IS NULL "
            # A heartbeat in the future: the clock has been set back since.
            "OR worker.last_heartbeat < now() - :s * interval '1 s' "
            "OR worker.last_heartbeat > now() + :s * interval '1 s') "
            "AND (worker.id IS NULL OR NOT EXISTS (SELECT 1 FROM procrastinate_events e WHERE e.job_id = job.id "
            "AND e.type = 'started' AND e.at BETWEEN now() - :s * interval '1 s' AND now())) "
            "FOR UPDATE OF job SKIP LOCKED"
        ),
        {"s": stalled_s},
    ).all()
    for job_id, once in lost:
        twin = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = :o"
        if once and session.execute(text(twin), {"o": once}).scalar():
            # The same job is already waiting, and two waiting jobs must not share a queueing lock.
            session.execute(text("DELETE FROM procrastinate_jobs WHERE id = :j"), {"j": job_id})
        else:
            session.execute(
                text("SELECT procrastinate_retry_job_v2(:j, now(), NULL, NULL, NULL)"), {"j": job_id}
            )
    return len(lost)


def cut_off_silent(session: Session, silent_s: float = CUT_OFF_S) -> int:
    """End the transactions of workers that have been silent for `silent_s` seconds; returns how many.

    A worker on a machine that is suspended or offline still holds the rows it works on: the database does not notice
    that it is gone, and everybody else leaves a locked row alone. Its connection is closed, which rolls its transaction
    back; a worker that comes back finds that it has no transaction any more.
    """
    ended = text(
        "SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a WHERE a.datname = current_database() "
        "AND a.application_name ~ :named AND a.pid <> pg_backend_pid() "
        "AND a.xact_start < clock_timestamp() - :s * interval '1 s' "
        "AND NOT EXISTS (SELECT 1 FROM procrastinate_workers w WHERE a.application_name = :name || ' ' || w.id "
        "AND w.last_heartbeat > clock_timestamp() - :s * interval '1 s')"
    )
    return len(session.execute(ended, {"s": silent_s, "name": WORKER, "named": f"^{WORKER} [0-9]+$"}).all())


def forget_old_jobs(session: Session, days: int = 14) -> int:
    """Remove jobs that ended more than `days` days ago, failed or not; returns how many. Failures are in the log and in
    `set_aside`; here they would only pile up."""
    old = text(
        "WITH ended AS (SELECT job.id FROM procrastinate_jobs job WHERE job.status NOT IN ('todo', 'doing') "
        "AND NOT EXISTS (SELECT 1 FROM procrastinate_events e "
        "WHERE e.job_id = job.id AND e.at > now() - :d * interval '1 day')) "
        "DELETE FROM procrastinate_jobs WHERE id IN (SELECT id FROM ended) RETURNING 1"
    )
    return len(session.execute(old, {"d": days}).all())
