"""Starts the process that makes and verifies backups, when one is due or requested."""

import logging
import subprocess
import sys
import time

from milevault_core import store
from milevault_core.backup import nightly, runs
from milevault_core.operate import local_process
from milevault_core.store import engine

log = logging.getLogger("milevault.jobs")
LIMIT_S = 12 * 3600.0  # a backup or verification that takes longer is assumed to hang


class BackupRunner:
    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._begun = 0.0

    def start_if_due(self) -> None:
        """Start at most one process at a time. The process checks for itself what is due, so a second machine's process
        does no harm."""
        if self._process is not None and self._process.poll() is None:
            if time.monotonic() - self._begun > LIMIT_S:
                log.warning("A backup has run for %.0f hours and is given up.", LIMIT_S / 3600)
                self.stop()
            return
        with store.session() as session:
            is_due = nightly.is_anything_due(engine.raw(session))
        if is_due:
            command = [sys.executable, "-m", nightly.__name__]
            self._process, self._begun = local_process.child(command), time.monotonic()

    def start_if_asked(self) -> None:
        """Start at once if a backup was requested; one that is merely due waits for the next minute."""
        with store.session() as session:
            is_asked = bool(runs.asked(engine.raw(session)))
        if is_asked:
            self.start_if_due()

    def stop(self, patience_s: float = 8.0) -> None:
        """Stop a running backup: the partial file is removed, and the next start begins again."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
