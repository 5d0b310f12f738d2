"""The keeper of backups: starts the process that makes and proves them when one is due or asked for."""

import subprocess
import sys

from milevault_core import store
from milevault_core.backup import nightly
from milevault_core.operate import here
from milevault_core.store import engine


class Keeper:
    def __init__(self) -> None:
        self._process: subprocess.Popen | None = None

    def look(self) -> None:
        """One process at a time; it looks for itself what is due, so a second machine's does no harm."""
        if self._process is not None and self._process.poll() is None:
            return
        with store.session() as session:
            is_due = nightly.is_anything_due(engine.raw(session))
        if is_due:
            command = [sys.executable, "-m", nightly.__name__]
            self._process = here.child(command)

    def stop(self, patience_s: float = 8.0) -> None:
        """A backup under way is given up: its half is removed, and the next start makes it anew."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
