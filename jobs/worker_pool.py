"""The worker processes of this machine, as many as there is work for. The jobs process starts and watches them."""

import contextlib
import logging
import math
import os
import signal
import subprocess
import sys
import time

from milevault_core.operate import local_process
from milevault_core.store import queue

log = logging.getLogger("milevault.jobs")
_REST_S = 3.0  # a worker that died is started again this long after its last start, or later
_ROUTES_WAIT_S = 600.0
AT_HAND_S = 300.0
Load = dict[str, tuple[int, int]]  # queue -> (jobs waiting, jobs running)


class WorkerPool:
    """The workers for imports and derive, the first of which is kept ready for five minutes after the last job; one for
    Garmin Connect, so that only one request runs at a time and its waiting delays no import; and one for routes, which
    needs 400 MB and runs only while routes are compared."""

    def __init__(self, url: str, workers: int, until_idle: bool) -> None:
        self.url = url
        self.until_idle = until_idle
        self.posts = [["import", "derive"]] * workers + [["garmin"], ["routes"]]
        self.processes: dict[int, subprocess.Popen[bytes]] = {}
        self.started: dict[int, float] = {}
        self.last_death = -math.inf  # when it was noticed, by time.monotonic
        self.is_short = False
        self._routes_since: float | None = None
        self._worked = time.monotonic()  # when there last was work for imports or derive
        self._is_dismissed = False  # the first worker was told to end

    def keep(self, load: Load) -> None:
        """Start the workers missing for this load. Afterwards `is_short` says whether some work has to wait."""
        self._remove_ended()
        self.is_short = False
        for number in self.needed(load):
            if number in self.processes:
                continue
            if time.monotonic() - self.started.get(number, -math.inf) > _REST_S:
                self._start(number)
            else:
                self.is_short = True
        if not self.is_at_hand and not self.until_idle and 0 in self.processes and not self._is_dismissed:
            # Only once: a second signal would kill it in the middle of a job that it has just found. The next worker
            # starts when there is a job; that takes a second, but saves 70 MB and its connections all night.
            self._is_dismissed = True
            self.processes[0].terminate()

    def needed(self, load: Load) -> list[int]:
        """The numbers of the workers that should run."""
        general = sum(sum(load.get(name, (0, 0))) for name in ("import", "derive"))
        garmin, routes = len(self.posts) - 2, len(self.posts) - 1
        if general:
            self._worked = time.monotonic()
        least = 0 if self.until_idle or not self.is_at_hand else 1
        needed = list(range(min(garmin, max(least, general))))
        if load.get("garmin", (0, 0))[0]:
            needed.append(garmin)
        if not load.get("routes", (0, 0))[0]:
            self._routes_since = None
            return needed
        # Routes wait for the imports, because both together need the most memory. But another user's archive may delay
        # them only for a limited time.
        self._routes_since = self._routes_since or time.monotonic()
        if not general or time.monotonic() - self._routes_since > _ROUTES_WAIT_S:
            needed.append(routes)
        return needed

    @property
    def is_at_hand(self) -> bool:
        """Whether the first worker is kept although there may be nothing to do."""
        return time.monotonic() - self._worked < AT_HAND_S

    def _start(self, number: int) -> None:
        words = [
            *self.posts[number],
            *(["--until-idle"] if self.until_idle else ["--kept"] if number == 0 else []),
        ]
        # Jobs run in threads, and each new thread would get its own heap, which never shrinks.
        more = {"DATABASE_URL": self.url, "MALLOC_ARENA_MAX": os.environ.get("MALLOC_ARENA_MAX", "2")}
        command = [sys.executable, "-m", "jobs.worker", *words]
        self.processes[number] = local_process.child(command, more)
        self._is_dismissed = self._is_dismissed and number != 0
        self.started[number] = time.monotonic()

    def _remove_ended(self) -> None:
        for number, process in list(self.processes.items()):
            code = process.poll()
            if code is None:
                continue
            _forget(process)
            del self.processes[number]
            # It had nothing left to do, or was told to end before it had started up.
            if code == 0 or (number == 0 and code == -signal.SIGTERM and self._is_dismissed):
                self.started.pop(number, None)
            else:
                self.last_death = time.monotonic()
                log.warning("A worker ended (exit code %s) and is started again.", code)

    def stalled_s(self) -> float:
        """Seconds of silence after which a worker's job goes to another worker; shorter if one has just died here."""
        just_died = time.monotonic() - self.last_death < 2 * queue.STALLED_S
        return 2 * queue.HEARTBEAT_S if just_died else queue.STALLED_S

    def alive(self) -> bool:
        return any(p.poll() is None for p in self.processes.values())

    def stop(self, patience_s: float = 8.0) -> None:
        """Send SIGTERM. A worker that does not finish its job in time is killed, which rolls its transaction back."""
        for process in self.processes.values():
            process.terminate()
        end = time.monotonic() + patience_s
        for process in self.processes.values():
            try:
                process.wait(max(0.0, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            _forget(process)


def _forget(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        if process.stdin is not None:
            process.stdin.close()
