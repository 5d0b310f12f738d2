"""`logs`: the logs of the background processes."""

import os
from pathlib import Path

from milevault_core.commands import CommandError, command
from milevault_core.operate import logs as kept


def arguments(parser) -> None:
    parser.add_argument(
        "service", nargs="?", choices=(*kept.SERVICES, "proxy"), help="only one: " + ", ".join(kept.SERVICES)
    )
    parser.add_argument("-f", "--follow", action="store_true", help="follow the log, until Ctrl-C")
    parser.add_argument("-n", "--lines", type=int, default=50, help="how many lines of each (default: 50)")


@command("logs", "operate", "show the logs: logs [app|jobs|db] [-f]", arguments, reads_environment=False)
def logs(options) -> int:
    if options.service == "proxy":
        raise CommandError("The proxy runs only with Docker; here there is only the app: 'logs app'.")
    data = Path(os.environ["MILEVAULT_DATA"])
    found = kept.files(data)
    if options.service:
        found = {name: file for name, file in found.items() if name == options.service}
    if not found:
        raise CommandError(
            f"There is no log in {data}: 'manage.py start' writes one; 'manage.py run' prints to its own window."
        )
    for name, file in found.items():
        for line in kept.tail(file, options.lines):
            _show(name, line, len(found))
    if options.follow:
        for name, line in kept.follow(found):
            _show(name, line, len(found))
    return 0


def _show(name: str, line: str, services: int) -> None:
    print(f"{name:<9} | {line}" if services > 1 else line, flush=True)
