"""`garmin check NAME`: one read-only pass over a user's Garmin Connect account."""

from milevault_core.commands import CommandError, command, with_data


def arguments(parser) -> None:
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    check = what.add_parser(
        "check", parents=[with_data()], help="ask Garmin everything once and print the keys, no values"
    )
    check.add_argument("name", help="the user's name here")


@command("garmin", "operate", "garmin check NAME: what Garmin Connect answers, without values", arguments)
def garmin(options) -> int:
    from milevault_core import store
    from milevault_core.accounts import users

    store.open()
    try:
        account = users.by_username(options.name)
        if account is None:
            raise CommandError(f"There is no account called {options.name}.")
        try:
            from milevault_core.garmin import check
        except ModuleNotFoundError:
            raise CommandError(
                "The package garminconnect is not installed: it belongs to the jobs process (requirements-jobs.txt)."
            ) from None
        try:
            return 0 if check.check(account.id, print) else 1
        except check.CannotCheck as cannot:
            raise CommandError(str(cannot)) from None
    finally:
        store.close()
