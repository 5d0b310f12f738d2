"""`export-originals DIR`: every imported file, unchanged."""

from pathlib import Path

from milevault_core.commands import CommandError, command


def arguments(parser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new or an empty folder")


@command("export-originals", "safety", "write every imported file to a folder", arguments)
def export_originals(options) -> int:
    from milevault_core.backup import BackupError, locations, originals

    try:
        with locations.database() as dsn:
            count = originals.export(dsn, options.folder)
    except BackupError as error:
        raise CommandError(str(error)) from None
    print(f"{count} files are in {options.folder}; originals.csv lists them.")
    return 0
