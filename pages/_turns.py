"""Only a few pages run at a time; the others wait for their turn.

Python computes in one thread at a time. Twenty pages at once would switch thousands of times: they would need twice the
CPU time, and the first would finish as late as the last.
"""

import functools
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import _has_active_trigger_value
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext

AT_ONCE = 2  # one computes while the other waits for the database
LONGEST_S = 2.0  # for which a turn keeps others waiting
LOOK_S = 0.2  # a page that uses no CPU for this long is waiting, for example for a stalled database
COMPUTES_S = 0.001


class Turn:
    """One page's turn. Must be created in the thread that takes it."""

    def __init__(self) -> None:
        self.given = threading.Event()
        self.since = self.looked = self.used_s = 0.0
        self._used = _clock()

    def begin(self) -> None:
        self.since = self.looked = monotonic()
        self.used_s = self._used()
        self.given.set()

    def is_over(self) -> bool:
        """Whether others may go ahead, because the page has run for too long or only waits. The page itself goes on."""
        now = monotonic()
        if now - self.since >= LONGEST_S:
            return True
        if now - self.looked < LOOK_S:
            return False
        used_s = self._used()
        waits = used_s - self.used_s < COMPUTES_S
        self.looked, self.used_s = now, used_s
        return waits


def _clock() -> Callable[[], float]:
    """A function for the CPU seconds of this thread, callable from any thread; wall time if there is no such clock."""
    try:
        return functools.partial(time.clock_gettime, time.pthread_getcpuclockid(threading.get_ident()))
    except (AttributeError, OSError):
        return monotonic


class Turns:
    """The pages that are running, and those that wait, first come first served."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[Turn] = deque()
        self._having: list[Turn] = []

    def take(self) -> Turn:
        """Wait for a turn. Pass the result to `end`."""
        turn = Turn()
        with self._lock:
            self._waiting.append(turn)
            self._hand_out()
        while not turn.given.wait(LOOK_S):
            with self._lock:
                self._hand_out()
        return turn

    def end(self, turn: Turn) -> None:
        with self._lock:
            self._having = [each for each in self._having if each is not turn]
            self._hand_out()

    def _hand_out(self) -> None:
        while self._waiting:
            if len(self._having) >= AT_ONCE:
                self._having = [each for each in self._having if not each.is_over()]
                if len(self._having) >= AT_ONCE:
                    return
            turn = self._waiting.popleft()
            self._having.append(turn)
            turn.begin()


_turns = Turns()
_of_thread = threading.local()  # .runs: whether it runs a page in turn; .turn: its current turn


def take_turns() -> None:
    """Patch Streamlit's script runner in this process; a second call changes nothing.

    A page waits for its turn after its widgets' callbacks and before its script. A run caused by a click does not wait
    at all: Streamlit stops the script when the user leaves the page, so a click would be lost while waiting.
    """
    run, start = ScriptRunner._run_script, ScriptRunContext.on_script_start
    if hasattr(run, "__wrapped__"):
        return

    @functools.wraps(run)
    def in_turn(self: Any, rerun_data: Any) -> None:
        _of_thread.runs = not is_click(rerun_data)
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


def is_click(rerun_data: Any) -> bool:
    """Whether a script runs because of a button, or a widget that acts like one."""
    states = (rerun_data.widget_states, rerun_data.replay_trigger_states)
    return any(
        _has_active_trigger_value(state) for some in states if some is not None for state in some.widgets
    )


@contextmanager
def given_away() -> Iterator[None]:
    """Give up the turn while a page waits for something else, and take one again afterwards."""
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
