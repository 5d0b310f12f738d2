"""Programs that use the embedded server, and what is really running, for tests of the server's life cycle."""

import atexit
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from milevault_core.store.embedded_server import embedded

CLIENT = Path(__file__).with_name("embedded_client.py")
STRANGER = 65534  # `nobody`: an ordinary user on every system

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux says who adopts orphans")


class Client:
    """A running embedded_client.py."""

    def __init__(self, *arguments: object, env: dict[str, str] | None = None):
        self.process = subprocess.Popen(
            [sys.executable, str(CLIENT), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd="/",
            env={**os.environ, **(env or {})},
            start_new_session=True,
        )

    def says(self) -> dict:
        """Its next report; {} when it has ended."""
        line = self.process.stdout.readline()
        return json.loads(line) if line else {}

    def told(self, command: str) -> dict:
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self.says()

    def ends(self) -> int:
        """Let it end, and return its exit code."""
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        return self.process.wait(60)

    def gets(self, number: int) -> int:
        """Send it a signal, and return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(60)


@contextmanager
def clients() -> Iterator[Callable[..., Client]]:
    """Start clients; at the end of the test they and their servers are killed."""
    started: list[Client] = []
    folders: set[Path] = set()

    def client(*arguments: object, **more) -> Client:
        if isinstance(arguments[0], Path):
            folders.add(arguments[0] / "pg")
        started.append(Client(*arguments, **more))
        return started[-1]

    try:
        yield client
    finally:
        for each in started:
            each.process.kill()
            each.process.wait()
            each.process.stdout.close()
        for pg in folders:
            kill_server(pg)
            with suppress(FileNotFoundError):
                shutil.rmtree(pg.with_name(".socket").read_text())


def servers(pg: Path) -> list[psutil.Process]:
    """The running processes of this folder's server, according to the operating system."""
    found = []
    for process in psutil.process_iter(["name"]):
        with suppress(psutil.Error, OSError):
            if process.info["name"] == "postgres" and Path(process.cwd()) == pg.resolve():
                found.append(process)
    return found


def of_servers[T](pg: Path, ask: Callable[[psutil.Process], T]) -> list[T]:
    """Call `ask` for each of them; a process that has ended since (a worker, a connection) is skipped."""
    answers = []
    for process in servers(pg):
        with suppress(psutil.NoSuchProcess):
            answers.append(ask(process))
    return answers


def server_is_gone(pg: Path) -> bool:
    """Whether no process of the server is running (with up to 5 s for those that are ending)."""
    deadline = time.monotonic() + 5
    while servers(pg) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not servers(pg)


def kill_server(pg: Path) -> None:
    for process in servers(pg):
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)
    assert server_is_gone(pg)


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that every user can reach.

    pytest's own folders are closed to other users, and every pytest started on the machine closes them again.
    """
    folder = Path(tempfile.mkdtemp(prefix="mv-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def data_with_database() -> Iterator[Path]:
    """A data folder with a new database: a copy, because creating one takes two seconds."""
    with open_folder() as home:
        subprocess.run(["cp", "-a", _made_once(), home / "data"], check=True)
        yield home / "data"


@functools.cache
def _made_once() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="mv-", dir="/tmp"))
    atexit.register(shutil.rmtree, folder)
    folder.chmod(0o755)
    embedded.start(folder / "data").leave()
    return folder / "data"
