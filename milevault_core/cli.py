"""The command line: parse arguments, handle `--data` and print errors as sentences. The commands are in commands/."""

import argparse
import os
import sys
from pathlib import Path

from milevault_core import config
from milevault_core.commands import COMMANDS, CommandError, with_data
from milevault_core.config import ConfigError


def main(words: list[str] | None = None) -> int:
    """Run the command named by the arguments and return the exit code. Errors that the operator can fix are printed
    as a sentence, without a traceback."""
    parser = build_parser()
    options, rest = parser.parse_known_args(words)
    chosen = COMMANDS[options.command]
    if rest and not chosen.takes_rest:
        parser.error(f"unknown: {' '.join(rest)}")
    options.rest = rest
    config.settings.cache_clear()
    try:
        _find_data(options.data)
        if chosen.reads_environment:
            config.settings()
        return int(options.do(options))
    except (ConfigError, CommandError) as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return 130
    except EOFError:
        how = f"'manage.py {options.command} --help' lists the options to use instead."
        return _fail(f"This command asks questions, and there is no terminal to answer in. {how}")
    except Exception as error:
        # Compared by name, because importing the classes would load the database packages for every command.
        if type(error).__name__ in ("SchemaError", "CannotStart"):
            return _fail(str(error))
        if type(error).__name__ == "OperationalError":
            said = str(error).strip().split("(Background on", maxsplit=1)[0].strip()
            return _fail(
                f"The database does not answer, or the connection was lost: {said}\n('manage.py status' looks "
                f"for the cause.)"
            )
        raise


def _find_data(chosen: str | None) -> None:
    """Set MILEVAULT_DATA to an absolute path, so that every process uses the same folder wherever it runs."""
    named = os.environ.get("MILEVAULT_DATA")
    if chosen or named:
        folder = Path(chosen or named or "")  # relative to the current directory of the user who typed it
    else:
        folder = config.ROOT / (config.from_file("MILEVAULT_DATA") or "data")
    os.environ["MILEVAULT_DATA"] = str(folder.absolute())


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def build_parser() -> argparse.ArgumentParser:
    """The argument parser with all commands."""
    parser = argparse.ArgumentParser(prog="manage.py", description="MileVault: the operator's commands.")
    parser.add_argument("--data", help=argparse.SUPPRESS)  # also accepted before the command
    add = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for each in COMMANDS.values():
        own = add.add_parser(
            each.name,
            parents=[with_data()],
            help=each.summary,
            description=each.summary,
            add_help=not each.takes_rest,
        )
        own.set_defaults(do=each.do)
        if each.arguments:
            each.arguments(own)
    return parser


if __name__ == "__main__":
    sys.exit(main())
