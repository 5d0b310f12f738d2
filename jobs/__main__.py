"""`python -m jobs`: the scheduler (schedule) and the workers (procrastinate), each worker a process.

The parent only watches: it starts workers when there is work, restarts those that died, puts lost jobs back in the
queue, and triggers checks. What is due is read from the database, so nothing is missed or done twice after a restart
or with two schedulers. It sleeps until the database notifies it of new jobs; while there are jobs it checks every two
seconds. It stays small: it imports no pandas and computes nothing.
"""

import argparse
import logging
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from jobs import sweep as sweeps
from jobs.backup_runner import BackupRunner
from jobs.folder import FolderWatch
from jobs.scheduler import Scheduler
from jobs.stand_in import StandIn
from jobs.sweep import sweep
from jobs.worker_pool import WorkerPool
from milevault_core import config, store
from milevault_core.operate import docker_or_local, log_lines
from milevault_core.operate.local_process import end_with_parent
from milevault_core.server import machine
from milevault_core.store import queue, reports
from milevault_core.store.embedded_server.cannot_start import CannotStart
from milevault_core.store.jobs_channel import Channel
from milevault_core.store.migrate import SchemaError

log = logging.getLogger("milevault.jobs")
BUSY_S = 2.0  # between checks while there are jobs
IDLE_S = 60.0
ALIVE = Path("/tmp/milevault-jobs-alive")  # as in compose.yaml and Dockerfile; only used in our own container
HASTE_S = 0.2  # at least this long between requested checks


class QueueWatch:
    """What the parent does repeatedly. `load` is what the queues held at the last check."""

    def __init__(self, pool: WorkerPool) -> None:
        self.pool = pool
        self.load: dict[str, tuple[int, int]] = {}
        self._swept = self._checked = -IDLE_S
        # Whether the last sweep found nothing. An empty queue alone does not mean there is nothing to do: a job that
        # ended early because another one held its file has left the queue, and only a sweep enqueues that file again.
        self._is_settled = False
        self.stand_in = StandIn()

    def is_busy(self) -> bool:
        return bool(self.load) or not self._is_settled or self.pool.is_short

    def check(self, is_called: bool) -> None:
        """Sweep when it is time, and make sure that there are workers for what is waiting. is_called: the database has
        sent a notification."""
        now = time.monotonic()
        if now - self._swept >= (BUSY_S if self.is_busy() else IDLE_S):
            self._swept = self._checked = now
            self.load = sweep(self.pool.stalled_s())
            self._is_settled = not self.load
        elif is_called and now - self._checked >= HASTE_S:
            self._checked = now
            self.load = sweeps.load()
            self._is_settled &= not self.load
        self.pool.keep(self.load)
        self.stand_in.keep(not self.pool.processes and not self.pool.until_idle)


def look_into_folder(folder: FolderWatch) -> None:
    if folder.has_news():
        with store.session() as session:
            queue.defer(session, "look_into_folder", "import", once="folder", priority=queue.SOON)


def main() -> None:
    """Watch until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m jobs", description=__doc__)
    parser.add_argument("--until-idle", action="store_true", help="stop when nothing is waiting any more")
    options = parser.parse_args()
    log_lines.begin()
    end_with_parent()
    stop, wake_up = stop_on_signals()
    database = store.open()
    sweeps.defer("mark_raised_versions", queue.SOON)
    log.info("The jobs process has started; up to %d workers import and compute.", config.workers())
    pool = WorkerPool(database.dsn, config.workers(), options.until_idle)
    channel = Channel(database.dsn)
    watch = QueueWatch(pool)
    backups = BackupRunner()
    scheduler = Scheduler()
    scheduler.every(3600, lambda: sweeps.defer("forget_old"))
    if not options.until_idle:
        scheduler.every(60, backups.start_if_due)
        scheduler.every(60, sweeps.sync_all_garmin_connect)
        if (settings := config.settings()).notify_url or settings.heartbeat_url:
            scheduler.every(reports.EVERY_S, machine.report)
            scheduler.every(300, lambda: sweeps.defer("tell_operator", queue.SOON))
    if folder := config.settings().import_folder:
        watch_folder = FolderWatch(Path(folder))
        scheduler.every(10, lambda: look_into_folder(watch_folder))
    try:
        run(stop, wake_up, channel, watch, scheduler, backups, options.until_idle)
    finally:
        channel.close()
        backups.stop()
        pool.stop()
        with suppress(*store.UNAVAILABLE):
            watch.stand_in.stop()
        store.close()


def run(
    stop: threading.Event, wake_up: int, channel: Channel, watch: QueueWatch, scheduler: Scheduler,
    backups: BackupRunner, until_idle: bool,
) -> None:  # fmt: skip
    """Run until told to stop, or with `until_idle` until there is nothing to do."""
    is_called = True
    while not stop.is_set():
        try:
            watch.check(is_called)
            if is_called and not until_idle:
                backups.start_if_asked()
            say_alive()
        except Exception:  # a short outage of the database must not end the process
            log.exception("A check of the queue failed and will be tried again.")
            watch.load = watch.load or {"": (0, 0)}  # so that it checks again in two seconds
        scheduler.run_due()
        if until_idle and not watch.pool.alive():
            watch.load = sweep()
            if not watch.load:
                break
            watch.pool.keep(watch.load)
        rest_s = BUSY_S if watch.is_busy() else scheduler.pause_s(queue.IDLE_HEARTBEAT_S)
        pause_s = min(BUSY_S, 0.5) if until_idle else rest_s
        is_called = channel.wait(pause_s, wake_up)
        drain(wake_up)
        if is_called:
            stop.wait(HASTE_S)  # handle many notifications together


def say_alive() -> None:
    """Touch the file that Docker's health check looks at: the queue has just been checked."""
    if docker_or_local.is_container():
        ALIVE.touch()


def stop_on_signals() -> tuple[threading.Event, int]:
    """(event that SIGTERM and SIGINT set, descriptor that is readable after any signal, including SIGCHLD)."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    reading, writing = os.pipe()
    for end in (reading, writing):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    return stop, reading


def drain(descriptor: int) -> None:
    """Read and discard what is in a pipe."""
    try:
        while os.read(descriptor, 4096):
            pass
    except BlockingIOError:
        pass


if __name__ == "__main__":
    try:
        main()
    except (config.ConfigError, SchemaError, CannotStart) as error:
        sys.exit(str(error))  # for the operator, so without a traceback
