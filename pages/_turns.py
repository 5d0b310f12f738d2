"""A few pages are worked out at a time, and the others wait for their turn.

Python computes in one thread at a time. Twenty pages at once would take it from each other thousands of times: twice
the CPU for the same pages, and the first of them done as late as the last.
"""

import functools
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext

AT_ONCE = 2  # one computes while another waits for the database
LONGEST_S = 2.0  # that a turn keeps others out: a page may hang, at a database that does not answer


class Turns:
    """Who works out a page now, and who comes next: in the order in which they came."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._having: dict[threading.Event, float] = {}  # since when, the longest first

    def take(self) -> threading.Event:
        """Wait for a turn; what `end` wants."""
        turn = threading.Event()
        with self._lock:
            self._waiting.append(turn)
            self._hand_out()
        while not turn.wait(LONGEST_S):
            with self._lock:
                self._hand_out()
        return turn

    def end(self, turn: threading.Event) -> None:
        with self._lock:
            self._having.pop(turn, None)
            self._hand_out()

    def _hand_out(self) -> None:
        now = monotonic()
        while self._waiting:
            if len(self._having) >= AT_ONCE:
                longest, since = next(iter(self._having.items()))
                if now - since < LONGEST_S:
                    return
                del self._having[longest]  # it goes on, but keeps nobody out any more
            turn = self._waiting.popleft()
            self._having[turn] = now
            turn.set()


_turns = Turns()
_of_thread = threading.local()  # .runs: whether it works out a page; .turn: the one that it has


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
        if getattr(_of_thread, "runs", False) and not getattr(_of_thread, "turn", None):
            _take()

    ScriptRunner._run_script = in_turn  # type: ignore[method-assign]
    ScriptRunContext.on_script_start = begin  # type: ignore[method-assign]


@contextmanager
def given_away() -> Iterator[None]:
    """For a page that waits for somebody else: meanwhile others have its turn."""
    had = getattr(_of_thread, "turn", None)
    _leave()
    try:
        yield
    finally:
        if had:
            _take()


def _take() -> None:
    _of_thread.turn = _turns.take()


def _leave() -> None:
    if turn := getattr(_of_thread, "turn", None):
        _of_thread.turn = None
        _turns.end(turn)
