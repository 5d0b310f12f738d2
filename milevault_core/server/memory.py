"""Gives unused memory back to the system: in a worker after a long job, in the app when its visitors have gone.

The C library keeps pages that are free but lie between others in use: 33 MB of them after 1,200 files of an hour, while
what is in use stays the same.
"""

import ctypes
import gc
import threading
import time
from collections.abc import Callable
from functools import cache

LOOK_S = 30.0
LOOKS = 6  # without work: Streamlit forgets a visitor who has gone after two minutes
LITTLE_CPU_S = 0.5  # between two looks, of an idle process


def give_back() -> None:
    """Give memory back; takes a few milliseconds, does nothing without glibc."""
    trim = _malloc_trim()
    if trim is not None:
        trim(0)


@cache
def _malloc_trim() -> Callable[[int], int] | None:
    try:
        trim: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
        return trim
    except (OSError, AttributeError, TypeError):  # musl, macOS, Windows
        return None


def keep_what_is_loaded() -> None:
    """Once, when everything is loaded: no later garbage collection looks through it, which is a pause of 0.1 to 0.3 s
    in the middle of somebody's page."""
    gc.collect()
    gc.freeze()


class IdleCheck:
    """Whether a process has become idle after it has worked, by the CPU time it has used from look to look."""

    def __init__(self) -> None:
        self._cpu_s = 0.0
        self._looks = LOOKS  # without work so far

    def is_new(self, cpu_s: float) -> bool:
        """True once each time the process becomes idle. cpu_s: of the process so far, at this look."""
        self._looks = 0 if cpu_s - self._cpu_s > LITTLE_CPU_S else self._looks + 1
        self._cpu_s = cpu_s
        return self._looks == LOOKS


def give_back_when_idle() -> None:
    """Give memory back, in a thread of its own, whenever this process has become idle."""

    def watch() -> None:
        idle = IdleCheck()
        while True:
            time.sleep(LOOK_S)
            if idle.is_new(time.process_time()):
                gc.collect()
                give_back()

    threading.Thread(target=watch, name="memory", daemon=True).start()
