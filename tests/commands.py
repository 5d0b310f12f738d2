"""Run the operator's commands as real processes, each in its own data folder."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from milevault_core import cli, config, store

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "a long and quiet word"


def environment(**more: str) -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("MILEVAULT_DATA", "DATABASE_"))} | more


def command(*words: object, **options) -> subprocess.CompletedProcess[str]:
    """Run a command of milevault_core.cli to its end. `env`: additional variables; `input`: its standard input;
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


@pytest.fixture
def command_here(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Like `command`, but within this process and on the open database, which saves 1.5 s of CPU. For tests of what a
    command does and prints, where it need not be a process. Workers that it starts are still processes."""

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        url = store.database().dsn
        capsys.readouterr()
        with monkeypatch.context() as patch:
            patch.setenv("DATABASE_URL", url)
            patch.setenv("JOBS_WORKERS", "1")
            code = cli.main([str(word) for word in words])
        config.settings.cache_clear()
        store.open(url)  # the command closed it
        return subprocess.CompletedProcess(words, code, *capsys.readouterr())

    return run


def processes_of(data: Path) -> list[psutil.Process]:
    """Every running process with this data folder as its MILEVAULT_DATA or an argument, or that works in its pg/."""
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
    """A data folder. Any process still using it is killed at the end of the test."""
    try:
        yield folder
    finally:
        left = processes_of(folder)
        for process in left:
            with suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(left, timeout=10)
