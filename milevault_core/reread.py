"""Read again from the originals: everything, one sport, or one activity.

    batch = reread.begin(user_id, "Everything")     a job looks at what would change, and writes nothing
    reread.do(user_id, batch)                       a job reads again what would change
    undo.ask(user_id, batch)                        the rows are put back as they were

The batch is an import like any other: in the log for good, undone by the same button.
"""

from milevault_core import store
from milevault_core.store import queue, rereading


def begin(user_id: int, label: str, sport: str = "", activity_id: int | None = None) -> int:
    """Begin to look at what reading again would change; the batch's id."""
    with store.session() as session:
        import_id = rereading.begin(session, user_id, label, sport, activity_id)
        queue.defer_reread(session, user_id, import_id)
        return import_id


def do(user_id: int, import_id: int) -> None:
    """Read again what would change. Raises LookupError for another's batch, or one that has done so already."""
    with store.session() as session:
        if not rereading.start_doing(session, user_id, import_id):
            raise LookupError("There is nothing to be read again.")
        queue.defer_reread(session, user_id, import_id)


def work(user_id: int, import_id: int) -> None:
    """Look, or do what was looked at, an activity a transaction; killed, it goes on where it was."""
    with store.session() as session:
        phase = rereading.phase(session, user_id, import_id)
    step = {"look": rereading.look_at_one, "do": rereading.read_one}.get(phase or "")
    while step:
        with store.session() as session:
            if rereading.phase(session, user_id, import_id) != phase or not step(session, user_id, import_id):
                break


def resume() -> None:
    """See that every batch with something left to do has a job."""
    with store.session() as session:
        for user_id, import_id in rereading.unfinished(session):
            queue.defer_reread(session, user_id, import_id)
