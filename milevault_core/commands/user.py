"""`user add`, `user password`: make an account, give it another password."""

import getpass
import sys

from milevault_core.commands import Unhappy, command, with_data


def arguments(parser) -> None:
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    add = what.add_parser("add", parents=[with_data()], help="make an account")
    add.add_argument("name")
    add.add_argument("--admin", action="store_true")
    add.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    add.add_argument("--time-zone", default="UTC", help="for example Europe/Berlin")
    add.add_argument("--units", choices=("metric", "imperial"), default="metric")
    password = what.add_parser("password", parents=[with_data()], help="give an account another password")
    password.add_argument("name")
    password.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input"
    )


@command("user", "daily", "accounts: user add NAME, user password NAME", arguments)
def user(options) -> int:
    from milevault_core import store
    from milevault_core.accounts import rules

    password = _password(options.password_stdin)
    store.open()
    try:
        print(_add(options, password) if options.what == "add" else _change(options.name, password))
    except rules.Refused as refused:
        raise Unhappy(str(refused)) from None
    finally:
        store.close()
    return 0


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != password:
        raise Unhappy("The two passwords differ; nothing was done.")
    return password


def _add(options, password: str) -> str:
    from milevault_core.accounts import users

    account = users.create(
        options.name, password, is_admin=options.admin, time_zone=options.time_zone, units=options.units
    )
    return f"The account {account.username} is there."


def _change(name: str, password: str) -> str:
    from milevault_core.accounts import users

    account = users.by_username(name)
    if account is None:
        raise Unhappy(f"There is no account called {name}.")
    users.set_password(account.id, password)
    return f"{account.username} has a new password, and is signed out everywhere."
