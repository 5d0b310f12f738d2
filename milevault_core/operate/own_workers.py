"""Workers for a command that waits for jobs, in case no other workers are running."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from milevault_core import store
from milevault_core.env_file import ROOT
from milevault_core.store import jobs_channel


@contextmanager
def own_workers() -> Iterator[Callable[[], None]]:
    """Yields `bring`, which the caller calls repeatedly while it waits: it starts workers if none are running. At the
    end it waits until those it started have also finished derived figures; after an error (Ctrl-C) it stops them."""
    started: list[subprocess.Popen[bytes]] = []

    def bring() -> None:
        if started and started[-1].poll() is None:
            return
        with store.session() as session:
            is_served = jobs_channel.is_listening(session)
        if not is_served:
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
