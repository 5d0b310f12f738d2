"""Run commands through Docker Compose: either `docker compose` itself, or the same command inside a container.

Paths among the arguments are paths on the host: for such a command their folders are mounted into a new container.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path

from milevault_core import env_file
from milevault_core.operate import docker_or_local, update
from milevault_core.operate.setup import setup

Arguments = Mapping[str, Callable[[argparse.ArgumentParser], None] | None]
SERVICES = ("app", "jobs", "db", "proxy")
_DEFAULT_PASSWORD = "milevault"
_WAIT = ("--wait", "--wait-timeout", "300")


def main(words: list[str], arguments: Arguments) -> int:
    """Run one command and return its exit code. `arguments`: for each command, the function that adds its arguments to
    a parser, or None."""
    word, rest = words[0], words[1:]
    own = {
        "setup": setup, "start": start, "stop": stop, "restart": restart, "logs": logs, "update": _update,
        "status": status, "doctor": status, "first-account": first_account,
    }  # fmt: skip
    return own[word](rest) if word in own else inside(words, arguments)


def compose(*words: str, quiet: bool = False) -> int:
    """Run `docker compose` with these arguments in the folder of compose.yaml and return its exit code."""
    out = subprocess.DEVNULL if quiet else None
    try:
        return subprocess.call(["docker", "compose", *words], cwd=env_file.ROOT, stdout=out)
    except FileNotFoundError:
        return _say("Docker is not installed. Install it, or use --here to run without it.")


def asked(*words: str) -> str:
    """The output of `docker compose`; "" if it fails."""
    try:
        done = subprocess.run(
            ["docker", "compose", *words],
            cwd=env_file.ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""


def start(rest: list[str]) -> int:
    """`start` with Docker Compose; returns the exit code."""
    if rest:
        return _say("With Docker, the port is HTTP_PORT in .env; 'start' takes no other arguments.")
    file = env_file.path()
    if file and not file.exists() and setup(["--docker"]):
        return 1
    if trouble := unsafe_password():
        return _say(trouble)
    if line := unused():
        print(line)
    if compose("up", "--detach", *_WAIT):
        compose("logs", "--tail", "15", "app")
        return _say("MileVault did not start; the lines above say why.")
    print(f"MileVault is running at {address()}")
    return first_account([], quiet=True)


def stop(rest: list[str]) -> int:
    return compose("stop", *rest)


def restart(rest: list[str]) -> int:
    """Restart with `up`, which also applies a changed .env; `docker compose restart` would not."""
    return compose("stop") or start(rest)


def logs(rest: list[str]) -> int:
    """`logs` with Docker Compose; returns the exit code."""
    parser = argparse.ArgumentParser(prog="manage.py logs")
    parser.add_argument("service", nargs="?", choices=SERVICES)
    parser.add_argument("-f", "--follow", action="store_true")
    parser.add_argument("-n", "--lines", type=int, default=50)
    options = parser.parse_args(rest)
    words = ["--tail", str(options.lines)] + (["--follow"] if options.follow else [])
    try:
        return compose("logs", *words, *([options.service] if options.service else []))
    except KeyboardInterrupt:
        return 130


def status(rest: list[str]) -> int:
    """Print the status from the app's container, or Docker's own if the app is not running; returns the exit code."""
    running = asked("ps", "--services", "--status", "running").split()
    if "app" in running:
        return compose("exec", "-T", "app", "python", "manage.py", "status", *rest)
    problem = {"what": "MileVault is not running.", "remedy": "manage.py start"}
    if "--json" in rest:
        facts = {"way": "docker", "running": running}
        print(json.dumps({"ok": False, "facts": facts, "problems": [problem], "notes": []}))
    else:
        compose("ps", "--all")
        print(f"\nPROBLEM: {problem['what']}\n  Remedy: {problem['remedy']}")
    return 1


def first_account(rest: list[str], quiet: bool = False) -> int:
    """`first-account` with Docker Compose; returns the exit code."""
    words = rest or ["--address", address()]
    if not quiet:
        return compose("exec", "-T", "app", "python", "manage.py", "first-account", *words)
    said = asked("exec", "-T", "app", "python", "manage.py", "first-account", *words)
    if "http" in said:
        print(said.strip())
    return 0


def _update(rest: list[str]) -> int:
    if rest:
        return _say("usage: manage.py update")
    return update.update(
        backup=lambda: compose("run", "--rm", "-T", "app", "python", "manage.py", "backup"),
        steps=[
            (
                "Fetching and building the images",
                lambda: compose("pull", "--ignore-buildable") or compose("build"),
            ),
            ("Starting the new version, which brings the schema up to date", lambda: start([])),
        ],
    )


def inside(words: list[str], arguments: Arguments) -> int:
    """Run the command in the app's container, or in a new one if it needs paths of the host; returns the exit code."""
    words, folders = with_paths(words, arguments)
    terminal = [] if sys.stdin.isatty() and sys.stdout.isatty() else ["-T"]
    if not folders:
        return compose("exec", *terminal, "app", "python", "manage.py", *words)
    mounts = [word for folder in folders for word in ("--volume", f"{folder}:{folder}")]
    who = f"{os.getuid()}:{os.getgid()}"  # files are read and written as the calling user
    return compose("run", "--rm", *terminal, "--user", who, *mounts, "app", "python", "manage.py", *words)


