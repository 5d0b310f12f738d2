"""MileVault started as users start it, for benches: its processes, their memory and CPU, and a browser's websocket."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from milevault_core.config import ROOT
from pages._addresses import SITE

USER, PASSWORD = "athlete", "numbers all the way"


@dataclass
class Running:
    """`manage.py run` on a data folder."""

    address: str
    data: Path
    process: psutil.Process
    log: Path | None = None

    def said(self, lines: int = 40) -> str:
        """The last lines of its log, because a page with an error does not show the details."""
        told = self.log.read_text(errors="replace").splitlines() if self.log else []
        return "\n".join(told[-lines:])

    def family(self) -> list[psutil.Process]:
        """All its processes, including the database's."""
        with suppress(psutil.Error):
            ours = [self.process, *self.process.children(recursive=True)]
            return [*ours, *(p for p in _postgres(self.data) if p not in ours)]
        return []

    def app(self) -> psutil.Process:
        return next(p for p in self.process.children() if "streamlit" in p.cmdline())


def _postgres(data: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["name"]):
        with suppress(psutil.Error):
            if "postgres" in (process.info["name"] or "") and process.cwd() == str(data / "pg"):
                found.append(process)
    return found


@contextmanager
def running(workers: int = 2, data: Path | None = None) -> Iterator[Running]:
    """Start MileVault in an empty folder or on `data`, and stop it afterwards; the account USER is its
    administrator."""
    with tempfile.TemporaryDirectory(prefix="milevault-bench-") as folder:
        data = data or Path(folder) / "data"
        port = _free_port()
        command = [sys.executable, str(ROOT / "manage.py"), "run", "--no-browser", "--port", str(port)]
        environment = os.environ | {
            "MILEVAULT_PYTHON": sys.executable, "JOBS_WORKERS": str(workers), "ADMIN_USERNAME": USER,
            "ADMIN_PASSWORD": PASSWORD, "MAP_TILE_URL": "", "BACKUP_AT": "never", "MILEVAULT_ENV_FILE": "",
        }  # fmt: skip
        for name in ("DATABASE_URL", "BASE_URL", "MILEVAULT_DATA"):
            environment.pop(name, None)
        with (Path(folder) / "log").open("w+") as log:
            process = subprocess.Popen(
                [*command, "--data", str(data)], cwd=ROOT, stdout=log, stderr=log, env=environment
            )
            try:
                _wait_until_healthy(f"http://127.0.0.1:{port}/healthz", process, Path(log.name))
                yield Running(f"http://127.0.0.1:{port}", data, psutil.Process(process.pid), Path(log.name))
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_healthy(url: str, process: subprocess.Popen, log: Path, patience_s: float = 120) -> None:
    end = time.monotonic() + patience_s
    while time.monotonic() < end and process.poll() is None:
        with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.1)
    raise RuntimeError("run did not come up: " + log.read_text())


def cpu_s(process: psutil.Process) -> float:
    """CPU seconds of a process so far, including its ended threads; to the nanosecond where the system has such a
    clock."""
    with suppress(OSError, AttributeError):
        return time.clock_gettime((~process.pid << 3) | 2)
    used = process.cpu_times()
    return used.user + used.system


def family_cpu_s(family: list[psutil.Process]) -> dict[int, float]:
    found = {}
    for process in family:
        with suppress(psutil.Error):
            found[process.pid] = cpu_s(process)
    return found


def pss_mb(process: psutil.Process) -> float:
    """Memory of a process (MB), with shared memory divided by the number of processes that share it; resident memory
    where the system does not provide that."""
    try:
        for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    with suppress(psutil.Error):
        return process.memory_info().rss / 2**20
    return 0.0


def site_map() -> list[tuple[str, str]]:
    """(title, address) of every page; new pages are included automatically."""
    return [(title, address) for _, title, _, address, _, _ in SITE]


class Tab:
    """A browser tab without the browser: a websocket that requests pages and counts the bytes received."""

    def __init__(self, address: str, token: str) -> None:
        self._address, self._token = address, token

    async def __aenter__(self) -> "Tab":
        import websockets

        self._connection = await websockets.connect(
            self._address.replace("http", "ws", 1) + "/_stcore/stream",
            subprotocols=[websockets.Subprotocol("streamlit")],
            additional_headers={"Cookie": f"mv_session={self._token}"},
            origin=websockets.Origin(self._address),
            max_size=None,
        )
        return self

    async def __aexit__(self, *_) -> None:
        await self._connection.close()

    async def open(self, page: str, query: str = "", patience_s: float = 60) -> tuple[int, bool]:
        """Run the script for an address; (bytes received, whether the page showed no error)."""
        from streamlit.proto.BackMsg_pb2 import BackMsg
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        ask = BackMsg()
        ask.rerun_script.page_name = page
        ask.rerun_script.query_string = query
        ask.rerun_script.context_info.url = f"{self._address}/{page}" + (f"?{query}" if query else "")
        ask.rerun_script.context_info.timezone = "Europe/Berlin"
        await self._connection.send(ask.SerializeToString())
        size, is_well = 0, True
        while True:
            data = await asyncio.wait_for(self._connection.recv(), patience_s)
            size += len(data)
            message = ForwardMsg.FromString(data)
            kind = message.WhichOneof("type")
            if kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
                is_well = False
            if kind == "script_finished":
                return size, is_well
