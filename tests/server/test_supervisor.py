"""`run` as a real process: everything starts together and ends together."""

import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.commands import ROOT, data_folder, environment, processes_of
from tests.waiting import patience, wait_for

NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    with data_folder(tmp_path / "data") as folder:
        yield folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def started(data: Path, *words: object, log: Path | None = None, **env: str) -> subprocess.Popen:
    """Start a process with this data folder; its output goes to `log`."""
    out = (log or data.with_name("log")).open("ab")
    return subprocess.Popen(
        [sys.executable, "-m", *map(str, words)], cwd=ROOT, stdout=out, stderr=subprocess.STDOUT,
        env=environment(MILEVAULT_DATA=str(data), JOBS_WORKERS="1", **env), start_new_session=True,
    )  # fmt: skip


def run(data: Path, port: int) -> subprocess.Popen:
    return started(data, "milevault_core.cli", "run", "--no-browser", "--data", data, "--port", port)


def said(data: Path) -> str:
    return data.with_name("log").read_text()


def status(port: int, path: str = "/healthz") -> int:
    """The status of the response; 0 without a response."""
    try:
        return NO_PROXY.open(f"http://127.0.0.1:{port}{path}", timeout=5).status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def healthy(port: int, data: Path) -> None:
    wait_for(lambda: status(port) == 200, f"/healthz 200; the log says: {said(data)[-2000:]}", 60)


def child(process: subprocess.Popen, word: str) -> psutil.Process:
    """The child process of `run` with this word in its command line."""
    (found,) = [p for p in psutil.Process(process.pid).children() if word in p.cmdline()]
    return found


def test_everything_comes_up_and_ends_together(data: Path) -> None:
    port = free_port()
    running = run(data, port)
    healthy(port, data)
    (link,) = wait_for(lambda: re.findall(rf"http://localhost:{port}(/setup\?t=\S+)", said(data)), "the link")
    assert status(port, link) == 200
    assert f"MileVault is running at http://localhost:{port}" in said(data)

    killed = child(running, "streamlit")
    killed.kill()
    wait_for(lambda: "The app ended (exit code -9) and is started again." in said(data), "word of the crash")
    healthy(port, data)
    assert child(running, "streamlit").pid != killed.pid

    taken = run(data, port)
    assert taken.wait(patience(30)) == 1
    assert f"Port {port} is taken. Choose another one with --port." in said(data)

    running.terminate()
    assert running.wait(patience(30)) == 0
    assert processes_of(data) == []
    assert not (data / "pg" / "postmaster.pid").exists()  # stopped in order, not killed

    again = run(data, port)
    wait_for(lambda: status(port, "/") == 200, "the first page", 60, every_s=0.02)
    healthy(port, data)
    again.send_signal(signal.SIGINT)
    assert again.wait(patience(30)) == 0
    assert processes_of(data) == []


def test_app_and_jobs_started_at_the_same_instant_on_an_empty_folder(data: Path) -> None:
    port = free_port()
    both = [
        started(data, "streamlit", "run", "app.py", "--server.headless=true", f"--server.port={port}"),
        started(data, "jobs"),
    ]
    healthy(port, data)
    assert [process.poll() for process in both] == [None, None]
    for process in both:
        process.terminate()
    for process in both:
        process.wait(patience(30))
    wait_for(lambda: processes_of(data) == [], "every process and the database ended")


@pytest.mark.parametrize(
    ("env", "said_so"),
    [
        (
            {"ADMIN_PASSWORD": "password123"},
            "ADMIN_USERNAME and ADMIN_PASSWORD cannot make the first account. ",
        ),
        ({"DATABASE_URL": "postgresql://127.0.0.1:1/nothing"}, "The database does not answer: "),
    ],
)
def test_an_app_that_cannot_start_says_why_in_a_sentence(data: Path, env: dict, said_so: str) -> None:
    """The app alone, as a container starts it: `run` would have checked before."""
    port = f"--server.port={free_port()}"
    app = started(data, "streamlit", "run", "app.py", "--server.headless=true", port, **env)
    assert app.wait(patience(60)) == 1
    assert said(data).splitlines()[-1].startswith(said_so)
    assert "Traceback" not in said(data)
    assert processes_of(data) == []
