"""`backup [FILE]` and `backup verify FILE`."""

import sys
from pathlib import Path

from milevault_core.commands import CommandError, command
from milevault_core.problems import thousands


def arguments(parser) -> None:
    parser.add_argument(
        "words",
        nargs="*",
        metavar="[verify] FILE",
        help="the file to write (default: a new one in the folder of backups), or verify and the file to check",
    )


@command(
    "backup", "safety", "write everything to one file, or check such a file: backup verify FILE", arguments
)
def backup(options) -> int:
    from milevault_core.backup import BackupError, locations, make, runs

    words = list(options.words)
    verify = words[:1] == ["verify"]
    words = words[verify:]
    if len(words) > 1 or (verify and not words):
        raise CommandError("Write: backup [FILE], or: backup verify FILE.")
    try:
        with locations.database() as dsn:
            if verify:
                return _verify(dsn, Path(words[0]))
            path = Path(words[0]) if words else locations.new_file()
            with runs.noted(dsn, "backup", "command") as run:
                run.made = made = make.write(dsn, path)
    except BackupError as error:
        raise CommandError(str(error)) from None
    print(f"Everything is in {made.path} ({made.size_bytes / 1e6:.1f} MB, {thousands(made.row_count)} rows).")
    print("Keep a copy on another machine. Verify it at any time with: manage.py backup verify FILE")
    return 0


def _verify(dsn: str, path: Path) -> int:
    from milevault_core.backup import runs
    from milevault_core.backup import verify as prove

    with runs.noted(dsn, "proof", "command", path) as run:
        run.restored = found = prove.prove(dsn, path, _say_that_we_wait)
    print(
        f"Verified: {path} was restored into a scratch database, and all {thousands(found.row_count)} rows are those "
        f"that were backed up ({found.made_at[:16].replace('T', ' ')} UTC)."
    )
    return 0


def _say_that_we_wait() -> None:
    print("Another backup is being verified; this one is next.", file=sys.stderr)
