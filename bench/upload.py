"""`manage.py bench upload [GB]`: a Strava-shaped zip of 5 GB, mostly photos, sent to the running app over HTTP.

`manage.py run` without changes, a sign-in through its routes, then the requests of the page's component
(web/upload.js): begin, and the pieces in order, with the cookie and from the app's own origin. Resident memory of the
app and of the job processes is sampled throughout. Then come the plan, the import, and what is left on the disk at the
end.
"""

import http.client
import io
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from bench import figure, scratch
from bench.import_bench import wait_until
from bench.upload_zip import Export
from milevault_core import store
from milevault_core.accounts import sign_in, tokens
from milevault_core.imports import archives
from milevault_core.server.supervisor import ROOT
from milevault_core.store.queries import import_log
from milevault_core.store.queries import uploads as upload_queries

MB = 1 << 20
SETTLED_S = 300  # for the database to free the space of deleted rows


def run(size_gb: str = "5") -> list[dict]:
    export = Export(int(float(size_gb) * 1e9))
    with scratch.database() as user_id, running() as (port, process):
        return _measure(export, user_id, port, process)


def _measure(export: Export, user_id: int, port: int, process: psutil.Process) -> list[dict]:
    size, database = export.size(), _database_mb()
    browser = Browser(port, user_id)
    app, jobs = _app_and_jobs(process)
    with watching(lambda: app) as app_mb, watching(lambda: [*jobs, *_below(jobs)]) as jobs_mb:
        upload_id, seconds = browser.send("export_bench.zip", size, export)
        sent, begun = dict(app_mb), time.monotonic()
        wait_until(lambda: _upload(user_id, upload_id)["state"] in ("planned", "failed"))
        planned_s, upload = time.monotonic() - begun, _upload(user_id, upload_id)
        if upload["state"] == "failed":
            raise RuntimeError(upload["reason"])
        begun, chunks, wait = time.monotonic(), _chunks_mb(), dict(jobs_mb)
        import_id = archives.start(user_id, upload_id)
        wait_until(lambda: _is_imported(user_id, import_id))
        imported_s = time.monotonic() - begun
        for_routes = {one.pid for one in _below(jobs) if _matches_routes(one)}
    routes_mb = {pid: seen for pid, seen in jobs_mb.items() if pid in for_routes}
    others_mb = {pid: seen for pid, seen in jobs_mb.items() if pid not in for_routes}
    outcomes = _summary(user_id, import_id)["outcomes"]
    left = _value("SELECT count(*) FROM upload_chunks")
    with suppress(TimeoutError):
        wait_until(lambda: _chunks_mb() < 0.1 * chunks, SETTLED_S)
    most = 1.3 * size / MB + 300
    with suppress(TimeoutError):  # files of emptied tables are removed a moment later
        wait_until(lambda: _database_mb() <= most, 30)
    return [
        figure("size of the archive", size / 1e9, "GB", f"at least {0.99 * size / 1e9:.2f}"),
        figure("sent", size / 1e6 / seconds, "MB/s"),
        figure("growth of the app while it was sent", _growth(sent), "MB", "at most 50"),
        figure("growth of the app until all was imported", _growth(app_mb), "MB", "at most 50"),
        figure("the plan, from the last piece on", planned_s, "s"),
        figure("growth of the largest job process, planning", _growth(wait), "MB"),
        figure("growth of the largest job process, importing", _growth(others_mb), "MB"),
        figure("growth of the one that matches routes, which loads tslearn", _growth(routes_mb), "MB"),
        figure("imported", imported_s, "s"),
        figure("activities", outcomes.get("imported", 0), "files", f"at least {len(export.files)}"),
        figure("photos", outcomes.get("photo", 0), "files", f"at least {export.pictures}"),
        figure("the archive in the database, at its largest", chunks, "MB"),
        figure("rows of it left at the end", left, "rows", "at most 0"),
        figure("room of it left at the end", _chunks_mb(), "MB", f"at most {max(1.0, 0.1 * chunks):.0f}"),
        figure("database before", database, "MB"),
        figure("database after, the photos being kept", _database_mb(), "MB", f"at most {most:.0f}"),
    ]  # fmt: skip


