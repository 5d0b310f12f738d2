"""`user add`, `user password`, `user close`, `user open`: add an account, change its password, close and reopen it."""

import getpass
import sys
from typing import TYPE_CHECKING

from milevault_core.commands import CommandError, command, with_data

if TYPE_CHECKING:
    from milevault_core.accounts.account import Account


def arguments(parser) -> None:
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    add = what.add_parser("add", parents=[with_data()], help="make an account")
    add.add_argument("name")
    add.add_argument("--admin", action="store_true")
    add.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    add.add_argument("--time-zone", default="UTC", help="for example Europe/Berlin")
    add.add_argument("--units", choices=("metric", "imperial"), default="metric")
    password = what.add_parser("password", parents=[with_data()], help="set an account's password")
    password.add_argument("name")
    password.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input"
    )
    close = what.add_parser(
        "close",
        parents=[with_data()],
        help="close an account: nobody can sign in with it, nothing is deleted",
    )
    close.add_argument("name")
    close.add_argument("--yes", action="store_true", help="do not ask")
    again = what.add_parser("open", parents=[with_data()], help="open a closed account again")
    again.add_argument("name")


@command("user", "daily", "accounts: user add, password, close, open NAME", arguments)
def user(options) -> int:
    from milevault_core import store
    from milevault_core.accounts import rules

    password = _password(options.password_stdin) if options.what in ("add", "password") else ""
    store.open()
    try:
        if options.what == "add":
            print(_add(options, password))
        elif options.what == "password":
            print(_change(options.name, password))
        else:
            print(_close(options.name, options.yes) if options.what == "close" else _open(options.name))
    except rules.Refused as refused:
        raise CommandError(str(refused)) from None
    finally:
        store.close()
    return 0


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Repeat the password: ") != password:
        raise CommandError("The two passwords differ; nothing was done.")
    return password


def _add(options, password: str) -> str:
    from milevault_core.accounts import users

    account = users.create(
        options.name, password, is_admin=options.admin, time_zone=options.time_zone, units=options.units
    )
    return f"The account {account.username} was made."


def _change(name: str, password: str) -> str:
    from milevault_core.accounts import users

    account = _known(name)
    users.set_password(account.id, password)
    return (
        f"{account.username} has a new password, and is signed out everywhere. Its upload keys keep "
        f"working; they are revoked on the Profile page."
    )


def _close(name: str, is_sure: bool) -> str:
    from milevault_core.accounts import users

    account = _known(name)
    if not is_sure:
        role = "administrator" if account.is_admin else "user"
        print(f"{account.username} ({role}) will be signed out everywhere, and its upload keys stop working.")
        if input("Nothing is deleted. Type the account's name to close it: ").strip() != account.username:
            raise CommandError("The names differ; nothing was done.")
    users.disable(account.id)
    return (
        f"The account {account.username} is closed. 'manage.py user open {account.username}' opens it again."
    )


def _open(name: str) -> str:
    from milevault_core.accounts import users

    account = _known(name)
    users.enable(account.id)
    return f"The account {account.username} is open."


def _known(name: str) -> "Account":
    from milevault_core.accounts import users

    account = users.by_username(name)
    if account is None:
        raise CommandError(f"There is no account called {name}.")
    return account
