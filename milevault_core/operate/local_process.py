"""The processes on this machine: which `run` holds a data folder, how to stop it, and its note about itself.

`data/.running` is first of all a lock, which `run` holds for as long as it lives, whatever ends it. It is also a note:
JSON with the process ID, the address and the link to the first account. A note without the lock is out of date.
"""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

PATIENCE_S = 60
PARENT = "MILEVAULT_PARENT"  # environment variable that tells a child the process ID of its parent


@dataclass(frozen=True)
class Running:
    pid: int
    host: str
    port: int
    address: str  # at which people open it
    link: str = ""  # to create the first account, while there is none
    is_ready: bool = False  # whether it answers requests
    since: float = 0.0  # seconds since 1970


class Claim:
    """This process's lock on a data folder."""

    def __init__(self, descriptor: int):
        self._descriptor = descriptor

    def note(self, running: Running) -> None:
        text = json.dumps(asdict(running)).encode()
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, text, 0)

    def release(self) -> None:
        os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)


def claim(data: Path) -> Claim | None:
    """Lock the data folder for this process; None if another `run` holds it."""
    descriptor = os.open(data / ".running", os.O_RDWR | os.O_CREAT, 0o600)
    for _ in range(20):  # `find` in another process holds the lock for a moment
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.02)
        else:
            os.ftruncate(descriptor, 0)
            return Claim(descriptor)
    os.close(descriptor)
    return None


def find(data: Path) -> Running | None:
    """The `run` that holds this data folder, or None. Raises PermissionError if the folder is another user's."""
    try:
        descriptor = os.open(data / ".running", os.O_RDONLY)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        for _ in range(100):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                text = os.pread(descriptor, 65536, 0)
                try:
                    return Running(**json.loads(text))
                except (ValueError, TypeError):  # it has just taken the lock, or is writing the note
                    time.sleep(0.02)
            else:
                return None
        return None
    finally:
        os.close(descriptor)


def stop(data: Path, patience_s: float = PATIENCE_S) -> Running | None:
    """Stop the `run` of this data folder and wait until it has ended; returns what was running, None if nothing was.

    Raises TimeoutError if it does not end, PermissionError if it is another user's.
    """
    running = find(data)
    if running is None:
        return None
    try:
        os.kill(running.pid, signal.SIGTERM)
    except ProcessLookupError:
        return running
    end = time.monotonic() + patience_s
    while find(data) is not None:
        if time.monotonic() > end:
            raise TimeoutError(
                f"MileVault (process {running.pid}) has not ended within {patience_s:.0f} s. 'manage.py logs' may say "
                f"why; 'kill -9 {running.pid}' ends it at once, and nothing that was saved is lost."
            )
        time.sleep(0.1)
    return running


def child(command: list[str], more: dict[str, str] | None = None, **options: Any) -> subprocess.Popen[bytes]:
    """Start a process that ends when this one ends, for whatever reason: its standard input is a pipe whose other end
    we hold, and which the system closes when we are gone. The child must call `end_with_parent`.

    more: further variables for its environment.
    """
    environment = os.environ | (more or {}) | {PARENT: str(os.getpid())}
    return subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, start_new_session=True, **options
    )


def end_with_parent() -> None:
    """In a process started by `child`: send SIGTERM to this process when its parent is gone. Otherwise do nothing."""
    if os.environ.pop(PARENT, ""):
        threading.Thread(target=_watch, name="end with parent", daemon=True).start()


def _watch() -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 4096):  # nothing is ever written: read only returns when the pipe is closed
            pass
    os.kill(os.getpid(), signal.SIGTERM)
