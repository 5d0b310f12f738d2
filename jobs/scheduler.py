"""Triggers regular checks. It keeps no state: what is due is read from the database."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import schedule

log = logging.getLogger("milevault.jobs")
_JUMP = timedelta(seconds=2)


class Scheduler:
    """`schedule`, which uses this machine's clock. The clock may be changed, or go back an hour in autumn; the checks
    would then wait until it has caught up, so they are all scheduled again."""

    def __init__(
        self,
        clock: Callable[[], datetime] = datetime.now,  # the clock that schedule itself uses
        steady_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock, self._steady_s = clock, steady_s
        self._checks: list[tuple[float, Callable[[], object]]] = []
        self._plan()

    def every(self, seconds: int, check: Callable[[], object]) -> None:
        self._checks.append((seconds, check))
        self._plan()

    def run_due(self) -> None:
        """Run the checks that are due."""
        if abs(self._ahead() - self._was_ahead) > _JUMP:
            log.info("This machine's clock was set; all checks are planned again.")
            self._plan()
        self._schedule.run_pending()

    def pause_s(self, most_s: float) -> float:
        """Seconds until the next check is due, at least 0.5 and at most `most_s`."""
        due = self._schedule.idle_seconds
        return most_s if due is None else min(most_s, max(0.5, due))

    def _plan(self) -> None:
        self._schedule = schedule.Scheduler()
        for seconds, check in self._checks:
            self._schedule.every(int(seconds)).seconds.do(_safely, check)
        self._was_ahead = self._ahead()

    def _ahead(self) -> timedelta:
        """How far the clock is ahead of a clock that cannot be changed."""
        clock = self._clock()
        return clock - datetime(2000, 1, 1, tzinfo=clock.tzinfo) - timedelta(seconds=self._steady_s())


def _safely(check: Callable[[], object]) -> None:
    """Run a check. If it fails (say, during a short outage of the database), the process and the other checks go on."""
    try:
        check()
    except Exception:
        log.exception("A scheduled check failed and is tried again.")
