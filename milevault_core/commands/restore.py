"""`restore FILE`: restore a backup into the database."""

from pathlib import Path

from milevault_core.commands import CommandError, command
from milevault_core.problems import counted, thousands


def arguments(parser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument(
        "--replace",
        action="store_true",
        help="replace what the database holds, which is backed up first",
    )


@command("restore", "safety", "restore a backup into the database", arguments)
def restore(options) -> int:
    from milevault_core.backup import BackupError, locations, make
    from milevault_core.backup import restore as restoring

    try:
        manifest = restoring.check(options.file)
        with locations.database() as dsn:
            restoring.check_database(dsn, manifest, options.replace)
            if options.replace and not restoring.database_is_empty(dsn):
                kept = make.write(dsn, locations.new_file("before-restore"))
                print(
                    f"What the database held before is in {kept.path} ({kept.size_bytes / 1e6:.1f} MB).",
                    flush=True,
                )
            found = restoring.restore(dsn, options.file, options.replace)
    except BackupError as error:
        raise CommandError(str(error)) from None
    print(
        f"Restored: {thousands(found.row_count)} rows, each table as it was on {found.made_at[:16].replace('T', ' ')} "
        f"UTC. Everyone has to sign in again."
        + (
            f" Deleted again, as asked: {counted(found.deleted_again, 'account')}."
            if found.deleted_again
            else ""
        )
    )
    return 0
