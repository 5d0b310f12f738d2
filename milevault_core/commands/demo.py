"""`manage.py demo`: add two years of an invented athlete's data to an account, or remove them."""

import time
from collections.abc import Callable
from datetime import date

from milevault_core.commands import CommandError, command


def arguments(parser) -> None:
    parser.add_argument("--user", metavar="NAME", help="whose account (default: the only one)")
    parser.add_argument("--seed", type=int, help="a different number makes a different athlete")
    parser.add_argument(
        "--end", type=date.fromisoformat, metavar="DATE", help="the last day (default: yesterday)"
    )
    parser.add_argument("--yes", action="store_true", help="even if the account has activities of its own")
    parser.add_argument("--remove", action="store_true", help="remove the demo data")


@command("demo", "daily", "two years of an invented athlete, to look around with", arguments)
def demo(options) -> int:
    from milevault_core import store
    from milevault_core.demo import life
    from milevault_core.view import texts

    store.open()
    try:
        user_id = _user(options.user)
        if options.remove:
            gone = _activities(user_id)
            life.remove(user_id)
            _wait(user_id, "Removing", lambda demo: gone - int(demo["activities"].sum()), gone)
            print(f"{texts.count(gone, 'activity', 'activities')} removed.")
            return 0
        _refuse_beside_own(user_id, options.yes)
        try:
            life.begin(user_id, options.seed, options.end)
        except life.AlreadyThere as error:
            raise CommandError(f"{error} --remove deletes it.") from None
        _wait(user_id, "Making", lambda demo: int(demo["files"].sum()), life.ACTIVITIES)
        made = _activities(user_id)
        print(f"{texts.count(made, 'activity', 'activities')} made, and everything computed from them.")
        return int(made < life.ACTIVITIES)
    finally:
        store.close()


def _user(name: str | None) -> int:
    from milevault_core.accounts import users

    if name is None:
        only = users.only()
        if only is None:
            raise CommandError("Which account? Add --user NAME; `user add NAME` makes one.")
        return only.id
    account = users.by_username(name)
    if account is None:
        raise CommandError(f"There is no account called {name}.")
    return account.id


def _refuse_beside_own(user_id: int, is_sure: bool) -> None:
    from milevault_core.store.queries import activities, demo

    if is_sure or len(demo.batches(user_id)) or activities.recent(user_id, 1).empty:
        return
    raise CommandError(
        "There are activities in this account already. The demo athlete has a weight and thresholds, which would "
        "change the figures of these too. `user add NAME` makes an account for the demo; --yes uses this one anyway."
    )


def _activities(user_id: int) -> int:
    from milevault_core.store.queries import demo as queries

    return int(queries.batches(user_id)["activities"].sum())


def _wait(user_id: int, doing: str, done: Callable, total: int) -> None:
    """Wait until everything is made or removed, and derived figures are computed; start workers if none are running."""
    from rich.console import Console
    from rich.progress import Progress

    from milevault_core.operate.own_workers import own_workers
    from milevault_core.store.queries import demo as queries

    with own_workers() as bring, Progress(console=Console(stderr=True)) as progress:
        working = progress.add_task(doing, total=total)
        while True:
            now = queries.batches(user_id)
            progress.update(working, completed=done(now))
            if not (now["jobs"].sum() or now["dirty"].sum() or now["is_going"].any()):
                return
            bring()
            time.sleep(0.2)
