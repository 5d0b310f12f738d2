"""Makes the examples in this folder: a backup, with data, of every schema that MileVault ever had.

    python -m tests.backups.make            every missing example
    python -m tests.backups.make first REF  the first: the code of commit REF imports made-up files

A later example is the previous one, restored, migrated by one revision, with a row put into every empty table. After
adding a migration, run this again and commit the file. tests/backup/test_upgrade.py fails if a schema before the newest
has no example, so the file may come with the migration or with the next one.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import psycopg

from milevault_core.backup import make, restore
from milevault_core.store import migrate
from milevault_core.store.embedded_server import embedded
from tests.backup import rows
from tests.builders import gpx

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]


def example(revision: str) -> Path:
    return FOLDER / f"schema-{revision}.tar"


def older() -> list[str]:
    """Every revision but the newest, oldest first."""
    return migrate.revisions()[:0:-1]


def make_missing() -> None:
    every = migrate.revisions()[::-1]
    for before, revision in pairwise(every):
        if not example(revision).exists():
            make_next(before, revision)
            print(f"{example(revision).name}: {example(revision).stat().st_size:,} bytes")


def make_next(before: str, revision: str) -> None:
    with _server() as dsn:
        restore.restore(dsn, example(before), until=revision)
        with psycopg.connect(dsn) as connection:
            added = rows.fill_empty(connection)
        print(f"{revision}: a row for {', '.join(added) or 'no table'}")
        make.write(dsn, example(revision))


def make_first(ref: str) -> None:
    """Make the first example with the code of that time, as a user would have."""
    with tempfile.TemporaryDirectory(prefix="milevault-first-") as folder:
        home = Path(folder)
        tree, files = home / "tree", home / "files"
        subprocess.run(["git", "worktree", "add", "--detach", tree, ref], cwd=ROOT, check=True)
        try:
            files.mkdir()
            for name, data in _files().items():
                (files / name).write_bytes(data)
            old = {"cwd": tree, "check": True, "env": os.environ | {"PYTHONPATH": str(tree)}}
            say = [sys.executable, "-m", "milevault_core.cli"]
            add = ["user", "add", "ann", "--admin", "--password-stdin", "--time-zone", "Europe/Berlin"]
            subprocess.run([*say, *add, "--data", home / "data"], input=b"a long and quiet word\n", **old)
            imported = [*say, "import", files, "--user", "ann", "--data", home / "data"]
            subprocess.run(imported, **(old | {"check": False}))  # 1: one is not an activity file
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", tree], cwd=ROOT, check=True)
        server = embedded.start(home / "data")
        with psycopg.connect(server.dsn) as connection:
            rows.fill_empty(connection)
        made = make.write(server.dsn, example(older()[0]))
        server.leave()
        print(f"{made.path.name}: {made.size_bytes:,} bytes, {made.row_count} rows, schema {made.schema}")


def _files() -> dict[str, bytes]:
    made = {}
    for day in range(3):
        start = gpx.START + timedelta(days=200 * day)
        track = gpx.track(gpx.points(40, start=start, lat=47 + day / 100))
        made[f"run-{day}.gpx"] = gpx.gpx(track).encode()
    made["not-an-activity.txt"] = b"Dear diary"
    return made


@contextmanager
def _server() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="milevault-example-") as folder:
        server = embedded.start(Path(folder) / "data")
        try:
            yield server.dsn
        finally:
            server.leave()


if __name__ == "__main__":
    if sys.argv[1:2] == ["first"]:
        make_first(sys.argv[2])
    else:
        make_missing()
