"""`manage.py import`: import files, folders and archives as the page does, and wait for the result."""

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from milevault_core.commands import CommandError, command
from milevault_core.problems import thousands

LEAST_S, MOST_S = 0.2, 3.0  # between two queries of the import's progress
WAIT_TIMES = 60  # the pause is this many times as long as the query took


def arguments(parser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--user", required=True, metavar="NAME")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    parser.add_argument("--plan", action="store_true", help="only show what would be imported")


@command("import", "daily", "import files, folders and archives", arguments)
def import_(options) -> int:
    return import_paths(options.paths, options.user, options.json, options.plan)


def import_paths(paths: list[Path], username: str, as_json: bool, only_plan: bool = False) -> int:
    """Import for a user, or only show the plan; returns 1 if a file failed (or cannot be read), else 0."""
    from milevault_core import store
    from milevault_core.accounts import users

    store.open()
    try:
        account = users.by_username(username)
        if account is None:
            print(f"There is no account called {username}.", file=sys.stderr)
            return 1
        missing = [str(p) for p in paths if not p.exists()]
        if missing:
            print(f"Not found: {', '.join(missing)}", file=sys.stderr)
            return 1
        given = _sort(paths)
        if only_plan:
            return _print_plans(account.id, given, as_json)
        label = ", ".join(str(p) for p in paths)[:500]
        return _import(account.id, given, label, as_json)
    finally:
        store.close()


class PathGroups(NamedTuple):
    exports: list[tuple[Path, list[Path]]]  # folders that hold an unpacked export, with their files
    zips: list[Path]
    others: list[Path]


def _sort(paths: list[Path]) -> PathGroups:
    from milevault_core.imports import files as imports
    from milevault_core.imports import unpacked_export as unpacked

    given = PathGroups([], [], [])
    for path in paths:
        files = list(imports.paths_below(path))
        if path.is_dir():
            exports, files = unpacked.split(path, files)
            given.exports.extend(exports)
        for file in files:
            (given.zips if _is_zip(file) else given.others).append(file)
    return given


def _is_zip(file: Path) -> bool:
    from milevault_core.formats import archive

    try:
        with file.open("rb") as opened:
            return archive.is_archive(opened.read(4))
    except OSError:
        return False


def _print_plans(user_id: int, given: PathGroups, as_json: bool) -> int:
    """Print the plan of each archive and one of all other files together; nothing is written to the database."""
    from milevault_core.formats import contents
    from milevault_core.imports import files as imports
    from milevault_core.imports import plan
    from milevault_core.imports import unpacked_export as unpacked
    from milevault_core.view.imports import plan as plan_words

    made: list[tuple[str, dict]] = []
    others = list(given.others)
    for folder, files in given.exports:
        stream = unpacked.ZipStream(folder, files)
        with tempfile.TemporaryFile() as packed:  # planning needs random access to the archive
            try:
                shutil.copyfileobj(stream, packed, 1 << 20)
            except OSError as error:
                raise CommandError(
                    f"{folder} cannot be examined in {tempfile.gettempdir()}: {error.strerror}. Import it "
                    "without --plan, or set TMPDIR to a place with enough space."
                ) from None
            made.append((str(folder), plan.of_file(user_id, packed, folder.name)))
        others += stream.unreadable
    for file in given.zips:
        with file.open("rb") as opened:
            made.append((str(file), plan.of_file(user_id, opened, file.name)))
    if others:
        parts = [contents.Part(imports.storable(str(file)), "file", path=file) for file in others]
        found = contents.Contents("files", parts)
        name = str(others[0]) if len(others) == 1 else f"{len(others)} files"
        made.append((name, plan.look_through(user_id, found, _no_archive, lambda done, of: None)))
    for name, one in [(imports.storable(name), one) for name, one in made]:
        if as_json:
            print(json.dumps({"file": name, **one}, ensure_ascii=False))
        else:
            print(f"{name}: {plan_words.sentence(one)}")
            for bad in one["unreadable_files"]:
                print(f"  unreadable: {bad['name']}: {bad['reason']}")
    return int(any(one["unreadable"] for _, one in made))


def _no_archive(number: int):
    raise AssertionError("these files are in no archive")


def _import(user_id: int, given: PathGroups, label: str, as_json: bool) -> int:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from milevault_core import store
    from milevault_core.imports import files as imports
    from milevault_core.operate.own_workers import own_workers
    from milevault_core.store import room
    from milevault_core.store.queries import import_log

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    batch = imports.begin(user_id, "command", label)
    with own_workers() as bring:
        with Progress(*columns, console=Console(stderr=True), refresh_per_second=1) as progress:
            total = len(given.exports) + len(given.zips) + len(given.others)
            reading = progress.add_task("Receiving", total=total)
            taken = 0

            def count() -> None:
                nonlocal taken
                taken += 1
                progress.advance(reading)

            try:
                _take_in(user_id, batch, given, count)
            except (*store.UNAVAILABLE, room.NoRoom) as error:
                raise CommandError(broken_off(error, taken, total)) from error
            working = progress.add_task("Importing", total=None)
            while True:
                asked = time.monotonic()
                files, waiting, is_listing = import_log.progress(user_id, batch)
                progress.update(working, completed=files - waiting, total=None if is_listing else files)
                if not waiting and not is_listing:
                    break
                bring()
                # The longer the query takes, the less often we ask: waiting must cost next to nothing.
                time.sleep(min(MOST_S, max(LEAST_S, WAIT_TIMES * (time.monotonic() - asked))))
        return report(user_id, batch, as_json)


def broken_off(error: Exception, taken: int, total: int) -> str:
    """The message for an error that stopped the command while it was receiving files."""
    said = str(error).strip().splitlines()[0]
    return (
        f"{said}\n{thousands(taken)} of {thousands(total)} were received before that. They are kept, and are imported "
        f"once the problem is solved. Then run the same command again: what is already here is recognised and not "
        f"imported twice."
    )


def _take_in(user_id: int, batch: int, given: PathGroups, taken: Callable[[], object]) -> None:
    """Receive everything into one batch, which is one line of the log and is undone as a whole."""
    from milevault_core.imports import archives
    from milevault_core.imports import files as imports
    from milevault_core.imports import unpacked_export as unpacked
    from milevault_core.store import room

    others = list(given.others)
    for folder, inside in given.exports:
        room.need()
        stream = unpacked.ZipStream(folder, inside)
        upload_id = archives.from_stream(user_id, str(folder), stream, "command", look=False)
        archives.start(user_id, upload_id, batch)
        others += stream.unreadable
        taken()
    for file in given.zips:
        room.need()
        with file.open("rb") as opened:
            if archives.holds_only_files(opened):
                imports.add(user_id, batch, str(file), opened.read())
            else:
                upload_id = archives.from_stream(user_id, str(file), opened, "command", look=False)
                archives.start(user_id, upload_id, batch)
        taken()
    for file in others:
        room.need()
        try:
            imports.add(user_id, batch, str(file), file.read_bytes())
        except OSError as error:
            imports.add_failed(user_id, batch, str(file), f"It cannot be read: {error.strerror}.")
        taken()


def report(user_id: int, batch: int, as_json: bool) -> int:
    """Print the outcome of each file of a batch; returns 1 if a file failed, else 0."""
    from milevault_core.store.queries import imports as import_queries
    from milevault_core.view import texts
    from milevault_core.view.imports import log

    items = import_queries.items(user_id, batch)
    for item in items.itertuples():
        if as_json:
            line = {
                "file": item.name,
                "outcome": item.outcome,
                "activities": [int(a) for a in item.activities],
                "days": [str(d) for d in item.days],
                "reason": log.reason(item),
                "problems": json.loads(item.problems),
            }
            print(json.dumps(line, ensure_ascii=False))
        else:
            print(
                f"{item.name}: {texts.outcome(item.outcome, len(item.activities), len(item.days), log.reason(item))}"
            )
    return int((items["outcome"] == "failed").any())
