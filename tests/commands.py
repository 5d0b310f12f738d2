"""The operator's commands as real processes, and folders of data of their own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "a long and quiet word"


def environment(**more: str) -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("MILEVAULT_DATA", "DATABASE_"))} | more


def command(*words: object, **options) -> subprocess.CompletedProcess[str]:
    """Run a command of milevault_core.cli to its end. `env`: further variables; `input`: its standard input;
    `start_new_session`: without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "milevault_core.cli", *map(str, words)],
        cwd=options.get("cwd", ROOT),
        env=environment(PYTHONPATH=str(ROOT), **options.get("env", {})),
        input=options.get("input"),
        start_new_session=options.get("start_new_session", False),
        capture_output=True,
        text=True,
        timeout=300,
    )


def processes_of(data: Path) -> list[psutil.Process]:
    """Every living process that has this data folder as its MILEVAULT_DATA, as an argument or as its place."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                continue
            place = process.cwd()
            if str(data) in (process.environ().get("MILEVAULT_DATA"), *process.cmdline()) or place == str(
                data / "pg"
            ):
                found.append(process)
    return found


@contextmanager
def data_folder(folder: Path) -> Iterator[Path]:
    """A data folder, of which no process is left at the end of the test whatever happens."""
    try:
        yield folder
    finally:
        left = processes_of(folder)
        for process in left:
            with suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(left, timeout=10)
