"""`bench`: figures as measured now."""

from milevault_core.commands import command


def arguments(parser) -> None:
    parser.add_argument("name", help="ingest, read, page, memory, start, make …")
    parser.add_argument("words", nargs="*", help="what the bench takes: `make S`, `make L1`, `make L2`")
    parser.add_argument("--json", action="store_true", help="one JSON object")


@command("bench", "develop", "measure, and compare with the budget", arguments)
def bench(options) -> int:
    from milevault_core import bench

    return bench.main(options.name, options.json, options.words)
