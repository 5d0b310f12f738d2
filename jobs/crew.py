"""The worker processes: what one does, and the crew of them that the parent keeps complete."""

import logging
import multiprocessing
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
    store.open(url)
    app = queue.app()
    app.add_tasks_from(tasks, namespace="")
    app.run_worker(
        queues=queues,
        concurrency=1,
        wait=not until_idle,
        delete_jobs="successful",
        update_heartbeat_interval=queue.HEARTBEAT_S,
        stalled_worker_timeout=queue.STALLED_S,
        fetch_job_polling_interval=1.0,
    )
    store.close()


class Crew:
    """The worker processes of this machine."""

    def __init__(self, url: str, workers: int, until_idle: bool) -> None:
        self.url = url
        self.until_idle = until_idle
        self.posts = [["import", "derive"]] * workers + [["routes"]]
        self.processes: dict[int, multiprocessing.process.BaseProcess] = {}
        self.started: dict[int, float] = {}

    def keep(self) -> int:
        """Start what is missing; how many had died."""
        died = 0
        for number, queues in enumerate(self.posts):
            process = self.processes.get(number)
            if process is not None and process.is_alive():
                continue
            if process is not None:
                if self.until_idle and process.exitcode == 0:
                    continue
                if time.monotonic() - self.started[number] < _REST_S:
                    continue
                died += 1
                log.warning("A worker ended (exit code %s) and is started again.", process.exitcode)
            process = _SPAWN.Process(target=work, args=(queues, self.url, self.until_idle), daemon=True)
            process.start()
            self.processes[number], self.started[number] = process, time.monotonic()
        return died

    def alive(self) -> bool:
        return any(p.is_alive() for p in self.processes.values())

    def stop(self, patience_s: float = 8.0) -> None:
        """SIGTERM: a worker finishes its job or, after a while, is killed and its transaction rolled back."""
        for process in self.processes.values():
            if process.is_alive():
                process.terminate()
        for process in self.processes.values():
            process.join(patience_s)
            if process.is_alive():
                process.kill()
                process.join()
