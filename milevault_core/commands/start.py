"""`start`, `stop`, `restart`: MileVault in the background on this machine. (With Docker: operate/compose.py.)"""

import os
import subprocess
import sys
import time
from pathlib import Path

from milevault_core.commands import ROOT, CommandError, command
from milevault_core.operate import local_process, logs

PATIENCE_S = 180  # the first start creates the database; a start after a crash recovers it


def arguments(parser) -> None:
    parser.add_argument("--host", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, help="port (default: HTTP_PORT, or the first free one from 8501)")


@command("start", "operate", "start MileVault in the background", arguments)
def start(options) -> int:
    from milevault_core import config

    data = config.settings().data
    _prepare(data)
    running = local_process.find(data)
    if running is not None:
        print(f"MileVault is already running at {running.address}")
        return 0
    if line := config.unused():
        print(line)
    words = ["--host", options.host or "127.0.0.1"]
    if options.port:
        words += ["--port", str(options.port)]
    log = logs.folder(data) / "milevault.log"
    with log.open("ab") as out:
        begins = out.tell()
        run = ("run", "--no-browser", "--log-folder", str(log.parent))
        process = subprocess.Popen(
            [sys.executable, "-m", "milevault_core.cli", *run, *words],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    running = _wait(data, process)
    if running is None:
        said = log.read_bytes()[begins:].decode(errors="replace").strip().splitlines()
        raise CommandError("\n".join(said[-15:] or ["MileVault exited at once, without a message."]))
    print(f"MileVault is running at {running.address}")
    if running.link:
        print(f"Make the first account here (the link works once, for 24 hours): {running.link}")
    print("It runs in the background: 'manage.py stop' stops it, 'manage.py logs' shows its logs.")
    return 0


def _prepare(data: Path) -> None:
    """Create the log folder. The data folder itself belongs to the system user that runs the database."""
    from milevault_core import config
    from milevault_core.store.embedded_server import system_user
    from milevault_core.store.embedded_server.cannot_start import sentences

    with sentences(data):
        if config.settings().database_url:
            data.mkdir(parents=True, exist_ok=True)
        else:
            system_user.make_folder(data, system_user.serving_user(data / "pg"))
        logs.folder(data).mkdir(mode=0o700, exist_ok=True)


def _wait(data: Path, process: subprocess.Popen) -> local_process.Running | None:
    """Wait until MileVault answers; None if the process has exited instead. Raises CommandError if neither happens."""
    end = time.monotonic() + PATIENCE_S
    try:
        while time.monotonic() < end:
            running = local_process.find(data)
            if running and running.is_ready and running.pid == process.pid:
                return running
            if process.poll() is not None:
                return None
            time.sleep(0.1)
    except KeyboardInterrupt:
        process.terminate()
        raise
    raise CommandError(f"MileVault does not answer after {PATIENCE_S} s. 'manage.py logs' shows its logs.")


@command("stop", "operate", "stop it", reads_environment=False)
def stop(options) -> int:
    running = stopped(Path(os.environ["MILEVAULT_DATA"]))
    print("MileVault has stopped." if running else "MileVault is not running.")
    return 0


def stopped(data: Path) -> local_process.Running | None:
    """Stop MileVault; returns what was running, None if nothing was. Raises CommandError if it cannot be stopped."""
    try:
        return local_process.stop(data)
    except TimeoutError as error:
        raise CommandError(str(error)) from None
    except PermissionError:
        raise CommandError(
            "MileVault was started by another user of this machine, who can stop it (or root can)."
        ) from None


@command("restart", "operate", "restart it at the same address", arguments)
def restart(options) -> int:
    from milevault_core import config

    before = stopped(config.settings().data)
    if before is not None:
        options.host = options.host or before.host
        options.port = options.port or before.port
    return start(options)
