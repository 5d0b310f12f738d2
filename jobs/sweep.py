"""The sweep: puts lost jobs back in the queue, and makes sure that everything waiting or dirty has a job. It runs in
the jobs process, so it must not import pandas; workers do the computing."""

import logging
from datetime import UTC, datetime

from milevault_core import store
from milevault_core.store import jobs_channel, marks, queue, room, set_aside, unfinished
from milevault_core.store.garmin import connection, sign_ins

log = logging.getLogger("milevault.jobs")


def sweep(stalled_s: float = queue.STALLED_S) -> dict[str, tuple[int, int]]:
    """Sweep once. Returns what the queues hold afterwards: name -> (jobs waiting, jobs running)."""
    with store.session() as session:
        queue.retry_lost(session, stalled_s)
        if cut_off := queue.cut_off_silent(session):
            log.warning(
                "%d transactions of workers that do not answer were ended; their work is done again.", cut_off
            )
        if not room.is_short():
            queue.defer_forgotten(session)
        for user_id in marks.users_with_marks(session):
            queue.defer_derive(session, user_id)
        resting = set_aside.resting(session, "undo")
        for user_id, import_id in unfinished.undos(session):
            if (user_id, import_id) not in resting:
                queue.defer_undo(session, user_id, import_id)
        resting = set_aside.resting(session, "reread")
        for user_id, import_id in unfinished.rereads(session):
            if (user_id, import_id) not in resting:
                queue.defer_reread(session, user_id, import_id)
        for user_id in unfinished.deletions(session):
            queue.defer_deletion(session, user_id)
        for user_id in unfinished.exports(session):
            queue.defer_export(session, user_id)
        load = queue.load(session)
        if any(waiting for waiting, _ in load.values()):
            jobs_channel.say_waiting(session)
        return load


def load() -> dict[str, tuple[int, int]]:
    with store.session() as session:
        return queue.load(session)


def defer(task: str, priority: int = 0) -> None:
    """Enqueue a chore for a worker, unless it is already waiting."""
    with store.session() as session:
        queue.defer(session, task, "import", once=task, priority=priority)


def sync_all_garmin_connect() -> None:
    """Enqueue a sync for every Garmin Connect account that is due: every half hour, or sooner while there is more to
    fetch. After the machine has slept, each is due once. Passwords and codes that were not used in time are deleted."""
    with store.session() as session:
        sign_ins.forget_expired(session, datetime.now(UTC))
        for user_id in connection.due(session, datetime.now(UTC)):
            queue.defer(
                session,
                connection.SYNC,
                connection.QUEUE,
                once=f"{connection.SYNC}-{user_id}",
                user_id=user_id,
            )
