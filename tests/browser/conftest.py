"""A real Chromium and a real MileVault, for tests of what a user does.

Tests that look at pages share one server with its jobs process and a demo life (`site`), because filling and starting
one takes longer than most of them; journeys start in an empty data folder of their own (`new_site`).
"""

import os
import re
import secrets
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
from typing import NamedTuple

import pytest

from tests import databases
from tests.browser.life import live, signed_in
from tests.garmin.standin import StandIn
from tests.pages import server

ROOT = Path(__file__).parents[2]


class Site(NamedTuple):
    """A server, and its user "ada": an administrator with sixty activities, everything derived."""

    address: str
    user_id: int


@pytest.fixture(scope="package")
def garmin() -> Iterator[StandIn]:
    """The stand-in that the processes of `site` use as Garmin Connect."""
    with StandIn() as made:
        yield made


@pytest.fixture(scope="package")
def served(
    server_url: str, template: str, garmin: StandIn, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Site]]:
    """A server with its jobs process: the database URL, and the Site."""
    with databases.fresh(server_url, template) as url:
        with databases.opened(url):
            user_id = live(60)
        ours = {
            "MAP_TILE_URL": "", "MILEVAULT_ENV_FILE": "", "MILEVAULT_DATA": str(tmp_path_factory.mktemp("data")),
            "SECRET_KEY": secrets.token_hex(32),
            "GARMIN_STAND_IN": garmin.url, "PYTHONPATH": str(Path(__file__).parent / "redirected"),
        }  # fmt: skip
        environment = os.environ | ours | {"DATABASE_URL": url, "JOBS_WORKERS": "1"}
        jobs = subprocess.Popen([sys.executable, "-m", "jobs"], cwd=ROOT, env=environment)
        try:
            with server.serving(url, **ours) as address:
                yield url, Site(address, user_id)
        finally:
            jobs.terminate()
            jobs.wait(60)


@pytest.fixture
def site(served: tuple[str, Site]) -> Iterator[Site]:
    """The shared server; this process's store is open on its database."""
    url, shared = served
    with databases.opened(url):
        yield shared


@pytest.fixture
def page(browser, site: Site):
    """A browser page with ada signed in."""
    with signed_in(browser, *site) as (opened, seen):
        yield opened
        assert not seen.errors


@dataclass
class NewSite:
    url: str
    first_account: str
    process: subprocess.Popen


@pytest.fixture
def new_site(tmp_path: Path) -> Iterator[NewSite]:
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
        yield NewSite(f"http://127.0.0.1:{port}", link.replace("localhost", "127.0.0.1"), process)
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
