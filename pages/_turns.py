"""A few pages are worked out at a time, and the others wait for their turn.

Python computes in one thread at a time. Twenty pages at once would take it from each other thousands of times: twice
the CPU for the same pages, and the first of them done as late as the last.
"""

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext

AT_ONCE = 2  # one computes while another waits for the database
LONGEST_S = 2.0  # that a page waits for its turn: others may hang, at a database that does not answer

_turns = threading.Semaphore(AT_ONCE)
_of_thread = threading.local()  # .runs: whether it works out a page; .has: whether that has one of the turns


def take_turns() -> None:
    """Change Streamlit's script runner in this process; a second call changes nothing.

    A page waits between the callbacks of its widgets and its script. What was clicked is done at once: whoever goes on
    to another page while this one waits ends it, and a callback would be lost with it.
    """
    run, start = ScriptRunner._run_script, ScriptRunContext.on_script_start
    if hasattr(run, "__wrapped__"):
        return

    @functools.wraps(run)
    def in_turn(self: Any, rerun_data: Any) -> None:
        _of_thread.runs = True
        try:
            run(self, rerun_data)
        finally:
            _of_thread.runs = False
            _leave()

    @functools.wraps(start)
    def begin(self: Any) -> None:
        start(self)
        if getattr(_of_thread, "runs", False) and not getattr(_of_thread, "has", False):
            _take()

    ScriptRunner._run_script = in_turn  # type: ignore[method-assign]
    ScriptRunContext.on_script_start = begin  # type: ignore[method-assign]


@contextmanager
def given_away() -> Iterator[None]:
    """For a page that waits for somebody else: meanwhile others have its turn."""
    had = getattr(_of_thread, "has", False)
    _leave()
    try:
        yield
    finally:
        if had:
            _take()


def _take() -> None:
    _of_thread.has = _turns.acquire(timeout=LONGEST_S)


def _leave() -> None:
    if getattr(_of_thread, "has", False):
        _of_thread.has = False
        _turns.release()
