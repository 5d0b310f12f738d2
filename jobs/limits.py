"""Every job has a time limit in wall-clock time.

When the time is up, TimeUp is raised in the job's thread, and again after the same time. Code that catches it (to set
an activity aside, or fail a file) continues with the next item. If a job still does not end, because it hangs inside a
library, its worker exits: the parent starts another, and the job counts one more attempt.
"""

import functools
import logging
import os
import threading
from collections.abc import Callable
from typing import Any

log = logging.getLogger("milevault.jobs")
MINUTE_S, HOUR_S = 60.0, 3600.0
# A file takes seconds, as does one batch of an archive; jobs on a whole archive or history take longer.
LIMITS_S = {
    "process_activity_file": 10 * MINUTE_S,
    "work_on_archive": 10 * MINUTE_S,
    "make_demo_part": 20 * MINUTE_S,
    "look_into_folder": HOUR_S,
    "derive": HOUR_S,
    "undo_import": HOUR_S,
    "process_strava_zip": 2 * HOUR_S,
    "process_garmin_health_zip": 2 * HOUR_S,
    "process_zip": 2 * HOUR_S,
    "look_through": 4 * HOUR_S,
    "read_again": 4 * HOUR_S,
    "mark_raised_versions": HOUR_S,
    "forget_old": HOUR_S,
    "act": 20 * MINUTE_S,
    # A sync makes sixty calls, one per second; a sign-in tries several methods, with pauses.
    "garmin_connect_sync": 20 * MINUTE_S,
    "garmin_connect_sign_in": 15 * MINUTE_S,
    "delete_account": HOUR_S,
    "make_export": 4 * HOUR_S,
    "take_in_export": 4 * HOUR_S,
    "tell_operator": 5 * MINUTE_S,
}
TIMES = 3  # how often TimeUp is raised before the worker exits
ENDED = 75  # the worker's exit code


class TimeUp(Exception):
    """A job has used up its time."""


def limited(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Limit a task by its entry in LIMITS_S."""

    def wrap(task: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(task)
        def run(*arguments: Any, **named: Any) -> None:
            clock = within(name, LIMITS_S[name])
            try:
                with clock:
                    task(*arguments, **named)
            finally:
                clock.end()  # in case TimeUp was raised on the way into or out of the block

        return run

    return wrap


class within:
    """Context manager that limits the time of a block, in the thread that creates it."""

    def __init__(self, name: str, seconds: float) -> None:
        self.name, self.seconds = name, seconds
        self.thread, self.fired, self.over = threading.get_ident(), 0, False
        self.lock = threading.Lock()
        self.timer: threading.Timer | None = None

    def __enter__(self) -> None:
        self._start()

    def _start(self) -> None:
        self.timer = threading.Timer(self.seconds, self._time_is_up)
        self.timer.daemon = True
        self.timer.start()

    def _time_is_up(self) -> None:
        with self.lock:
            if self.over:
                return
            self.fired += 1
            log.warning("A job (%s) has run for %.0f s and is ended.", self.name, self.fired * self.seconds)
            if self.fired > TIMES:
                end_worker()
            from milevault_core.formats import bounds  # imported only now, because it loads pandas

            bounds.raise_in(self.thread, TimeUp)
            self._start()

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Stop the timer; a second call does nothing."""
        # Try twice: a TimeUp that arrives while the first call returns must not leave the timer running.
        try:
            self._let_go()
        except TimeUp:
            self._let_go()

    def _let_go(self) -> None:
        self.over = True  # first: from here on the timer raises nothing
        while True:
            try:
                with self.lock:
                    if self.fired:
                        from milevault_core.formats import bounds

                        bounds.raise_in(self.thread, None)
                if self.timer is not None:
                    self.timer.cancel()
                return
            except TimeUp:
                continue


def end_worker() -> None:
    """Exit at once, without cleaning up: what the process is waiting for will never come."""
    os._exit(ENDED)
