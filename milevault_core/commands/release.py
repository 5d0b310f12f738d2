"""`release DIR`: the folder for people who run MileVault from published images."""

from pathlib import Path

from milevault_core.commands import CommandError, command


def arguments(parser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder")


@command("release", "develop", "write the folder for running published images", arguments,
         reads_environment=False)  # fmt: skip
def release(options) -> int:
    from milevault_core.operate import release as folder

    try:
        made = folder.write(options.folder)
    except (folder.NotEmpty, OSError) as error:
        raise CommandError(str(error)) from None
    for file in made:
        print(file)
    return 0
