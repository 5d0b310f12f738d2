"""Retry work that was set aside, when its owner asks for it."""

import contextlib

from milevault_core import store
from milevault_core.actions import by_worker
from milevault_core.store import marks, queue, set_aside


def try_again(user_id: int, scope: str, step: str, key: str) -> None:
    """Retry now. Raises LookupError if the user has no such entry."""
    with store.session() as session:
        if not set_aside.has(session, user_id, scope, step, key):
            raise LookupError("There is nothing to try again.")
        match scope:
            case "undo":
                queue.defer_undo(session, user_id, int(key.partition(":")[0]))
            case "reread":
                queue.defer_reread(session, user_id, int(key))
        # Other steps that failed for the same activity or day are retried too: they may have failed because of this
        # one.
        for other in {step, *set_aside.steps_of(session, user_id, scope, key)}:
            marks.mark_again(session, user_id, scope, other, key)
            set_aside.forget(session, user_id, scope, other, key)
        queue.defer_derive(session, user_id)
    if scope == "act":
        with contextlib.suppress(LookupError):  # it no longer exists
            by_worker.ask_again(user_id, step, key)
