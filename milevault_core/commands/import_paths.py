"""`manage.py import`: files, folders and archives through the same import as the page, waited for."""

import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from milevault_core.commands import Unhappy, command


def arguments(parser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--user", required=True, metavar="NAME")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--plan", action="store_true", help="only say what would come; import nothing")


@command("import", "daily", "import files, folders and archives", arguments)
def import_(options) -> int:
    return import_paths(options.paths, options.user, options.json, options.plan)


def import_paths(paths: list[Path], username: str, as_json: bool, only_plan: bool = False) -> int:
    """Import for a user, or only plan it; 1 if a file failed (or cannot be read), else 0."""
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


class Given(NamedTuple):
    exports: list[tuple[Path, list[Path]]]  # folders that are an unpacked export, with their files
    zips: list[Path]
    others: list[Path]


def _sort(paths: list[Path]) -> Given:
    from milevault_core import imports, unpacked

    given = Given([], [], [])
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


def _print_plans(user_id: int, given: Given, as_json: bool) -> int:
    """The plan of each archive, and of all other files together; nothing is written."""
    from milevault_core import contents, imports, plan, unpacked
    from milevault_core.view import plan as plan_words

    made: list[tuple[str, dict]] = []
    others = list(given.others)
    for folder, files in given.exports:
        stream = unpacked.Packed(folder, files)
        with tempfile.TemporaryFile() as packed:  # a plan jumps about in its archive
            try:
                shutil.copyfileobj(stream, packed, 1 << 20)
            except OSError as error:
                raise Unhappy(
                    f"{folder} cannot be looked through in {tempfile.gettempdir()}: {error.strerror}. Import it "
                    "without --plan, or let TMPDIR name a place with as much room as it takes."
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


def _import(user_id: int, given: Given, label: str, as_json: bool) -> int:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from milevault_core import archives, imports, unpacked
    from milevault_core.operate.own_workers import own_workers

    batches: list[int] = []
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with own_workers() as bring:
        with Progress(*columns, console=Console(stderr=True)) as progress:
            others = list(given.others)
            reading = progress.add_task("Taking in", total=len(given.exports) + len(given.zips) + len(others))
            for folder, inside in given.exports:
                stream = unpacked.Packed(folder, inside)
                upload_id = archives.from_stream(user_id, str(folder), stream, "command", look=False)
                batches.append(archives.start(user_id, upload_id))
                others += stream.unreadable
                progress.advance(reading)
            for file in given.zips:
                with file.open("rb") as opened:
                    upload_id = archives.from_stream(user_id, str(file), opened, "command", look=False)
                batches.append(archives.start(user_id, upload_id))
                progress.advance(reading)
            if others or not batches:
                batches.append(imports.begin(user_id, "command", label))
            for file in others:
                try:
                    imports.add(user_id, batches[-1], str(file), file.read_bytes())
                except OSError as error:
                    imports.add_failed(
                        user_id, batches[-1], str(file), f"It cannot be read: {error.strerror}."
                    )
                progress.advance(reading)
            working = progress.add_task("Importing", total=None)
            while True:
                files, waiting, is_listing = _state(user_id, batches)
                progress.update(working, completed=files - waiting, total=None if is_listing else files)
                if not waiting and not is_listing:
                    break
                bring()
                time.sleep(0.2)
        return max([report(user_id, batch, as_json) for batch in batches])


def _state(user_id: int, batches: list[int]) -> tuple[int, int, bool]:
    """(files, those that wait, whether an archive is still being listed) of some batches."""
    from milevault_core.store.queries import import_log

    found = [s for s in (import_log.summary(user_id, batch) for batch in batches) if s]
    moving = import_log.recent(user_id, 100)
    moving = set(moving.loc[moving["is_moving"], "id"])
    waiting = sum(s["waiting"] for s in found)
    return sum(s["files"] for s in found), waiting, bool(moving & set(batches)) and not waiting


def report(user_id: int, batch: int, as_json: bool) -> int:
    """Print what became of each file of a batch; 1 if one failed."""
    from milevault_core.store.queries import imports as import_queries
    from milevault_core.view import words

    items = import_queries.items(user_id, batch)
    for item in items.itertuples():
        if as_json:
            line = {
                "file": item.name,
                "outcome": item.outcome,
                "activities": [int(a) for a in item.activities],
                "days": [str(d) for d in item.days],
                "reason": item.reason,
                "problems": json.loads(item.problems),
            }
            print(json.dumps(line, ensure_ascii=False))
        else:
            print(
                f"{item.name}: {words.outcome(item.outcome, len(item.activities), len(item.days), item.reason)}"
            )
    return int((items["outcome"] == "failed").any())
