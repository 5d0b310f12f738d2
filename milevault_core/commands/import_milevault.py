"""`import-milevault`: move data over from the first MileVault. Only reads the old database, and can be repeated."""

import time
from collections.abc import Callable
from pathlib import Path

from milevault_core.commands import CommandError, command
from milevault_core.problems import counted


def arguments(parser) -> None:
    parser.add_argument("--database", required=True, metavar="URL", help="the old database; it is only read")
    parser.add_argument("--files", required=True, type=Path, metavar="DIR", help="the old FILE_STORE_PATH")
    parser.add_argument(
        "--user-map", type=Path, metavar="FILE", help="lines 'old name = new name' or 'old name = skip'"
    )
    parser.add_argument("--look", action="store_true", help="only show what would be imported")


@command("import-milevault", "data", "move in from the first MileVault", arguments)
def import_milevault(options) -> int:
    from milevault_core import config, store
    from milevault_core.operate.own_workers import own_workers
    from milevault_core.store import UNAVAILABLE
    from milevault_core.store.v1 import tables
    from milevault_core.v1_migration import accounts, files, user_map, waiting

    if not options.files.is_dir():
        raise CommandError(
            f"{options.files} is not a folder. --files is the folder that FILE_STORE_PATH named."
        )
    try:
        url = config.postgresql_url(options.database)
    except ValueError as error:
        raise CommandError(f"--database: {error}.") from None
    try:
        with tables.look_into(url) as old:
            mapping = user_map.read(options.user_map) if options.user_map else {}
            users, activities = old.rows("users"), old.rows("activities")
            user_map.check(mapping, [str(u["name"]) for u in users], options.user_map)
            people = accounts.people(users, mapping)
            found = files.sort(options.files, activities, {p.old_id: p.old_name for p in people})
            routes, segments, rest = old.rows("named_routes"), old.rows("segments"), waiting.lines(old)
            days, weights = old.rows("health_days"), old.rows("weights")
    except (tables.NotFirstMileVault, user_map.BadMap) as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        raise CommandError(f"{error.filename} cannot be read: {error.strerror}.") from None
    except UNAVAILABLE as error:
        said = str(error).strip().splitlines()[0]
        raise CommandError(f"The old database does not answer: {said}") from None
    if options.look:
        for person in people:
            its = counted(len(found.by_user.get(person.old_id, [])), "file")
            print(f"{person.old_name}: {person.why or f'will be imported as {person.name}, with {its}'}")
        print("\n".join(_unsorted(found, people) + rest))
        return 0
    store.open()
    try:
        with own_workers() as start_workers:  # the same ones for everybody
            failed = sum([_bring(p, found, activities, routes, segments, start_workers) for p in people])
            for person in people:
                failed += _bring_health(person, days, weights, len(people) == 1, start_workers)
    finally:
        store.close()
    print("\n".join(_unsorted(found, people) + rest))
    return int(failed > 0)


