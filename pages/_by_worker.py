"""Actions that a worker does while the page waits: they read files, which the web process never does."""

import contextlib
import time
from typing import Any

import streamlit as st

from milevault_core.actions import by_worker
from milevault_core.view import texts
from pages import _turns
from pages._page import require_user
from pages.parts.undo import action

WAIT_S = 30.0
LOOK_S = 0.1
LATER = "Other work is being done first, so this takes a while. You don’t have to wait on this page."
FAILED = "This could not be done, and nothing was changed: one of its files can no longer be read."


def done_by_worker(verb: str, *numbers: int) -> list[int | None] | None:
    """Do one of by_worker.VERBS to each number; returns the resulting activity of each. Returns None, with a message on
    the page, if it failed or takes too long. Raises LookupError."""
    user = require_user()
    return _wait_for([by_worker.ask(user.id, verb, number) for number in numbers])


def edited_by_worker(verb: str, activity_id: int, *more: str | int | float) -> int | None:
    """Do one of by_worker.EDITS; returns the resulting activity. Returns None, with a message on the page, if it failed
    or takes too long."""
    user = require_user()
    try:
        made = _wait_for([by_worker.ask(user.id, verb, activity_id, *more)])
    except LookupError as error:
        st.error(str(error))
        return None
    return None if made is None else made[0] or activity_id


def answered_by_worker(verb: str, number: int) -> Any:
    """The answer of one of by_worker.ANSWERS. Returns None, with a message on the page, if it failed or takes too
    long."""
    user = require_user()
    try:
        asked = by_worker.ask(user.id, verb, number)
    except LookupError as error:
        st.error(str(error))
        return None
    return None if _wait_for([asked]) is None else by_worker.answer(asked)


def _wait_for(asked: list[by_worker.Request]) -> list[int | None] | None:
    with st.spinner("One moment …"), _turns.given_away():
        end = time.monotonic() + WAIT_S
        while "waiting" in (states := [by_worker.state(each) for each in asked]):
            if time.monotonic() > end:
                st.info(LATER, icon=":material/schedule:")
                return None
            time.sleep(LOOK_S)
    if "failed" in states:
        failed = [each for each, state in zip(asked, states, strict=True) if state == "failed"]
        reasons = dict.fromkeys(by_worker.reason(each) or FAILED for each in failed)
        st.error(texts.plain(" ".join(reasons)))
        return None
    return [by_worker.result(each) for each in asked]


@action("restore")
def restore(user_id: int, activity_ids: list[int]) -> None:
    """Restore the activities that were just deleted; already restored ones are skipped."""
    with contextlib.suppress(LookupError):
        done_by_worker("restore", *activity_ids)
