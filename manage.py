#!/usr/bin/env python3
"""The operator's commands. Standard library only: creates .venv on first use, then runs milevault_core.cli in it.
With Docker (milevault_core/operate/docker_or_local.py decides) it runs Docker Compose instead, and needs no .venv.

python3 manage.py run       start MileVault here and open it in the browser
python3 manage.py test      run every test
python3 manage.py help      all commands
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
OLDEST = (3, 12)


def main() -> int:
    if sys.version_info < OLDEST:
        return use_newer_python()
    words = sys.argv[1:] or ["help"]
    code = outside(words)
    if code is not None:
        return code
    words = [word for word in words if word not in ("--docker", "--here")]
    wants_tests = words[0] == "test" or (words[0] == "bench" and "read" in words)
    python = prepare("requirements-dev.txt" if wants_tests else "requirements-jobs.txt")
    # Replace this process instead of starting a child, so that Ctrl-C and SIGTERM reach the command itself.
    os.chdir(ROOT) if words[0] == "test" else None
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    }
    os.execve(python, [str(python), "-m", "milevault_core.cli", *words], environment)


def outside(words):
    """Run what needs no packages: the overview, `setup`, and commands in Docker. Returns the exit code, else None."""
    sys.path.insert(0, str(ROOT))
    is_help = words[0] in ("help", "-h", "--help")
    try:
        from milevault_core import env_file
        from milevault_core.operate import compose, docker_or_local, setup
    except ImportError:  # only this file is here, without the rest
        print(
            __doc__.split("\n\n")[1].strip()
            if is_help
            else "The folder milevault_core is not next to manage.py."
        )
        return 0 if is_help else 1
    if is_help:
        from milevault_core.commands.help import overview

        print(overview())
        return 0
    if words[0] == "setup":
        return setup.setup(words[1:])
    try:
        is_docker = docker_or_local.is_docker(words)
    except (OSError, UnicodeDecodeError) as error:
        print(f"{env_file.path()} cannot be read: {error}", file=sys.stderr)
        return 1
    if not is_docker:
        return None
    from milevault_core.commands import COMMANDS

    arguments = {name: command.arguments for name, command in COMMANDS.items()}
    return compose.main(docker_or_local.without_flags(words), arguments)


def use_newer_python() -> int:
    """Run this file again with a Python that is new enough, or say what to install."""
    for name in ("python3.13", "python3.12", "python3.14"):
        found = shutil.which(name)
        if found and works(found):
            os.execv(found, [found, str(ROOT / "manage.py"), *sys.argv[1:]])
    have = ".".join(map(str, sys.version_info[:2]))
    print(f"MileVault needs Python 3.12 or newer; this is Python {have}.")
    print("Install Python 3.13 (package python3.13, python.org, or 'pyenv install 3.13'), then try again.")
    return 1


def works(python: str) -> bool:
    """Whether it really runs and is new enough: a version manager's stub may only print that it is not installed."""
    probe = "import sys, venv; sys.exit(sys.version_info < (3, 12))"
    return subprocess.run([python, "-c", probe], capture_output=True).returncode == 0


def prepare(requirements: str) -> Path:
    """The Python of .venv, with a requirements file installed. Installs only if something has changed."""
    chosen = os.environ.get("MILEVAULT_PYTHON")
    if chosen:  # a container, or a developer with their own environment
        return Path(chosen)
    python = VENV / "bin" / "python"
    wanted = fingerprint(requirements)
    if python.exists() and stamp(requirements) == wanted:
        return python
    if python.exists():
        print(f"Installing what has changed in {requirements} …", file=sys.stderr)
    else:
        print("Making .venv (once) …", file=sys.stderr)
        import venv

        venv.EnvBuilder(with_pip=True, clear=VENV.exists()).create(VENV)
        print(
            f"Installing what {requirements} names: about 1.2 GB on disk, a minute or two (once) …",
            file=sys.stderr,
        )
    command = [
        str(python),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-r",
        requirements,
    ]
    if subprocess.run(command, cwd=ROOT).returncode:
        print("The packages could not be installed; the lines above say why. Try again.", file=sys.stderr)
        raise SystemExit(1)
    (VENV / f".{requirements}").write_text(wanted)
    return python


def fingerprint(requirements: str) -> str:
    names = {requirements, "requirements-jobs.txt", "requirements.txt", "constraints.txt"}
    content = b"".join((ROOT / name).read_bytes() for name in sorted(names))
    return hashlib.sha256(content + sys.version.encode()).hexdigest()


def stamp(requirements: str) -> str:
    # The test requirements include all run-time requirements.
    for name in (requirements, "requirements-dev.txt"):
        file = VENV / f".{name}"
        if file.exists() and file.read_text() == fingerprint(name):
            return fingerprint(requirements)
    return ""


if __name__ == "__main__":
    sys.exit(main())
