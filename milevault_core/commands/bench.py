"""`bench`: measure performance."""

from importlib import import_module

from milevault_core.commands import command


def arguments(parser) -> None:
    parser.add_argument("name", help="ingest, read, pages, idle, memory, start, make …")
    parser.add_argument("words", nargs="*", help="arguments of the benchmark: `make S`, `make L1`, `make L2`")
    parser.add_argument("--set", metavar="SIZE", help="for `pages`: S (the default) or L1")
    parser.add_argument("--json", action="store_true", help="one JSON object")


@command("bench", "develop", "measure, and compare with the budget", arguments)
def bench(options) -> int:
    # bench is a layer above the commands, so it is imported by name: a static import would break the layering.
    words = options.words + ([options.set] if options.set else [])
    return import_module("bench").main(options.name, options.json, words)
