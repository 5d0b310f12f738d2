"""`manage.py import`: files and folders through the same import as the page, waited for."""

import json
import subprocess
import sys
import time
from pathlib import Path

from milevault_core.commands import ROOT, command


def arguments(parser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--user", required=True, metavar="NAME")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


@command("import", "daily", "import files and folders", arguments)
def import_(options) -> int:
    return import_paths(options.paths, options.user, options.json)


def import_paths(paths: list[Path], username: str, as_json: bool) -> int:
    """Import files and folders for a user; 1 if a file failed, else 0."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from milevault_core import imports, store
    from milevault_core.accounts import users
    from milevault_core.store import queue
    from milevault_core.store.queries import imports as import_queries

    store.open()
    workers: subprocess.Popen | None = None
    try:
        account = users.by_username(username)
        if account is None:
            print(f"There is no account called {username}.", file=sys.stderr)
            return 1
        user_id = account.id
        missing = [str(p) for p in paths if not p.exists()]
        if missing:
            print(f"Not found: {', '.join(missing)}", file=sys.stderr)
            return 1
        files = [found for path in paths for found in imports.paths_below(path)]
        batch = imports.begin(user_id, "command", ", ".join(str(p) for p in paths)[:500])
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        ) as progress:
            reading = progress.add_task("Taking in", total=len(files))
            for file in files:
                try:
                    imports.add(user_id, batch, str(file), file.read_bytes())
                except OSError as error:
                    imports.add_failed(user_id, batch, str(file), f"It cannot be read: {error.strerror}.")
                progress.advance(reading)
            total = sum(import_queries.counts(user_id, batch).values())
            working = progress.add_task("Importing", total=total)
            while True:
                done = total - import_queries.counts(user_id, batch).get("waiting", 0)
                progress.update(working, completed=done)
                if done >= total:
                    break
                if workers is None or workers.poll() is not None:
                    with store.session() as session:
                        alive = queue.workers_alive(session, within_s=queue.STALLED_S)
                    if not alive:  # nobody is there to work, or they have ended: bring our own
                        workers = subprocess.Popen([sys.executable, "-m", "jobs", "--until-idle"], cwd=ROOT)
                time.sleep(0.2)
        return report(user_id, batch, as_json)
    finally:
        if workers is not None:
            # It ends by itself once everything derived is computed too; after Ctrl-C it is told to.
            if sys.exc_info()[0] is not None:
                workers.terminate()
            workers.wait()
        store.close()


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
