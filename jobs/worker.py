"""`python -m jobs.worker`: one worker process, one job at a time.

It is small until its first job, which loads pandas and the readers. It exits after a minute without work, or after a
few seconds if it has grown large. The one worker that is kept ready (`--kept`) exits this way only once it has worked;
the jobs process then starts a small one in its place, and stops that one five minutes after the last job.
"""

import argparse
import asyncio
import gc
import logging
import os
import signal
import time
from collections.abc import Awaitable, Callable
from typing import Any

from procrastinate.job_context import JobContext
from procrastinate.worker import Worker

from milevault_core import config, store
from milevault_core.operate import log_lines
from milevault_core.operate.local_process import end_with_parent
from milevault_core.store import deadlock, engine, queue, server_rows

IDLE_S = 60.0
UNTIL_IDLE_S = 1.0  # another job may follow the last one
LARGE_MB, LARGE_IDLE_S = 250, 3.0
TELL_S = 10.0  # how often it adds its job times to the figures of /metrics
log = logging.getLogger("milevault.jobs")


class WorkerState:
    """Whether the worker is busy, since when it has been idle, and its heartbeats while busy."""

    def __init__(self, is_kept: bool, idle_s: float = IDLE_S) -> None:
        self.is_kept, self.idle_s = is_kept, idle_s
        self.is_busy, self.has_worked, self.has_asked = False, False, False
        self.has_lost_database = False  # its listener may be gone, so a fresh worker must take over
        self.rested_since = self.beaten = self.told = time.monotonic()
        self.took: dict[str, tuple[int, float]] = {}  # not yet saved: task -> (jobs done, seconds)

    def asking(self, fetch: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        """Wrap `fetch` (procrastinate's "is there a job?") to note its first answer: idle time counts from then."""

        async def ask(*arguments: Any, **named: Any) -> Any:
            job = await fetch(*arguments, **named)
            if not self.has_asked:
                self.has_asked, self.rested_since = True, time.monotonic()
            return job

        return ask

    async def around(
        self, call_next: Callable[[], Awaitable[Any]], context: JobContext, worker: Worker
    ) -> Any:
        """procrastinate middleware, run around every job."""
        self.is_busy = True
        beating = asyncio.create_task(self._beat(worker))
        try:
            if not self.has_worked:
                await asyncio.to_thread(_load)
                # With this name others can end its transactions if it stops responding (queue.cut_off_silent).
                engine.name_connections(f"{queue.WORKER} {worker.worker_id}")
                self.has_worked = True
            with log_lines.about(job=context.job.id, task=context.job.task_name):
                return await self._run(call_next, context.job.task_name)
        finally:
            beating.cancel()
            self.is_busy, self.rested_since = False, time.monotonic()

    async def _run(self, call_next: Callable[[], Awaitable[Any]], task: str) -> Any:
        began, outcome = time.monotonic(), "failed"
        try:
            result = await call_next()
            outcome = "done"
            jobs, seconds = self.took.get(task, (0, 0.0))
            self.took[task] = jobs + 1, seconds + time.monotonic() - began
            return result
        except store.UNAVAILABLE as error:
            self.has_lost_database |= not deadlock.is_deadlock(error)
            raise
        finally:
            said = {"outcome": outcome, "ms": round(1000 * (time.monotonic() - began))}
            log.info("A job has ended.", extra={"about": said})

    async def _beat(self, worker: Worker) -> None:
        while worker.worker_id is not None:
            if time.monotonic() - self.beaten >= queue.HEARTBEAT_S:
                await worker.app.job_manager.update_heartbeat(worker.worker_id)
                self.beaten = time.monotonic()
            await asyncio.sleep(queue.HEARTBEAT_S)

    def is_over(self) -> bool:
        """Whether the worker should end, because it has been idle for long or has lost the database."""
        if self.is_busy or (self.is_kept and not self.has_worked):
            return False
        if self.has_lost_database:
            return True
        rested_s = time.monotonic() - self.rested_since
        if not (self.has_asked or self.has_worked) and rested_s < IDLE_S:
            return False  # on a busy machine, asking for the first job takes seconds
        return rested_s > self.idle_s or (rested_s > LARGE_IDLE_S and resident_mb() > LARGE_MB)

    async def stop_when_over(self, worker: Worker) -> None:
        while not self.is_over():
            if time.monotonic() - self.told >= TELL_S:
                await asyncio.to_thread(save_times, self.untold())
            await asyncio.sleep(min(1.0, self.idle_s / 4) if self.has_worked or not self.is_kept else 5.0)
        worker.stop()  # type: ignore[no-untyped-call]

    def untold(self) -> dict[str, tuple[int, float]]:
        """The jobs done since the last call: task -> (jobs, seconds)."""
        took, self.took, self.told = self.took, {}, time.monotonic()
        return took


def save_times(took: dict[str, tuple[int, float]]) -> None:
    """Add job times to the figures of all workers. Without the database they are lost, because jobs must not wait."""
    try:
        if took:
            with store.session() as session:
                server_rows.add_durations(session, took)
    except store.UNAVAILABLE:
        log.warning("The times of %d jobs could not be saved.", sum(jobs for jobs, _ in took.values()))


def resident_mb() -> float:
    """Resident memory of this process in MB; 0 if the system does not report it."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except OSError:
        return 0.0


def _load_light() -> None:
    """Import what nearly every job needs and is light: saves a fifth of the time to the first file, for 7 MB."""
    import milevault_core.store.models  # noqa: F401


def _load() -> None:
    """Import what nearly every job needs."""
    gc.disable()  # imports allocate a lot and free little: collecting takes a sixth of the time to the first file
    try:
        import pandas  # noqa: F401

        from milevault_core.formats import dispatch
        from milevault_core.imports import archives, files  # noqa: F401

        dispatch.load_readers()
        gc.freeze()  # what is loaded now stays, so the collector need not scan it again
    finally:
        gc.enable()


def work(queues: list[str], url: str, until_idle: bool = False, is_kept: bool = False) -> None:
    """Work until told to stop or idle for long; with `until_idle`, until nothing is waiting."""
    says_all = config.settings().log_format == "json"
    log_lines.begin(logging.INFO if says_all else logging.WARNING)
    end_with_parent()
    store.open(url)
    asyncio.run(_work(queues, WorkerState(is_kept, idle_s=UNTIL_IDLE_S if until_idle else IDLE_S)))
    store.close()


async def _work(queues: list[str], state: WorkerState) -> None:
    from jobs.tasks import tasks

    asyncio.get_running_loop().set_exception_handler(_end_for)
    _load_light()
    app = queue.app()
    app.add_tasks_from(tasks, namespace="")
    app.job_manager.fetch_job = state.asking(app.job_manager.fetch_job)  # type: ignore[method-assign,assignment]
    async with app.open_async():
        worker = Worker(
            app,
            queues=queues,
            concurrency=1,
            delete_jobs="successful",
            update_heartbeat_interval=queue.IDLE_HEARTBEAT_S,
            stalled_worker_timeout=2 * queue.ALIVE_S,
            fetch_job_polling_interval=10.0,  # only a fallback: it is notified of new jobs, and again by the sweep
            abort_job_polling_interval=60.0,  # jobs are never aborted
            worker_middleware=[state.around],
        )
        ending = asyncio.create_task(state.stop_when_over(worker))
        try:
            await worker.run()  # type: ignore[no-untyped-call]
        finally:
            ending.cancel()
            save_times(state.untold())


def _end_for(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """End the worker if the end of a job could not be saved, because the database was gone just then. Such a job stays
    "doing" as long as its worker lives; once the worker ends, the job goes back to the queue."""
    loop.default_exception_handler(context)
    if getattr(context.get("future"), "get_name", str)().startswith("process job"):
        log.warning("The end of a job could not be written, so this worker ends.")
        os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Run one worker, as its command line says."""
    parser = argparse.ArgumentParser(prog="python -m jobs.worker", description=__doc__)
    parser.add_argument("queues", nargs="+")
    parser.add_argument("--until-idle", action="store_true")
    parser.add_argument("--kept", action="store_true")
    options = parser.parse_args()
    work(options.queues, os.environ["DATABASE_URL"], options.until_idle, options.kept)


if __name__ == "__main__":
    main()
