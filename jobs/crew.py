"""The worker processes: what one does, and the crew of them that the parent keeps complete."""

import asyncio
import gc
import logging
import math
import multiprocessing
import os
import signal
import threading
import time

from jobs.tasks import tasks
from milevault_core import store
from milevault_core.store import queue

log = logging.getLogger("milevault.jobs")
_SPAWN = multiprocessing.get_context("spawn")  # forked children would share connections and locks
_REST_S = 3.0  # a worker that died this young is started again only after as long a pause


def work(queues: list[str], url: str, until_idle: bool) -> None:
    """A worker process: one job at a time, until it is told to stop (or, `until_idle`, nothing is waiting)."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    threading.Thread(target=_end_with_parent, daemon=True).start()
    store.open(url)
    gc.freeze()  # what is loaded by now lives as long as the process: no need to look through it again and again
    asyncio.run(_work(queues, until_idle))
    store.close()


async def _work(queues: list[str], until_idle: bool) -> None:
    asyncio.get_running_loop().set_exception_handler(_end_for)
    app = queue.app()
    app.add_tasks_from(tasks, namespace="")
    async with app.open_async():
        await app.run_worker_async(
            queues=queues,
            concurrency=1,
            wait=not until_idle,
            delete_jobs="successful",
            update_heartbeat_interval=queue.HEARTBEAT_S,
            stalled_worker_timeout=queue.STALLED_S,
            fetch_job_polling_interval=1.0,
        )


def _end_for(loop: asyncio.AbstractEventLoop, context: dict) -> None:
    """A job whose end could not be written (the database went away just then) is "doing" for as long as its worker
    lives, and nobody does it. So the worker ends; the parent starts another, and the job goes back to the queue."""
    loop.default_exception_handler(context)
    if getattr(context.get("future"), "get_name", str)().startswith("process job"):
        log.warning("The end of a job could not be written, so this worker ends.")
        os.kill(os.getpid(), signal.SIGTERM)


def _end_with_parent() -> None:
    """A worker whose parent was killed ends after its job: nobody would stop it or start it again."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


class Crew:
    """The worker processes of this machine."""

    def __init__(self, url: str, workers: int, until_idle: bool) -> None:
        self.url = url
        self.until_idle = until_idle
        self.posts = [["import", "derive"]] * workers + [["routes"]]
        self.processes: dict[int, multiprocessing.process.BaseProcess] = {}
        self.started: dict[int, float] = {}
        self.last_death = -math.inf  # seen at, by time.monotonic

    def keep(self) -> None:
        """Start what is missing."""
        for number, queues in enumerate(self.posts):
            process = self.processes.get(number)
            if process is not None and process.is_alive():
                continue
            if process is not None:
                if self.until_idle and process.exitcode == 0:
                    continue
                if time.monotonic() - self.started[number] < _REST_S:
                    continue
                self.last_death = time.monotonic()
                log.warning("A worker ended (exit code %s) and is started again.", process.exitcode)
            # Jobs run in threads, and each new one would get a heap of its own that keeps what was once in it.
            os.environ.setdefault("MALLOC_ARENA_MAX", "2")
            process = _SPAWN.Process(target=work, args=(queues, self.url, self.until_idle), daemon=True)
            process.start()
            self.processes[number], self.started[number] = process, time.monotonic()

    def stalled_s(self) -> float:
        """How long a worker is silent before its job is given to another: shorter when one has just died here."""
        just_died = time.monotonic() - self.last_death < 2 * queue.STALLED_S
        return 2 * queue.HEARTBEAT_S if just_died else queue.STALLED_S

    def forget(self) -> None:
        """Those that ended on purpose may start again."""
        self.processes = {n: p for n, p in self.processes.items() if p.is_alive()}

    def alive(self) -> bool:
        return any(p.is_alive() for p in self.processes.values())

    def stop(self, patience_s: float = 8.0) -> None:
        """SIGTERM: a worker finishes its job or, after a while, is killed and its transaction rolled back."""
        for process in self.processes.values():
            if process.is_alive():
                process.terminate()
        end = time.monotonic() + patience_s
        for process in self.processes.values():
            process.join(max(0.0, end - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()
