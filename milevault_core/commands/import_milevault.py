"""`import-milevault`: moving in from the first MileVault. Reads the old database only; may be repeated."""

import time
from pathlib import Path

from milevault_core.commands import Unhappy, command


def arguments(parser) -> None:
    parser.add_argument("--database", required=True, metavar="URL", help="the old database; it is only read")
    parser.add_argument("--files", required=True, type=Path, metavar="DIR", help="the old FILE_STORE_PATH")
    parser.add_argument(
        "--user-map", type=Path, metavar="FILE", help="lines 'old name = new name' or 'old name = skip'"
    )
    parser.add_argument("--look", action="store_true", help="only say what would come over")


@command("import-milevault", "data", "move in from the first MileVault", arguments)
def import_milevault(options) -> int:
    from milevault_core import config, store
    from milevault_core.moving_in import accounts, files, user_map, waiting
    from milevault_core.store import UNAVAILABLE, first_milevault

    if not options.files.is_dir():
        raise Unhappy(f"{options.files} is no folder. --files is the folder that FILE_STORE_PATH named.")
    try:
        url = config.postgresql_url(options.database)
    except ValueError as error:
        raise Unhappy(f"--database: {error}.") from None
    try:
        with first_milevault.look_into(url) as old:
            mapping = user_map.read(options.user_map) if options.user_map else {}
            users, activities = old.rows("users"), old.rows("activities")
            user_map.check(mapping, [str(u["name"]) for u in users], options.user_map)
            people = accounts.people(users, mapping)
            found = files.sort(options.files, activities, {p.old_id: p.old_name for p in people})
            routes, rest = old.rows("named_routes"), waiting.lines(old)
    except (first_milevault.NotThere, user_map.BadMap) as error:
        raise Unhappy(str(error)) from None
    except OSError as error:
        raise Unhappy(f"{error.filename} cannot be read: {error.strerror}.") from None
    except UNAVAILABLE as error:
        said = str(error).strip().splitlines()[0]
        raise Unhappy(f"The old database does not answer: {said}") from None
    if options.look:
        for person in people:
            count = len(found.by_user.get(person.old_id, []))
            print(f"{person.old_name}: {person.why or f'comes over as {person.name}, with {count} files'}")
        print("\n".join(_unsorted(found, people) + rest))
        return 0
    store.open()
    try:
        failed = sum([_bring(p, found, activities, routes) for p in people])
    finally:
        store.close()
    print("\n".join(_unsorted(found, people) + rest))
    return int(failed > 0)


def _bring(person, found, activities: list[dict], routes: list[dict]) -> int:
    """One person with everything; how many files failed."""
    from milevault_core import store
    from milevault_core.moving_in import accounts, files
    from milevault_core.moving_in import routes as old_routes
    from milevault_core.store import moved
    from milevault_core.store.queries import imports as import_queries

    if not person.name:
        print(f"{person.old_name}: stays behind ({person.why})")
        return 0
    user_id, words = accounts.bring(person)
    print(f"{person.old_name} -> {person.name}: {words}", flush=True)
    own = found.by_user.get(person.old_id, [])
    with store.session() as session:
        known = set(moved.names(session, user_id))
    batch, new = files.bring(user_id, own, known, "the first MileVault")
    failed = 0
    if batch is not None:
        _wait(user_id, batch)
        items = import_queries.items(user_id, batch)
        outcomes = items["outcome"].value_counts().to_dict()
        print(f"  {new} files: " + ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items()))
        for item in items[items["outcome"] == "failed"].itertuples():
            print(f"  {item.name}: {item.reason}")
        failed = outcomes.get("failed", 0)
    if len(own) > new:
        print(f"  {len(own) - new} files were brought before, and are not brought again")
    theirs = [a for a in activities if a["user"] == person.old_id]
    own_routes = [r for r in routes if r["user"] == person.old_id]
    if own_routes:
        done = old_routes.name(user_id, own_routes, theirs, {a: n for n, a in files.names(own)})
        print(
            f"  routes: {done['named']} named, {done['already']} had a name here already, {done['nowhere']} have no "
            "activity here"
        )
    return failed


def _unsorted(found, people) -> list[str]:
    """What could not be brought, said in full."""
    who = {p.old_id: p.name for p in people}
    said = [
        f"No file for the activity {a['name'] or a['id']} of {a['start'] or 'an unknown day'}: {a['file']}"
        for a in found.missing
        if who.get(a["user"])
    ]
    without = [a for a in found.without if who.get(a["user"])]
    if without:
        said.append(
            f"{len(without)} activities name no file: "
            + ", ".join(str(a["name"] or a["id"]) for a in without)
        )
    if found.nobodys:
        said.append(
            "Whose these files are is not known; bring them with 'manage.py import FILE --user NAME': "
            + ", ".join(found.nobodys)
        )
    if found.unknown_sports:
        words = ", ".join(f"{word} ({count})" for word, count in found.unknown_sports.items())
        said.append(f"Words for a sport that are not understood (what the file says counts): {words}")
    return said


def _wait(user_id: int, batch: int) -> None:
    """Until every file of the batch is done, with workers of our own where nobody else works."""
    from milevault_core.operate.own_workers import own_workers
    from milevault_core.store.queries import imports as import_queries

    with own_workers() as bring:
        while import_queries.counts(user_id, batch).get("waiting", 0):
            bring()
            time.sleep(0.3)
