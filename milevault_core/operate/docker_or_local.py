"""Decide whether a command acts on Docker Compose or on this machine.

The first of these that applies decides: `--docker` or `--here` among the arguments; MILEVAULT_RUNS_IN in the
environment or in `.env`; `--data` among the arguments, or MILEVAULT_PYTHON, MILEVAULT_DATA or DATABASE_URL in the
environment (this machine); a running Compose project of this folder (Docker). Otherwise, and always inside a container,
it is this machine.
"""

import os
import shutil
import subprocess

from milevault_core import env_file

# Commands about this folder or this machine, wherever MileVault runs.
ALWAYS_HERE = frozenset(("run", "help", "test", "bench"))
FLAGS = {"--docker": True, "--here": False}
CONTAINER = "MILEVAULT_CONTAINER"


def is_docker(words: list[str]) -> bool:
    """Whether the command runs through Docker Compose."""
    if is_container() or not words or words[0] in ALWAYS_HERE:
        return False
    for word in words:
        if word in FLAGS:
            return FLAGS[word]
    chosen = os.environ.get("MILEVAULT_RUNS_IN") or env_file.read().get("MILEVAULT_RUNS_IN", "")
    if chosen:
        return chosen == "docker"
    means_here = ("MILEVAULT_PYTHON", "MILEVAULT_DATA", "DATABASE_URL")
    if any(w == "--data" or w.startswith("--data=") for w in words) or any(
        os.environ.get(name) for name in means_here
    ):
        return False
    return project_runs()


def project_runs() -> bool:
    """Whether a container of this folder's Compose project is running."""
    if shutil.which("docker") is None:
        return False
    try:
        done = subprocess.run(
            ["docker", "compose", "ps", "--quiet"],
            cwd=env_file.ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=20,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and bool(done.stdout.strip())


def is_container() -> bool:
    """Whether this process runs in one of MileVault's containers."""
    return bool(os.environ.get(CONTAINER))


def local_address(port: str) -> str:
    """The address at which a browser on this machine opens MileVault."""
    return f"http://localhost{'' if port in ('0', '80') else ':' + port}"


def without_flags(words: list[str]) -> list[str]:
    return [word for word in words if word not in FLAGS]
