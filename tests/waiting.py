"""Wait, with a deadline, for something to become true instead of sleeping and hoping."""

import asyncio
import os
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def patience(seconds: float) -> float:
    """A deadline for an idle machine, stretched for this one: three times as long, because a shared machine does not
    always show its load, and longer still if more processes want to run than there are cores."""
    return 3 * seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def wait_for[T](condition: Callable[[], T], what: str, within_s: float = 20.0, every_s: float = 0.05) -> T:
    """The first true value of `condition()`; raises AssertionError naming `what` when it takes longer than `within_s`
    (stretched by `patience`)."""
    start = time.monotonic()
    while True:
        found = condition()
        if found:
            return found
        waited = time.monotonic() - start
        assert waited < patience(within_s), f"waited {waited:.0f} s in vain for: {what}"
        time.sleep(every_s)


def run_apart[T](begin: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine in a thread of its own and return its result: after any browser test, Playwright leaves a loop
    running in the tests' thread, where asyncio.run then refuses to start."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(lambda: asyncio.run(begin())).result()
