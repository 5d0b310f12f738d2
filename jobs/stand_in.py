"""While no worker runs, the jobs process reports in its place, because it starts one as soon as there is a job."""

import time

from milevault_core import store
from milevault_core.store import queue


class StandIn:
    """A worker's row in the queue, kept alive by the jobs process while it has no worker."""

    def __init__(self) -> None:
        self._row: int | None = None
        self._beaten = 0.0

    def keep(self, is_needed: bool) -> None:
        """Report when it is time; stop reporting if no longer needed."""
        if not is_needed:
            self.stop()
        elif self._row is None or time.monotonic() - self._beaten >= queue.IDLE_HEARTBEAT_S / 2:
            with store.session() as session:
                self._row = queue.report_at_hand(session, self._row)
            self._beaten = time.monotonic()

    def stop(self) -> None:
        """Remove the row."""
        if self._row is not None:
            with store.session() as session:
                queue.report_gone(session, self._row)
            self._row = None
