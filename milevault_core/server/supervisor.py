"""`manage.py run`: run the jobs process and the app until Ctrl-C or SIGTERM.

This process only supervises the others, for as long as the server runs, so it loads neither the database packages nor
pandas (tests/server/test_small.py).
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import webbrowser
from dataclasses import dataclass, field, replace
from pathlib import Path

from milevault_core import config
from milevault_core.operate import local_process, logs
from milevault_core.store.embedded_server import embedded

ROOT = Path(__file__).resolve().parents[2]
FIRST_PORT = 8501
# Pages and jobs run in threads, and each new thread would get its own heap that never shrinks.
SMALL = {"MALLOC_ARENA_MAX": os.environ.get("MALLOC_ARENA_MAX", "2")}


@dataclass
class Child:
    """A process that is started again if it exits."""

    name: str
    command: list[str]
    log: Path | None = None  # where its output goes; None: to our own output
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def keep(self) -> bool:
        """Start the process if it is not running; False if it has ended 5 times within a minute."""
        if self.process is not None and self.process.poll() is None:
            return True
        if self.process is not None:
            now = time.monotonic()
            self.deaths = [t for t in self.deaths if now - t < 60] + [now]
            if len(self.deaths) >= 5:
                say(f"The {self.name} ended {len(self.deaths)} times within a minute; giving up.")
                return False
            say(f"The {self.name} ended (exit code {self.process.returncode}) and is started again.")
        # It gets a process group of its own: Ctrl-C in the terminal reaches only us, and we stop the children in order.
        with self.log.open("ab") if self.log else contextlib.nullcontext() as out:
            self.process = local_process.child(
                self.command, SMALL, cwd=ROOT, stdout=out, stderr=out and subprocess.STDOUT
            )
        return True

    def stop(self, patience_s: float) -> None:
        """Terminate the process, and kill its process group if it does not end within `patience_s` seconds."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(patience_s)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def run(host: str, port: int | None, open_browser: bool, log_folder: Path | None = None) -> int:
    """Start everything and run until told to stop; returns the exit code. log_folder: for the logs of app and jobs."""
    settings = config.settings()
    port = port or settings.http_port or free_port(host)
    if port is None or not is_free(host, port):
        say(f"Port {port or FIRST_PORT} is {why_not_free(host, port)}. Choose another one with --port.")
        return 1
    stop_on_signals()
    server = None if settings.database_url else embedded.start(settings.data)
    children: list[Child] = []
    try:
        if server:
            server.watch()
        settings.data.mkdir(parents=True, exist_ok=True)
        claim = local_process.claim(settings.data)
        if claim is None:
            say(already(local_process.find(settings.data), settings.data))
            return 1
        shown = settings.base_url or f"http://{name_of(host)}:{port}"
        note = local_process.Running(os.getpid(), host, port, shown, since=time.time())
        claim.note(note)
        link = prepare(shown)
        if link is None:
            return 1
        children += make_children(host, port, log_folder)
        # The app starts first, because starting workers would take CPU time from it while someone waits for a page.
        children[0].keep()
        if not wait_until_up(host, port, children[0]):
            return 1
        children[1].keep()
        claim.note(replace(note, link=link, is_ready=True))
        say(f"MileVault is running at {shown}" + ("" if log_folder else " (Ctrl-C stops it)"))
        if link and log_folder is None:  # else `start` prints it: no log may have a link that gives access
            say(f"Make the first account here (the link works once, for 24 hours): {link}")
        if open_browser:
            webbrowser.open(link or shown)
        while all([child.keep() for child in children]):
            logs.make_room(settings.data)
            time.sleep(1.0)
        return 1
    except KeyboardInterrupt:
        say("Ending …")
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for child in reversed(children):
            child.stop(patience_s=10)
        if server:
            server.leave()
        # The claim ends with this process, so when it is free none of our processes is running.


def prepare(address: str) -> str | None:
    """Migrate the database; returns the link for creating the first account, "" if there is an account, or None if it
    failed (the subprocess has printed why)."""
    command = [sys.executable, "-m", "milevault_core.server.prepare", address]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    return None if done.returncode else done.stdout.strip()


def make_children(host: str, port: int, log_folder: Path | None) -> list[Child]:
    """The app and the jobs process, not started yet."""
    app, jobs = (log_folder / name if log_folder else None for name in ("app.log", "jobs.log"))
    return [
        Child("app", app_command(host, port), app),
        Child("jobs process", [sys.executable, "-m", "jobs"], jobs),
    ]


def already(running: local_process.Running | None, data: Path) -> str:
    """The message that another `run` holds the data folder."""
    where = f" at {running.address} (process {running.pid})" if running else ""
    return f"MileVault is already running on {data}{where}. 'manage.py stop' stops it; --data chooses another folder."


def app_command(host: str, port: int) -> list[str]:
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    return [*command, f"--server.port={port}", f"--server.address={host}"]


def stop_on_signals() -> None:
    """Make SIGTERM act like Ctrl-C. Raises KeyboardInterrupt in the main thread when one of them arrives."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def name_of(host: str) -> str:
    """The host name to use on this machine for the address we listen on."""
    return "localhost" if host in ("", "0.0.0.0", "127.0.0.1") else host


def wait_until_up(host: str, port: int, app: Child, patience_s: float = 90) -> bool:
    """Wait until the app answers; if it exits or takes too long, prints the reason and returns False."""
    address = f"http://{name_of(host)}:{port}/_stcore/health"
    no_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        assert app.process is not None
        if app.process.poll() is not None:
            say(
                f"The app ended while starting (exit code {app.process.returncode}); the lines above say why."
            )
            return False
        with contextlib.suppress(OSError), no_proxy.open(address, timeout=2):
            return True
        time.sleep(0.05)
    say("The app did not answer in time.")
    return False


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen on this port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def why_not_free(host: str, port: int | None) -> str:
    """The end of the sentence that says why we cannot listen on the port."""
    if port and port < 1024 and os.geteuid() != 0 and not answers(host, port):
        return "not for ordinary users (below 1024 it needs root)"
    return "taken"


def answers(host: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((name_of(host), port), timeout=1):
        return True
    return False


def free_port(host: str) -> int | None:
    return next((p for p in range(FIRST_PORT, FIRST_PORT + 20) if is_free(host, p)), None)


def say(sentence: str) -> None:
    print(sentence, flush=True)
