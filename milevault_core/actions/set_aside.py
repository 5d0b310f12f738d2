"""Retrying work that was set aside, when its owner asks."""

import contextlib
from datetime import date

from milevault_core import store
from milevault_core.actions import by_worker
from milevault_core.store import marks, queue, set_aside


def try_again(user_id: int, scope: str, step: str, key: str) -> None:
    """Retry now. Raises LookupError when the user has no such entry."""
    with store.session() as session:
        if not set_aside.has(session, user_id, scope, step, key):
            raise LookupError("There is nothing to try again.")
        match scope:
            case "activity":
                marks.mark_activity(session, user_id, int(key), step)
            case "day":
                marks.mark_day(session, user_id, date.fromisoformat(key), step)
            case "athlete" if key:
                marks.mark_steps(session, user_id, int(key), (step,))
            case "undo":
                queue.defer_undo(session, user_id, int(key.partition(":")[0]))
            case "reread":
                queue.defer_reread(session, user_id, int(key))
        set_aside.forget(session, user_id, scope, step, key)
        queue.defer_derive(session, user_id)
    if scope == "act":
        with contextlib.suppress(LookupError):  # gone meanwhile
            by_worker.ask_again(user_id, step, key)
