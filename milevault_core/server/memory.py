"""Return unused memory to the system: in a worker after a long job, in the app when its visitors have left.

The C library keeps free pages that lie between used ones: 33 MB after 1,200 files of one hour each, while the memory in
use stays the same.
"""

import ctypes
import gc
import threading
import time
from collections.abc import Callable
from functools import cache

LOOK_S = 30.0
LOOKS = 6  # checks without work make a process idle: Streamlit forgets a visitor after two minutes
LITTLE_CPU_S = 0.5  # CPU seconds that an idle process may use between two checks


def give_back() -> None:
    """Return free memory to the system. Takes a few milliseconds; does nothing without glibc."""
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
    """Exclude everything loaded so far from garbage collection, which would otherwise pause somebody's page for 0.1 to
    0.3 s. Call it once, when everything is loaded."""
    gc.collect()
    gc.freeze()


class IdleCheck:
    """Detects when a process becomes idle after work, by the CPU time it used between checks."""

    def __init__(self) -> None:
        self._cpu_s = 0.0
        self._looks = LOOKS  # consecutive checks without work so far

    def is_new(self, cpu_s: float) -> bool:
        """True once each time the process becomes idle. cpu_s: CPU seconds that the process has used so far."""
        self._looks = 0 if cpu_s - self._cpu_s > LITTLE_CPU_S else self._looks + 1
        self._cpu_s = cpu_s
        return self._looks == LOOKS


def give_back_when_idle() -> None:
    """Start a thread that returns free memory to the system whenever this process becomes idle."""

    def watch() -> None:
        idle = IdleCheck()
        while True:
            time.sleep(LOOK_S)
            if idle.is_new(time.process_time()):
                gc.collect()
                give_back()

    threading.Thread(target=watch, name="memory", daemon=True).start()
