"""`export-originals DIR`: every file as it was handed over."""

from pathlib import Path

from milevault_core.commands import Unhappy, command


def arguments(parser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new or an empty folder")


@command("export-originals", "safety", "write every file that was ever handed over to a folder", arguments)
def export_originals(options) -> int:
    from milevault_core.backup import BackupError, originals, place

    try:
        with place.database() as dsn:
            count = originals.export(dsn, options.folder)
    except BackupError as error:
        raise Unhappy(str(error)) from None
    print(f"{count} files are in {options.folder}; originals.csv lists them.")
    return 0