def with_paths(words: list[str], arguments: Arguments) -> tuple[list[str], list[Path]]:
    """(the words with every path made absolute, the folders that must be mounted into the container).

    The command's own arguments tell which words are paths: those of type Path and those whose metavar has FILE in it.
    """
    add_arguments = arguments.get(words[0])
    if add_arguments is None:
        return words, []
    parser = argparse.ArgumentParser(add_help=False)
    add_arguments(parser)
    paths: set[str] = set()
    names: set[str] = set()  # options whose value is not a path, even if it equals one

    def seen(text: str) -> Path:
        if text != "verify":  # the keyword in `backup verify FILE`
            paths.add(text)
        return Path(text)

    for action in _all_actions(parser):
        if action.type is Path or "FILE" in str(action.metavar):
            action.type = seen
        elif action.nargs != 0:
            names.update(action.option_strings)
    parser.parse_known_args(words[1:])
    whole, folders = [words[0]], set()
    for before, word in pairwise(words):
        option, _, value = word.partition("=") if word.startswith("--") else ("", "", word)
        if value in paths and before not in names:
            path = Path(value).absolute()
            folders.add(path if path.is_dir() else path.parent)
            word = f"{option}={path}" if option else str(path)
        whole.append(word)
    return whole, sorted(folders)


def _all_actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from _all_actions(below)


def setting(name: str, default: str = "") -> str:
    return os.environ.get(name) or env_file.read().get(name) or default


def address() -> str:
    """The address at which people open MileVault."""
    return setting("BASE_URL").rstrip("/") or docker_or_local.local_address(setting("HTTP_PORT", "80"))


def unused() -> str:
    return "; ".join(
        f"{name} is not used any more: {why}" for name, why in env_file.GONE.items() if setting(name)
    )


def unsafe_password() -> str:
    """A sentence that says why the database must not start with its password; "" if it may."""
    password = setting("DB_PASSWORD", _DEFAULT_PASSWORD)
    if not re.fullmatch(r"[A-Za-z0-9._~-]+", password):
        return (
            "DB_PASSWORD becomes part of an address, so it may contain only letters, digits and . _ ~ - . "
            "(To make a new one: openssl rand -hex 32)"
        )
    published = (
        json.loads(asked("config", "--format", "json") or "{}").get("services", {}).get("db", {}).get("ports")
    )
    if published and password == _DEFAULT_PASSWORD:
        return (
            "The database's port is published while DB_PASSWORD is the default that everybody knows. Set DB_PASSWORD, "
            "or remove 'ports' from the service db in your compose files."
        )
    return ""


def _say(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1
