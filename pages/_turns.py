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

AT_ONCE = 2  # one computes while another waits for the database
LONGEST_S = 2.0  # that a page waits for its turn: others may hang, at a database that does not answer


_turns = threading.Semaphore(AT_ONCE)
_of_thread = threading.local()  # .has: whether its page has one of the turns


def take_turns() -> None:
    """Change Streamlit's script runner in this process; a second call changes nothing."""
    run = ScriptRunner._run_script
    if hasattr(run, "__wrapped__"):
        return

    @functools.wraps(run)
    def in_turn(self: Any, rerun_data: Any) -> None:
        _take()
        try:
            run(self, rerun_data)
        finally:
            _leave()

    ScriptRunner._run_script = in_turn  # type: ignore[method-assign]


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
