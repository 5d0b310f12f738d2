"""The operator's commands, one file each. Add a file here with an @command function; nothing else needs to change.

    def arguments(parser):                 # adds arguments to an argparse parser; leave it out if there are none
        parser.add_argument("path")

    @command("weigh", "data", "say how heavy a file is", arguments)
    def weigh(options) -> int:             # the exit code
        from milevault_core import store   # slow imports go here, because `help` loads every file

A command that cannot do what was asked raises CommandError with a sentence. milevault_core.cli parses the arguments,
handles `--data`, and turns errors into sentences.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from milevault_core.registry import load_all

ROOT = Path(__file__).resolve().parents[2]
# The topics of the overview, in the order shown.
TOPICS = {
    "daily": "Every day",
    "data": "Your data",
    "safety": "Keeping it safe",
    "operate": "Looking after it",
    "develop": "Working on MileVault",
}


class CommandError(Exception):
    """The command cannot do what was asked; `str()` says why."""


@dataclass(frozen=True)
class Command:
    name: str
    topic: str  # one of TOPICS
    summary: str  # shown in the overview
    arguments: Callable[[argparse.ArgumentParser], None] | None
    do: Callable[[argparse.Namespace], int]
    reads_environment: bool  # whether an invalid environment variable stops the command
    takes_rest: bool  # whether it accepts unknown arguments (options.rest)


COMMANDS: dict[str, Command] = {}


def command(
    name: str,
    topic: str,
    summary: str,
    arguments: Callable[[argparse.ArgumentParser], None] | None = None,
    *,
    reads_environment: bool = True,
    takes_rest: bool = False,
):
    """Register a function that takes the parsed options as the command `name`. Raises ValueError for a second command
    of that name and for an unknown topic."""

    def register(function: Callable[[argparse.Namespace], int]):
        if name in COMMANDS:
            raise ValueError(f"two commands are called {name!r}")
        if topic not in TOPICS:
            raise ValueError(f"there is no topic {topic!r}")
        COMMANDS[name] = Command(name, topic, summary, arguments, function, reads_environment, takes_rest)
        return function

    return register


def with_data() -> argparse.ArgumentParser:
    """A parent parser with `--data`, for parsers of commands and subcommands (such as `user add`)."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument(
        "--data",
        default=argparse.SUPPRESS,
        help="folder of the embedded database (default: data, or MILEVAULT_DATA)",
    )
    return parser


load_all(__name__, __path__)
