"""`manage.py bench start`: the second start of `run`, from the command to the first page."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from bench import figure
from milevault_core.server.supervisor import ROOT


def run() -> list[dict]:
    with tempfile.TemporaryDirectory(prefix="milevault-bench-") as folder:
        first = _start(Path(folder))
        second = _start(Path(folder))
    return [
        figure("first start to the first page, an empty folder", first, "s"),
        figure("second start to the first page", second, "s", "at most 4"),
    ]


def _start(folder: Path) -> float:
    """Seconds from the command until the site's own page answers and `run` has said its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (folder / "log").open("w+")
    command = [sys.executable, str(ROOT / "manage.py"), "run", "--no-browser", "--port", str(port)]
    environment = os.environ | {"MILEVAULT_PYTHON": sys.executable}
    began = time.monotonic()
    process = subprocess.Popen(
        [*command, "--data", str(folder / "data")], cwd=ROOT, stdout=log, stderr=log, env=environment
    )
    try:
        while not (_answers(port) and re.search("running at", (folder / "log").read_text())):
            if process.poll() is not None or time.monotonic() - began > 120:
                raise RuntimeError("run did not come up: " + (folder / "log").read_text())
            time.sleep(0.02)
        return time.monotonic() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2) as page:
            return page.status == 200
    except (urllib.error.URLError, OSError):
        return False
