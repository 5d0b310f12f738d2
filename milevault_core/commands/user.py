"""`user add`: make an account."""

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


@command("user", "daily", "accounts: user add NAME", arguments)
def user(options) -> int:
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
