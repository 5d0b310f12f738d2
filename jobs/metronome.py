"""The metronome: says "look now" every so often. It remembers nothing; what is due is read from the database."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import schedule

log = logging.getLogger("milevault.jobs")
_JUMP = timedelta(seconds=2)


class Metronome:
    """`schedule` on this machine's clock, which may be set back, or forward, or go back an hour in autumn: then every
    look would wait until the clock is there again, so they are all planned anew."""

    def __init__(
        self,
        clock: Callable[[], datetime] = datetime.now,  # the one schedule itself reads
        steady_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock, self._steady_s = clock, steady_s
        self._looks: list[tuple[float, Callable[[], object]]] = []
        self._plan()

    def every(self, seconds: int, look: Callable[[], object]) -> None:
        self._looks.append((seconds, look))
        self._plan()

    def beat(self) -> None:
        """Do the looks whose time has come."""
        if abs(self._ahead() - self._was_ahead) > _JUMP:
            log.info("This machine's clock was set; the looks are planned anew.")
            self._plan()
        self._schedule.run_pending()

    def _plan(self) -> None:
        self._schedule = schedule.Scheduler()
        for seconds, look in self._looks:
            self._schedule.every(int(seconds)).seconds.do(_safely, look)
        self._was_ahead = self._ahead()

    def _ahead(self) -> timedelta:
        """The clock against one that cannot be set."""
        clock = self._clock()
        return clock - datetime(2000, 1, 1, tzinfo=clock.tzinfo) - timedelta(seconds=self._steady_s())


def _safely(look: Callable[[], object]) -> None:
    """One look that fails (the database being away for a moment) must end neither the process nor the other looks."""
    try:
        look()
    except Exception:
        log.exception("A scheduled look failed and is tried again.")
