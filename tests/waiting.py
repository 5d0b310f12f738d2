"""Waiting for something to become true, with a deadline, instead of sleeping and hoping."""

import asyncio
import os
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


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


def run_apart[T](begin: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """What a coroutine gives, run in a thread of its own: Playwright leaves a loop running in that of the tests, and
    asyncio.run refuses there, whichever test comes after one of a browser."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(lambda: asyncio.run(begin())).result()
