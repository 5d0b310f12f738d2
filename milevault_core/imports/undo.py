"""Undo an import: everything it brought and everything derived from it is removed, and nothing else changes.

    undo.ask(user_id, import_id)      at once: the import no longer holds anything; the rest is a job
    undo.run(user_id, import_id)      in a worker: piece by piece; if killed, it continues where it was

What another import also brought stays with that import. Activities made of several recordings are rebuilt from the
remaining ones. The import's row and items stay as the log; its files can simply be imported again. A file that cannot
be undone, or an activity that cannot be put back as it was before a re-read, is set aside alone, with a sentence for
the owner; the import counts as undone only when that has been undone too.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from milevault_core import store
from milevault_core.actions import trouble
from milevault_core.store import deadlock, queue, set_aside
from milevault_core.store.imports import reprocess, reprocess_files, undo, uploads


def ask(user_id: int, import_id: int) -> None:
    """Ask for an import to be undone. Raises LookupError for another user's import, or one already undone."""
    with store.session() as session:
        undo.ask(session, user_id, import_id)
        queue.defer_undo(session, user_id, import_id)


def run(user_id: int, import_id: int) -> None:
    """Undo an import as asked. A second run, or two at once, changes nothing more.

    An undo that fails is set aside, with a sentence for its owner, and retried later."""
    with trouble.aside(user_id, "undo", str(import_id)):
        _run(user_id, import_id)


def _run(user_id: int, import_id: int) -> None:
    if deadlock.repeated(lambda: _close(user_id, import_id)):
        uploads.give_back_room()
    are_back = _each(_REREAD_FILES, user_id, import_id)
    # Files that were only read again do not belong to this batch. They are put back first; until that has worked for
    # all of them, nothing is removed.
    are_gone = are_back and _each(_ORIGINALS, user_id, import_id)
    if _each(_REREAD_ACTIVITIES, user_id, import_id) and are_gone:
        with store.session() as session:
            set_aside.forget_parts(session, user_id, import_id)
            undo.finish(session, user_id, import_id)


def _close(user_id: int, import_id: int) -> bool:
    """Make sure that no worker reads another file of the import; returns whether there was an archive."""
    with store.session() as session:
        dropped = undo.close(session, user_id, import_id)
        reprocess_files.forget_unread(session, user_id, import_id)
        return dropped


@dataclass(frozen=True)
class _Parts:
    """One kind of parts of an import, and how they are undone, a piece per transaction."""

    step: str  # of set_aside
    left: Callable[[Session, int, int, Collection[int]], Sequence[int]]  # the next piece, without these
    take_back: Callable[[Session, int, int, Sequence[int]], object]


# Looked up when called: tests replace them.
_ORIGINALS = _Parts("", lambda *its: undo.next_originals(*its), lambda *its: undo.take_back(*its))
_REREAD_FILES = _Parts(
    "file", lambda *its: reprocess_files.to_put_back(*its), lambda *its: reprocess_files.put_back(*its)
)
_REREAD_ACTIVITIES = _Parts(
    "activity", lambda *its: reprocess.to_put_back(*its), lambda *its: reprocess.put_back(*its)
)


def _each(parts: _Parts, user_id: int, import_id: int) -> bool:
    """Undo the parts of an import, a piece per transaction; returns whether none is left.

    If a piece fails, its parts are undone one by one, and those that fail again are retried at the end: one file may
    block another file of the same activity. Each part that still fails is set aside alone."""
    with store.session() as session:
        resting = set_aside.resting_parts(session, user_id, import_id, parts.step)
    failed: list[int] = []
    while piece := _left(parts, user_id, import_id, {*resting, *failed}):
        if not _is_undone(parts, user_id, import_id, piece):
            failed += [one for one in piece if not _is_undone(parts, user_id, import_id, [one])]
    while still := [one for one in failed if not _is_undone(parts, user_id, import_id, [one])]:
        if len(still) == len(failed):
            break
        failed = still
    for one in still:
        with trouble.aside(user_id, "undo", f"{import_id}:{one}", parts.step), store.session() as session:
            parts.take_back(session, user_id, import_id, [one])
    return not _left(parts, user_id, import_id)


def _left(parts: _Parts, user_id: int, import_id: int, without: Collection[int] = ()) -> Sequence[int]:
    with store.session() as session:
        return parts.left(session, user_id, import_id, without)


def _is_undone(parts: _Parts, user_id: int, import_id: int, piece: Sequence[int]) -> bool:
    def take_back() -> None:
        with store.session() as session:
            parts.take_back(session, user_id, import_id, piece)

    try:
        deadlock.repeated(take_back)
    except store.UNAVAILABLE:
        raise
    except Exception:
        return False
    return True
