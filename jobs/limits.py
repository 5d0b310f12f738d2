"""Every job has a time limit in wall-clock time.

When it is up, TimeUp is raised in the job's thread, and again after the same time; code that catches it (setting an
activity aside, failing a file) continues with the next item. A job that still does not end, because it hangs inside a
library, takes its worker with it: the parent starts another, and the job counts one more attempt.
"""

import functools
import logging
import os
import threading
from collections.abc import Callable
from typing import Any

log = logging.getLogger("milevault.jobs")
MINUTE_S, HOUR_S = 60.0, 3600.0
# A file takes seconds, and a share of an archive a few; what looks at a whole archive or history takes longer.
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
    # Sixty calls with a second between them; a sign-in tries several ways, with pauses.
    "garmin_connect_sync": 20 * MINUTE_S,
    "garmin_connect_sign_in": 15 * MINUTE_S,
    "delete_account": HOUR_S,
    "make_export": 4 * HOUR_S,
    "take_in_export": 4 * HOUR_S,
    "tell_operator": 5 * MINUTE_S,
}
TIMES = 3  # how often it is raised before the worker ends
ENDED = 75  # the worker's exit code


class TimeUp(Exception):
    """The time of a job is up."""


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
                clock.end()  # where the time was up just on the way in or out, nobody else has

        return run

    return wrap


class within:
    """Limit the time of a block, in the thread that makes it."""

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
            from milevault_core.formats import bounds  # only now: with it comes pandas

            bounds.raise_in(self.thread, TimeUp)
            self._start()

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Stop the clock; a second call does nothing."""
        # Twice around: one that arrives on the way out of the first may not leave the clock running.
        try:
            self._let_go()
        except TimeUp:
            self._let_go()

    def _let_go(self) -> None:
        self.over = True  # first of all: from here on the clock raises nothing
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
    """End this process at once: what it waits for will not come."""
    os._exit(ENDED)