def _bring(
    person,
    found,
    activities: list[dict],
    routes: list[dict],
    segments: list[dict],
    start_workers: Callable[[], None],
) -> int:
    """Import one user's files, routes and segments; returns how many files failed."""
    from milevault_core import store
    from milevault_core.store.queries import imports as import_queries
    from milevault_core.store.v1 import v1_imports
    from milevault_core.v1_migration import accounts, files
    from milevault_core.v1_migration import routes as old_routes
    from milevault_core.v1_migration import segments as old_segments

    if not person.name:
        print(f"{person.old_name}: not imported ({person.why})")
        return 0
    user_id, words = accounts.bring(person)
    print(f"{person.old_name} -> {person.name}: {words}", flush=True)
    own = found.by_user.get(person.old_id, [])
    with store.session() as session:
        known = set(v1_imports.names(session, user_id))
    batch, new = files.bring(user_id, own, known, "the first MileVault")
    failed = 0
    if batch is not None:
        _wait(user_id, batch, start_workers)
        items = import_queries.items(user_id, batch)
        outcomes = items["outcome"].value_counts().to_dict()
        print(
            f"  {counted(new, 'file')}: "
            + ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items())
        )
        for item in items[items["outcome"] == "failed"].itertuples():
            print(f"  {item.name}: {item.reason}")
        failed = outcomes.get("failed", 0)
    if len(own) > new:
        print(f"  {len(own) - new} files were imported before and are skipped")
    theirs = [a for a in activities if a["user"] == person.old_id]
    own_routes = [r for r in routes if r["user"] == person.old_id]
    if own_routes:
        done = old_routes.name(user_id, own_routes, theirs, {a: n for n, a in files.names(own)})
        print(
            f"  routes: {done['named']} named, {done['already']} already had a name here, {done['nowhere']} have no "
            "activity here"
        )
    own_segments = [s for s in segments if s["user"] == person.old_id]
    if own_segments:
        came = old_segments.bring(user_id, own_segments, {a: n for n, a in files.names(own)})
        print(f"  segments: {len(came['brought'])} imported, {len(came['already'])} were already here")
        if came["nowhere"]:
            print(f"  segments without a line in the old database: {', '.join(came['nowhere'])}")
    return failed


def _bring_health(
    person, days: list[dict], weights: list[dict], is_alone: bool, start_workers: Callable[[], None]
) -> int:
    """Import one user's health days and weights; returns how many files failed."""
    from milevault_core import store
    from milevault_core.accounts import users
    from milevault_core.store.queries import imports as import_queries
    from milevault_core.store.v1 import v1_imports
    from milevault_core.v1_migration import health

    account = users.by_username(person.name) if person.name else None
    if account is None:
        return 0
    failed = 0
    own = health.of_person(days, person.old_id, is_alone)
    with store.session() as session:
        known = set(v1_imports.names(session, account.id))
    batch, count = health.bring_days(account.id, own, known)
    if batch is not None:
        _wait(account.id, batch, start_workers)
        items = import_queries.items(account.id, batch)
        for item in items[items["outcome"] == "failed"].itertuples():
            print(f"  {item.name}: {item.reason}")
            failed += 1
        print(f"{person.name}: {counted(count, 'day')} of health figures")
    elif own:
        print(f"{person.name}: no new days of health figures")
    logged = health.of_person(weights, person.old_id, is_alone)
    if logged:
        done = health.bring_weights(account.id, logged, account.time_zone)
        print(
            f"{person.name}: {done['brought']} entries of the weight log, {done['already']} were already here, "
            f"{done['unusable']} without a day or a weight"
        )
    return failed


def _unsorted(found, people) -> list[str]:
    """Sentences about everything that could not be imported."""
    who = {p.old_id: p.name for p in people}
    said = [
        f"No file for the activity {a['name'] or a['id']} of {a['start'] or 'an unknown day'}: {a['file']}"
        for a in found.missing
        if who.get(a["user"])
    ]
    without = [a for a in found.without if who.get(a["user"])]
    if without:
        said.append(
            f"{'1 activity names' if len(without) == 1 else f'{len(without)} activities name'} no file: "
            + ", ".join(str(a["name"] or a["id"]) for a in without)
        )
    if found.nobodys:
        said.append(
            "The owner of these files is not known; import them with 'manage.py import FILE --user NAME': "
            + ", ".join(found.nobodys)
        )
    if found.unknown_sports:
        words = ", ".join(f"{word} ({count})" for word, count in found.unknown_sports.items())
        said.append(f"Unknown sport names (the file’s own sport is used): {words}")
    return said


def _wait(user_id: int, batch: int, start_workers: Callable[[], None]) -> None:
    """Wait until every file of the batch is done; start workers if none are running."""
    from milevault_core.store.queries import imports as import_queries

    while import_queries.counts(user_id, batch).get("waiting", 0):
        start_workers()
        time.sleep(0.3)
