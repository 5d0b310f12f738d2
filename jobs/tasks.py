"""The tasks of the queue. Each begins by locking its row and returns if the work is already done: a second run changes
nothing. Import tasks return at once while disk space is short; the sweep enqueues them again once there is space.

Tasks import what they need when they first run, so that an idle worker stays small.
"""

import functools
import logging
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from procrastinate import Blueprint, JobContext

from jobs.limits import limited
from milevault_core import config
from milevault_core.server import memory
from milevault_core.store import deadlock, room

log = logging.getLogger("milevault.jobs")
tasks = Blueprint()


def job(queue: str, pauses: bool = False, pass_context: bool = False) -> Callable[[Callable[..., None]], Any]:
    """Make a function a task with the function's name and its time limit. pauses: do nothing while disk space is short
    (store/room.py)."""

    def wrap(function: Callable[..., None]) -> Any:
        name = function.__name__
        repeated = _repeated(function)
        whole = limited(name)(_unless_short(repeated) if pauses else repeated)
        if pass_context:
            return tasks.task(name=name, queue=queue, pass_context=True)(whole)
        return tasks.task(name=name, queue=queue)(whole)

    return wrap


def _repeated(function: Callable[..., None]) -> Callable[..., None]:
    """Run again after a deadlock instead of failing: the second run does what the first one did not."""

    @functools.wraps(function)
    def run(*arguments: Any, **named: Any) -> None:
        deadlock.repeated(lambda: function(*arguments, **named))

    return run


def _unless_short(function: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(function)
    def run(*arguments: Any, **named: Any) -> None:
        if not room.is_short():
            function(*arguments, **named)

    return run


@job("import", pauses=True)
def process_activity_file(item_id: int) -> None:
    """Read one file of an import and save its activities."""
    from milevault_core.imports import files

    files.process(item_id)


@job("import", pauses=True)
def look_through(upload_id: int) -> None:
    """Work out the import plan of an archive."""
    from milevault_core.imports import archives

    archives.look_through(upload_id)


@job("import", pauses=True)
def process_strava_zip(upload_id: int) -> None:
    """Create an item for every file in a Strava export, with the details from its activity list, gear and photos."""
    from milevault_core.imports import archives

    archives.take_in(upload_id)


@job("import", pauses=True)
def process_garmin_health_zip(upload_id: int) -> None:
    """Create an item for every file in a Garmin export: activities, nights and days."""
    from milevault_core.imports import archives

    archives.take_in(upload_id)


@job("import", pauses=True)
def process_zip(upload_id: int) -> None:
    """Create an item for every file in any other archive."""
    from milevault_core.imports import archives

    archives.take_in(upload_id)


@job("import", pauses=True)
def look_into_folder() -> None:
    """Import what is new in the watched folder."""
    from milevault_core.imports import watched_folder

    if folder := config.settings().import_folder:
        watched_folder.take_new(Path(folder))


@job("import", pauses=True, pass_context=True)
def work_on_archive(context: JobContext, import_id: int) -> None:
    """Import some files of an archive; enqueued again until none is left."""
    from milevault_core.imports import archives

    assert context.job.id is not None
    archives.work(import_id, context.job.id)
    memory.give_back()


@job("import")
def undo_import(user_id: int, import_id: int) -> None:
    """Undo an import."""
    from milevault_core.imports import undo

    undo.run(user_id, import_id)


@job("import")
def read_again(user_id: int, import_id: int) -> None:
    """Read activities again from their original files, or find out what that would change."""
    from milevault_core.imports import reread

    reread.work(user_id, import_id)


@job("import")
def act(user_id: int, verb: str, number: int, more: list[Any] | None = None) -> None:
    """Do what a user asked for on a page, if it needs files read again."""
    from milevault_core.actions import by_worker

    by_worker.work(user_id, verb, number, tuple(more or ()))


@job("import")
def make_export(user_id: int) -> None:
    """Make an export of all of a user's data."""
    from milevault_core.export import runs

    runs.work(user_id)
    memory.give_back()


@job("import", pauses=True)
def take_in_export(upload_id: int) -> None:
    """Import another MileVault's export into an account that is still empty."""
    from milevault_core.imports import everything

    everything.take_in(upload_id)


@job("import")
def delete_account(user_id: int) -> None:
    """Delete an account and all of its data, as its owner has asked."""
    from milevault_core import store
    from milevault_core.accounts import deletion
    from milevault_core.backup import deletions
    from milevault_core.store import engine

    deletion.run(user_id)
    with store.session() as session:
        deletions.write_down(engine.raw(session))


@job("import")
def tell_operator() -> None:
    """Notify the operator of what has stopped working."""
    from milevault_core.server import notify

    notify.look()


@job("derive", pass_context=True)
def derive(context: JobContext, user_id: int) -> None:
    """Recompute what is marked dirty for a user."""
    from milevault_core.derive import clean as derived

    derived.clean(user_id, context.job.queue)


@job("import")
def make_demo_part(user_id: int, import_id: int, seed: int, end: str, start: int, count: int = 40) -> None:
    """Create some of the activities of a user's demo data; a second run creates only what is missing."""
    from milevault_core.demo import life

    life.make_part(user_id, import_id, seed, date.fromisoformat(end), start, count)


@job("import")
def mark_raised_versions() -> None:
    """Mark what an older version of a step computed, to be recomputed; enqueued at every start."""
    from milevault_core.derive import clean

    if raised := clean.mark_raised_versions():
        log.warning("Computed again because their method changed: %s", ", ".join(sorted(raised)))


@job("garmin", pauses=True)
def garmin_connect_sync(user_id: int) -> None:
    """One run of a user's sync with Garmin Connect."""
    from milevault_core.garmin import sync

    sync.run(user_id)


@job("garmin")
def garmin_connect_sign_in(user_id: int) -> None:
    """The next step of a user's sign-in at Garmin."""
    from milevault_core.garmin import sign_in

    sign_in.work(user_id)


@job("import")
def forget_old() -> None:
    """Delete ended sessions, abandoned archives, and what is overdue in the trash and the queue; hourly."""
    from milevault_core import store
    from milevault_core.accounts import sessions
    from milevault_core.actions import trash
    from milevault_core.export import runs
    from milevault_core.store import queue, worker_answers
    from milevault_core.store.imports import uploads

    sessions.forget_expired()
    with store.session() as session:
        uploads.forget_old(session)
        queue.forget_old_jobs(session)
        worker_answers.forget_old(session)
        runs.forget_old(session)
    uploads.give_back_room()  # also the space of earlier archives, if the table was in use then
    trash.purge_due()
