"""Waiting for something to become true, with a deadline, instead of sleeping and hoping."""

import os
import time
from collections.abc import Callable


def patience(seconds: float) -> float:
    """A deadline meant for an idle machine, on this one as it is now: three times as long, for the load of a machine
    that is shared is not always shown, and longer where more wants to run than can."""
    return 3 * seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def wait_for[T](condition: Callable[[], T], what: str, within_s: float = 20.0, every_s: float = 0.05) -> T:
    """The first true value of `condition()`; AssertionError that says `what` when it takes longer than
    `within_s` on an idle machine."""
    start = time.monotonic()
    while True:
        found = condition()
        if found:
            return found
        waited = time.monotonic() - start
        assert waited < patience(within_s), f"waited {waited:.0f} s in vain for: {what}"
        time.sleep(every_s)
