"""Read again from the originals: everything (also the files that no activity was made of), one sport, or one activity.

    batch = reread.begin(user_id, "Everything")     a job looks at what would change, and writes nothing
    reread.do(user_id, batch)                       a job reads again what would change
    undo.ask(user_id, batch)                        the rows are put back as they were

The batch is an import like any other: in the log for good, undone by the same button.
"""

from milevault_core import imports, store
from milevault_core.store import queue, rereading, rereading_files


def begin(user_id: int, label: str, sport: str = "", activity_id: int | None = None) -> int:
    """Begin to look at what reading again would change; the batch's id."""
    with store.session() as session:
        import_id = rereading.begin(session, user_id, label, sport, activity_id)
        if not sport and activity_id is None:  # a file without an activity has no sport
            rereading_files.begin(session, user_id, import_id)
        queue.defer_reread(session, user_id, import_id)
        return import_id


def do(user_id: int, import_id: int) -> None:
    """Read again what would change. Raises LookupError for another's batch, or one that has done so already."""
    with store.session() as session:
        if not rereading.start_doing(session, user_id, import_id):
            raise LookupError("There is nothing to be read again.")
        rereading_files.start_doing(session, user_id, import_id)
        queue.defer_reread(session, user_id, import_id)


def work(user_id: int, import_id: int) -> None:
    """Look, or do what was looked at, an activity or a file a transaction; killed, it goes on where it was. Files that
    would become something else are read again by the workers of any import."""
    with store.session() as session:
        phase = rereading.phase(session, user_id, import_id)
    step = {"look": rereading.look_at_one, "do": rereading.read_one}.get(phase or "")
    while step:
        with store.session() as session:
            if rereading.phase(session, user_id, import_id) != phase or not step(session, user_id, import_id):
                break
    while phase == "look":
        with store.session() as session:
            if rereading.phase(session, user_id, import_id) != phase:
                break
            item = rereading_files.count_look(session, user_id, import_id)
        if item is None:
            break
        with store.session() as session:
            _look_at_file(session, user_id, *item)


def _look_at_file(session, user_id: int, item_id: int, attempts: int) -> None:
    """Note what a file would become that no activity was made of. One that kills the worker that looks is left alone.

    It is imported as it would be, in a transaction inside this one that is taken back: so the two cannot differ.
    """
    looked = rereading_files.to_look_at(session, user_id, item_id)
    if looked is None or attempts > imports.MAX_ATTEMPTS:
        rereading_files.drop(session, user_id, item_id)
        return
    attempt = session.begin_nested()
    try:
        result = imports.try_out(session, looked.item)
    finally:
        attempt.rollback()
    rereading_files.would_become(session, looked, result)


def resume() -> None:
    """See that every batch with something left to do has a job."""
    with store.session() as session:
        for user_id, import_id in rereading.unfinished(session):
            queue.defer_reread(session, user_id, import_id)