class Browser:
    """What the page's component sends."""

    def __init__(self, port: int, user_id: int) -> None:
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        word = tokens.random_token()
        headers = {"X-MileVault-Ticket": sign_in.ticket(user_id, word), "Cookie": f"mv_browser={word}"}
        self.connection.request("POST", "/signin/finish", headers=headers)
        answer = self.connection.getresponse()
        answer.read()
        found = re.search(r"mv_session=[^;]+", answer.headers.get("set-cookie", ""))
        if found is None:
            raise RuntimeError(f"The sign-in failed: {answer.status}.")
        self.cookie = found.group()

    def ask(self, method: str, address: str, body: bytes) -> dict:
        headers = {
            "Cookie": self.cookie, "X-MileVault": "1", "Origin": f"http://127.0.0.1:{self.port}",
            "Sec-Fetch-Site": "same-origin",
        }  # fmt: skip
        self.connection.request(method, address, body, headers)
        answer = self.connection.getresponse()
        data = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{method} {address}: {answer.status} {data[:200]!r}")
        return json.loads(data)

    def send(self, name: str, size: int, export: Export) -> tuple[int, float]:
        """Send an archive; returns its id, and the seconds that the requests took."""
        begun = self.ask("POST", "/upload/begin", json.dumps({"name": name, "size": size}).encode())
        sink = _Pieces(self, begun["id"], begun["piece"])
        export.write(sink)  # type: ignore[arg-type]
        sink.send()
        if sink.at != size:
            raise RuntimeError(f"{sink.at} of {size} bytes were sent.")
        return begun["id"], sink.seconds


class _Pieces(io.RawIOBase):
    """A file object that sends what is written to it, piece by piece."""

    def __init__(self, browser: Browser, upload_id: int, piece: int) -> None:
        self.browser, self.upload_id, self.piece = browser, upload_id, piece
        self.held, self.at, self.seconds = bytearray(), 0, 0.0

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.held += data
        while len(self.held) >= self.piece:
            self.send()
        return len(data)

    def send(self) -> None:
        """The next piece; the last one may be shorter."""
        data = bytes(self.held[: self.piece])
        del self.held[: self.piece]
        if data:
            begun = time.monotonic()
            self.at = self.browser.ask("PUT", f"/upload/{self.upload_id}/{self.at}", data)["received"]
            self.seconds += time.monotonic() - begun


@contextmanager
def running():
    """`manage.py run` on the open database; (port, its process)."""
    with tempfile.TemporaryDirectory(prefix="milevault-bench-") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = os.environ | {"DATABASE_URL": store.database().dsn, "JOBS_WORKERS": "2",
                                    "MILEVAULT_PYTHON": sys.executable, "MAP_TILE_URL": ""}  # fmt: skip
        for name in ("ADMIN_PASSWORD", "BASE_URL", "IMPORT_FOLDER"):
            environment.pop(name, None)
        log = (Path(folder) / "log").open("w+")
        process = subprocess.Popen(
            [sys.executable, "-m", "milevault_core.cli", "run", "--no-browser", "--port", str(port), "--data", folder],
            cwd=ROOT, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            wait_until(lambda: process.poll() is not None or _is_up(), 120)
            if process.poll() is not None:
                raise RuntimeError("run did not come up: " + (Path(folder) / "log").read_text())
            yield port, psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait(60)


def _is_up() -> bool:
    """Whether a worker has registered; workers start after the app."""
    return _value("SELECT count(*) FROM procrastinate_workers") >= 1


def _app_and_jobs(process: psutil.Process) -> tuple[list[psutil.Process], list[psutil.Process]]:
    children = process.children()
    jobs = [one for one in children if one.cmdline()[-1:] == ["jobs"]]
    return [one for one in children if "streamlit" in one.cmdline()], jobs


def _below(processes: list[psutil.Process]) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return [child for one in processes for child in one.children(recursive=True)]
    return []


@contextmanager
def watching(processes: Callable[[], list[psutil.Process]]):
    """Resident megabytes of processes while something runs: process id -> [at first, maximum]."""
    seen: dict[int, list[float]] = {}
    done = threading.Event()

    def look() -> None:
        for one in processes():
            with suppress(psutil.Error):
                now = one.memory_info().rss / MB
                first, most = seen.get(one.pid, [now, now])
                seen[one.pid] = [first, max(most, now)]

    def watch() -> None:
        while not done.wait(0.2):
            look()

    look()
    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def _growth(seen: dict[int, list[float]]) -> float:
    return max((most - first for first, most in seen.values()), default=0.0)


def _matches_routes(process: psutil.Process) -> bool:
    """Whether this is the worker that has loaded tslearn and its compiler."""
    with suppress(psutil.Error, AttributeError):
        return any("llvmlite" in mapped.path for mapped in process.memory_maps())
    return False


def _upload(user_id: int, upload_id: int) -> dict:
    return upload_queries.one(user_id, upload_id) or {"state": "gone"}


def _summary(user_id: int, import_id: int) -> dict:
    return import_log.summary(user_id, import_id) or {"files": 0, "waiting": 0}


def _is_imported(user_id: int, import_id: int) -> bool:
    found = _summary(user_id, import_id)
    return bool(found["files"] and not found["waiting"]) and not _value("SELECT count(*) FROM uploads")


def _value(sql: str) -> float:
    return float(store.read(sql).iloc[0, 0])


def _chunks_mb() -> float:
    return _value("SELECT pg_total_relation_size('upload_chunks') / 1048576.0")


def _database_mb() -> float:
    return _value("SELECT pg_database_size(current_database()) / 1048576.0")
