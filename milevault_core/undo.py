"""Undo an import: all of it and all that followed from it is taken back, and nothing else changes.

    undo.ask(user_id, import_id)      at once: it holds nothing any more; the rest is a job
    undo.run(user_id, import_id)      in a worker: piece by piece; killed, it goes on where it was

What another import brought too stays with that one. Activities that were made of several recordings are made again of
the others. The import's row and items stay for good, as the log; its files can simply be imported again.
"""

from milevault_core import store
from milevault_core.store import queue, rereading, rereading_files, undoing, uploads


def ask(user_id: int, import_id: int) -> None:
    """Have an import undone. Raises LookupError for another's, or one that is undone already."""
    with store.session() as session:
        undoing.ask(session, user_id, import_id)
        queue.defer_undo(session, user_id, import_id)


def run(user_id: int, import_id: int) -> None:
    """Take an import back that was asked to be undone. A second run, or two at once, change nothing more."""
    with store.session() as session:
        dropped = undoing.drop_archives(session, user_id, import_id)
    if dropped:
        uploads.give_back_room()
    with store.session() as session:
        undoing.close_waiting(session, user_id, import_id)
        rereading_files.forget_unread(session, user_id, import_id)
    for piece in (rereading_files.put_back, undoing.take_back, rereading.put_back_one):
        while True:
            with store.session() as session:
                if not piece(session, user_id, import_id):
                    break
    with store.session() as session:
        undoing.finish(session, user_id, import_id)


def resume() -> None:
    """See that every undo that is not finished has a job."""
    with store.session() as session:
        for user_id, import_id in undoing.unfinished(session):
            queue.defer_undo(session, user_id, import_id)
