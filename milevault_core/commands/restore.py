"""`restore FILE`: put a backup into the database."""

from pathlib import Path

from milevault_core.commands import Unhappy, command


def arguments(parser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "--replace",
        action="store_true",
        help="put it in the place of what the database holds, which is backed up first",
    )


@command("restore", "safety", "put a backup into the database", arguments)
def restore(options) -> int:
    from milevault_core.backup import BackupError, make, place
    from milevault_core.backup import restore as restoring

    try:
        restoring.check(options.file)
        with place.database() as dsn:
            if options.replace and not restoring.database_is_empty(dsn):
                kept = make.write(dsn, place.new_file("before-restore"))
                print(
                    f"What the database held is in {kept.path} ({kept.size_bytes / 1e6:.1f} MB).", flush=True
                )
            found = restoring.restore(dsn, options.file, options.replace)
    except BackupError as error:
        raise Unhappy(str(error)) from None
    print(
        f"Restored: {found.row_count:,} rows, each table as it was on {found.made_at[:16].replace('T', ' ')} UTC. "
        "Everybody signs in again."
    )
    return 0
