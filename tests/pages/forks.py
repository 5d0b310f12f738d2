"""Start fresh servers in a third of the time: a process that has imported what a server imports, and done nothing else,
forks one on request. No Streamlit code has run in it, and none of our files that Streamlit runs (app.py, pages/) is
loaded.

A line of JSON on its standard input requests a server. It answers with the server's process id and, once that has
ended, with the exit code. It handles one server at a time.
"""

import importlib
import json
import os
import pkgutil
import runpy
import select
import subprocess
import sys
import traceback
from pathlib import Path
from signal import SIGKILL, SIGTERM
from typing import IO, Any, NoReturn

ROOT = Path(__file__).parents[2]
MODULES = ("altair", "pandas", "psycopg_pool", "streamlit.emojis", "streamlit.web.bootstrap", "streamlit.web.cli",
           "streamlit.web.server.starlette", "uvicorn.logging", "uvicorn.loops.auto", "uvicorn.protocols.http.auto",
           "uvicorn.protocols.websockets.auto")  # fmt: skip
PACKAGES = ("milevault_core.store", "milevault_core.view", "milevault_core.web")


class Forked:
    """A server's process, with the interface that `bench.app_server` needs."""

    def __init__(self, parent: subprocess.Popen[str]) -> None:
        self._parent = parent
        self._code: int | None = None
        self.pid = self._heard()

    def _heard(self) -> int:
        assert self._parent.stdout is not None
        return int(self._parent.stdout.readline())

    def poll(self) -> int | None:
        return self._code if self._code is not None or not self._said(0) else self.wait(0)

    def _said(self, within_s: float) -> bool:
        return bool(select.select([self._parent.stdout], [], [], within_s)[0])

    def terminate(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, SIGTERM)

    def wait(self, timeout: float) -> int:
        if self._code is None:
            if not self._said(timeout):
                raise subprocess.TimeoutExpired("a forked server", timeout)
            self._code = self._heard()
        return self._code


class Forks:
    """The process that forks servers for a test run."""

    def __init__(self) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, "-m", __name__],
            cwd=ROOT,
            text=True,
            bufsize=1,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def begin(self, command: list[str], folder: Path, env: dict[str, str], log: IO[bytes]) -> Forked:
        """Like `bench.app_server.begin`, but only for `-m streamlit …`."""
        assert self._parent.stdin is not None
        asked = {"argv": command[1:], "folder": str(folder), "env": env, "log": log.name}
        self._parent.stdin.write(json.dumps(asked) + "\n")
        return Forked(self._parent)

    def end(self) -> None:
        assert self._parent.stdin is not None
        self._parent.stdin.close()
        self._parent.wait(30)


def _load() -> None:
    for name in MODULES:
        importlib.import_module(name)
    for name in PACKAGES:
        package = importlib.import_module(name)
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            if ".migrations." not in found.name:
                importlib.import_module(found.name)
    assert not {"app", "pages"} & {name.partition(".")[0] for name in sys.modules}


def _serve(asked: dict[str, Any]) -> NoReturn:
    """In the child: become what `python -m streamlit …` would be."""
    log = os.open(asked["log"], os.O_WRONLY | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for theirs, own in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(theirs, own)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["env"])
    sys.argv = asked["argv"]
    sys.path[0] = asked["folder"]
    code: Any = 0
    try:
        runpy.run_module("streamlit", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        code = ended.code
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)


def _end_of(child: int) -> int:
    """Wait for the child's exit code; kill it if the process that requested it is gone."""
    ended = os.pidfd_open(child)
    ready, _, _ = select.select([ended, sys.stdin], [], [])
    if ended not in ready:
        os.kill(child, SIGKILL)
    os.close(ended)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    _load()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _serve(json.loads(line))
        print(child, flush=True)
        print(_end_of(child), flush=True)


if __name__ == "__main__":
    main()
