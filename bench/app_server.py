"""Only the app, without the jobs process, as a server: for benches and tests of pages."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from milevault_core.config import ROOT

START_S = 90  # on an idle machine; longer on a busy one


class Process(Protocol):
    """What is used of a server's process."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def terminate(self) -> None: ...
    def wait(self, timeout: float, /) -> int: ...


def begin(command: list[str], folder: Path, env: dict[str, str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start `python` with these arguments."""
    words = [sys.executable, *command]
    return subprocess.Popen(words, cwd=folder, stdout=log, stderr=subprocess.STDOUT, env=env)


@contextmanager
def serving(
    database_url: str = "",
    script: Path = ROOT / "app.py",
    begin: Callable[[list[str], Path, dict[str, str], IO[bytes]], Process] = begin,
    **env: str,
) -> Iterator[tuple[str, Process]]:
    """A freshly started server: its address and its process. The caller makes the first request to a page."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = ["-m", "streamlit", "run", str(script), f"--server.port={port}"]
    command += ["--server.headless=true", "--server.address=127.0.0.1"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("STREAMLIT_")}
    with tempfile.NamedTemporaryFile() as log:
        process = begin(command, script.parent, environment | {"DATABASE_URL": database_url} | env, log)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_it_answers(process, address, log)
            yield address, process
        finally:
            process.terminate()
            process.wait(30)


def _wait_until_it_answers(process: Process, address: str, log: IO[bytes]) -> None:
    deadline = time.monotonic() + START_S * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    log.seek(0)
    raise AssertionError("The server did not start:\n" + log.read().decode(errors="replace"))
