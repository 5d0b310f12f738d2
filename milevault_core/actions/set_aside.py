"""Retrying work that was set aside, when its owner asks."""

import contextlib

from milevault_core import store
from milevault_core.actions import by_worker
from milevault_core.store import marks, queue, set_aside


def try_again(user_id: int, scope: str, step: str, key: str) -> None:
    """Retry now. Raises LookupError when the user has no such entry."""
    with store.session() as session:
        if not set_aside.has(session, user_id, scope, step, key):
            raise LookupError("There is nothing to try again.")
        match scope:
            case "undo":
                queue.defer_undo(session, user_id, int(key.partition(":")[0]))
            case "reread":
                queue.defer_reread(session, user_id, int(key))
        # What else failed on the same activity or day is retried with it: it may have failed for want of this.
        for other in {step, *set_aside.steps_of(session, user_id, scope, key)}:
            marks.mark_again(session, user_id, scope, other, key)
            set_aside.forget(session, user_id, scope, other, key)
        queue.defer_derive(session, user_id)
    if scope == "act":
        with contextlib.suppress(LookupError):  # gone meanwhile
            by_worker.ask_again(user_id, step, key)
