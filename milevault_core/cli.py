"""The operator's commands behind manage.py."""

import argparse
import getpass
import os
import subprocess
import sys
from pathlib import Path

from milevault_core import config
from milevault_core.config import ConfigError


def main(words: list[str] | None = None) -> int:
    parser = build_parser()
    options, rest = parser.parse_known_args(words)
    if rest and options.command != "test":
        parser.error(f"unknown: {' '.join(rest)}")
    if options.data:
        os.environ["MILEVAULT_DATA"] = str(Path(options.data).absolute())
    os.environ.setdefault("MILEVAULT_DATA", str(Path("data").absolute()))
    config.settings.cache_clear()
    options.rest = rest
    try:
        config.settings()
        return options.do(options)
    except (ConfigError, Unhappy) as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if type(error).__name__ in ("SchemaError", "CannotStart", "OperationalError"):
            return _fail(str(error))
        raise


class Unhappy(Exception):
    """The command cannot do what was asked; `str()` says why."""


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="manage.py", description="MileVault: the operator's commands.")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--data",
        default=argparse.SUPPRESS,
        help="folder of the embedded database (default: data, or MILEVAULT_DATA)",
    )
    parser.add_argument("--data", help=argparse.SUPPRESS)  # before the command it holds too
    add = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    run = add.add_parser("run", parents=[common], help="start MileVault here and open it in the browser")
    run.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    run.add_argument("--port", type=int, help="port (default: the first free one from 8501)")
    run.add_argument("--no-browser", action="store_true", help="do not open the browser")
    run.set_defaults(do=do_run)

    imports = add.add_parser("import", parents=[common], help="import files and folders")
    imports.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    imports.add_argument("--user", required=True, metavar="NAME")
    imports.add_argument("--json", action="store_true", help="one JSON object a line")
    imports.set_defaults(do=do_import)

    user = add.add_parser("user", parents=[common], help="accounts").add_subparsers(
        dest="what", required=True
    )
    user_add = user.add_parser("add", parents=[common], help="make an account")
    user_add.add_argument("name")
    user_add.add_argument("--admin", action="store_true")
    user_add.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input"
    )
    user_add.add_argument("--time-zone", default="UTC", help="for example Europe/Berlin")
    user_add.add_argument("--units", choices=("metric", "imperial"), default="metric")
    user_add.set_defaults(do=do_user_add)

    psql = add.add_parser("psql", parents=[common], help="open the database")
    psql.add_argument("-c", dest="sql", help="run this and end")
    psql.set_defaults(do=do_psql)

    bench = add.add_parser("bench", parents=[common], help="measure, and compare with the budget")
    bench.add_argument("name", help="ingest, read, page, memory, start …")
    bench.add_argument("--json", action="store_true", help="one JSON object")
    bench.set_defaults(do=do_bench)

    test = add.add_parser("test", help="run every test; further words go to pytest", add_help=False)
    test.set_defaults(do=do_test)

    helped = add.add_parser("help", help="show this")
    helped.set_defaults(do=do_help)
    return parser


def do_help(options) -> int:
    print(build_parser().format_help())
    return 0


def do_run(options) -> int:
    from milevault_core.run import run

    return run(options.host, options.port, not options.no_browser)


def do_import(options) -> int:
    from milevault_core.import_command import import_paths

    return import_paths(options.paths, options.user, options.json)


def do_user_add(options) -> int:
    from milevault_core import store
    from milevault_core.accounts import rules, users

    if options.password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = getpass.getpass("Password: ")
        if getpass.getpass("The same again: ") != password:
            raise Unhappy("The two passwords differ; nothing was made.")
    store.open()
    try:
        account = users.create(
            options.name, password, is_admin=options.admin, time_zone=options.time_zone, units=options.units
        )
    except rules.Refused as refused:
        raise Unhappy(str(refused)) from None
    finally:
        store.close()
    print(f"The account {account.username} is there.")
    return 0


def do_psql(options) -> int:
    from milevault_core import store
    from milevault_core.store import embedded

    database = store.open()
    try:
        more = ["-c", options.sql] if options.sql else []
        return subprocess.call([embedded.programs() / "psql", database.dsn, *more])
    finally:
        store.close()


def do_bench(options) -> int:
    from milevault_core import bench

    return bench.main(options.name, options.json)


def do_test(options) -> int:
    from milevault_core.test_command import run_tests

    return run_tests(options.rest)


if __name__ == "__main__":
    sys.exit(main())
