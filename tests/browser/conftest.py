"""A real Chromium and a real MileVault for what a person does."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass
class Site:
    url: str
    first_account: str
    process: subprocess.Popen


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """`manage.py run` in an empty data folder, with a blank map."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"MAP_TILE_URL": "", "JOBS_WORKERS": "1"}
    for name in ("DATABASE_URL", "ADMIN_PASSWORD", "BASE_URL"):
        environment.pop(name, None)
    log = (tmp_path / "run.log").open("w+")
    command = [
        sys.executable,
        "-m",
        "milevault_core.cli",
        "run",
        "--no-browser",
        "--port",
        str(port),
        "--data",
    ]
    process = subprocess.Popen(
        [*command, str(tmp_path / "data")], cwd=ROOT, env=environment, stdout=log, stderr=log
    )
    try:
        link = _wait_for_link(process, tmp_path / "run.log")
        _wait_until_healthy(f"http://127.0.0.1:{port}/healthz")
        yield Site(f"http://127.0.0.1:{port}", link.replace("localhost", "127.0.0.1"), process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        print((tmp_path / "run.log").read_text())


def _wait_for_link(process: subprocess.Popen, log: Path, patience_s: float = 240) -> str:
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        found = re.search(r"http://\S+/setup\?t=\S+", log.read_text())
        if found:
            return found.group()
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError("run did not come up: " + log.read_text())


def _wait_until_healthy(url: str, patience_s: float = 240) -> None:
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError("the jobs did not come up")
