"""Workers for a command that waits for work to be done, where nobody else is there to do it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from milevault_core import store
from milevault_core.operate.env_file import ROOT
from milevault_core.store import queue


@contextmanager
def own_workers() -> Iterator[Callable[[], None]]:
    """Yields `bring`, to be called again and again while waiting: it starts workers if none are alive, its own
    included. At the end they finish what is derived too; after an error (Ctrl-C) they are told to end."""
    started: list[subprocess.Popen] = []

    def bring() -> None:
        if started and started[-1].poll() is None:
            return
        with store.session() as session:
            alive = queue.workers_alive(session, within_s=queue.STALLED_S)
        if not alive:
            started.append(subprocess.Popen([sys.executable, "-m", "jobs", "--until-idle"], cwd=ROOT))

    try:
        yield bring
    except BaseException:
        for process in started:
            process.terminate()
        raise
    finally:
        for process in started:
            process.wait()
