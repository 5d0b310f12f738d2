"""`manage.py run`: the jobs process and the app together, until Ctrl-C or SIGTERM ends both."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import webbrowser
from dataclasses import dataclass, field
from pathlib import Path

from milevault_core import config, store
from milevault_core.accounts import first

ROOT = Path(__file__).resolve().parents[1]
FIRST_PORT = 8501


@dataclass
class Child:
    """A process that is started again when it ends by itself."""

    name: str
    command: list[str]
    process: subprocess.Popen | None = None
    deaths: list[float] = field(default_factory=list)

    def keep(self) -> bool:
        """Start it if it is not running; False when it ends again and again."""
        if self.process is not None and self.process.poll() is None:
            return True
        if self.process is not None:
            now = time.monotonic()
            self.deaths = [t for t in self.deaths if now - t < 60] + [now]
            if len(self.deaths) >= 5:
                say(f"The {self.name} ended {len(self.deaths)} times within a minute; giving up.")
                return False
            say(f"The {self.name} ended (exit code {self.process.returncode}) and is started again.")
        # A group of its own: Ctrl-C in the terminal reaches only us, and we end the children in order.
        self.process = subprocess.Popen(self.command, cwd=ROOT, start_new_session=True)
        return True

    def stop(self, patience_s: float) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(patience_s)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def run(host: str, port: int | None, open_browser: bool) -> int:
    """Start everything and stay until told to end; the exit code."""
    port = port or free_port(host)
    if port is None or not is_free(host, port):
        say(f"Port {port or FIRST_PORT} is taken. Choose another one with --port.")
        return 1
    stop_on_signals()
    store.open()
    # The app alone first: the workers' start would take the processor from it just when someone waits for a page.
    app = Child("app", app_command(host, port))
    children = [app, Child("jobs process", [sys.executable, "-m", "jobs"])]
    shown = config.settings().base_url or f"http://{name_of(host)}:{port}"
    try:
        app.keep()
        if not wait_until_up(host, port, app):
            return 1
        children[1].keep()
        link = first.link(shown)
        say(f"MileVault is running at {shown} (Ctrl-C ends it)")
        if link:
            say(f"Make the first account here (the link works once, for 24 hours): {link}")
        if open_browser:
            webbrowser.open(link or shown)
        while all([child.keep() for child in children]):
            time.sleep(0.5)
        return 1
    except KeyboardInterrupt:
        say("Ending …")
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for child in reversed(children):
            child.stop(patience_s=10)
        store.close()


def app_command(host: str, port: int) -> list[str]:
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    return [*command, f"--server.port={port}", f"--server.address={host}"]


def stop_on_signals() -> None:
    """SIGTERM ends like Ctrl-C."""

    def stop(*_) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def name_of(host: str) -> str:
    """What this machine calls the address that is listened on."""
    return "localhost" if host in ("", "0.0.0.0", "127.0.0.1") else host


def wait_until_up(host: str, port: int, app: Child, patience_s: float = 90) -> bool:
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
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def free_port(host: str) -> int | None:
    return next((p for p in range(FIRST_PORT, FIRST_PORT + 20) if is_free(host, p)), None)


def say(sentence: str) -> None:
    print(sentence, flush=True)
