"""Read the originals again: all of them (also files that did not become an activity), one sport, or one activity.

    batch = reread.begin(user_id, "Everything")     a job finds what would change, and writes nothing
    reread.do(user_id, batch)                       a job reads again what would change
    undo.ask(user_id, batch)                        the rows are put back as they were

The batch is an import like any other: it stays in the log and is undone by the same button.
"""

from milevault_core import store
from milevault_core.actions import trouble
from milevault_core.imports import files
from milevault_core.store import queue
from milevault_core.store.imports import reprocess, reprocess_files


def begin(user_id: int, label: str, sport: str = "", activity_id: int | None = None) -> int:
    """Begin finding out what reading again would change; returns the batch's id."""
    with store.session() as session:
        import_id = reprocess.begin(session, user_id, label, sport, activity_id)
        if not sport and activity_id is None:  # a file without an activity has no sport
            reprocess_files.begin(session, user_id, import_id)
        queue.defer_reread(session, user_id, import_id)
        return import_id


def do(user_id: int, import_id: int) -> None:
    """Read again what would change. Raises LookupError for another user's batch, or one that has already been run."""
    with store.session() as session:
        if not reprocess.start_doing(session, user_id, import_id):
            raise LookupError("There is nothing to read again.")
        reprocess_files.start_doing(session, user_id, import_id)
        queue.defer_reread(session, user_id, import_id)


def work(user_id: int, import_id: int) -> None:
    """Look at, or read again, one activity or file per transaction; if killed, continue where it was. Files that would
    become something else are read again by the import workers. A batch that fails is set aside for a while."""
    with trouble.aside(user_id, "reread", str(import_id)):
        _work(user_id, import_id)


def _work(user_id: int, import_id: int) -> None:
    with store.session() as session:
        phase = reprocess.phase(session, user_id, import_id)
    step = {"look": reprocess.look_at_one, "do": reprocess.read_one}.get(phase or "")
    while step:
        with store.session() as session:
            if reprocess.phase(session, user_id, import_id) != phase or not step(session, user_id, import_id):
                break
    while phase == "look":
        with store.session() as session:
            if reprocess.phase(session, user_id, import_id) != phase:
                break
            item = reprocess_files.count_look(session, user_id, import_id)
        if item is None:
            break
        with store.session() as session:
            _look_at_file(session, user_id, *item)


def _look_at_file(session, user_id: int, item_id: int, attempts: int) -> None:
    """Note what a file without an activity would become. A file that keeps killing the worker stays what it was.

    The file is really imported, in a nested transaction that is rolled back, so the forecast equals the import.
    """
    looked = reprocess_files.to_look_at(session, user_id, item_id)
    if looked is None or attempts > files.MAX_ATTEMPTS:
        reprocess_files.drop(session, user_id, item_id)
        return
    attempt = session.begin_nested()
    try:
        result = files.try_out(session, looked.item)
    finally:
        attempt.rollback()
    reprocess_files.would_become(session, looked, result)
