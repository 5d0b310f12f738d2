"""`logs`: what the processes in the background have said."""

import os
from pathlib import Path

from milevault_core.commands import Unhappy, command
from milevault_core.operate import logs as kept


def arguments(parser) -> None:
    parser.add_argument(
        "service", nargs="?", choices=kept.SERVICES, help="only one: " + ", ".join(kept.SERVICES)
    )
    parser.add_argument("-f", "--follow", action="store_true", help="go on with what comes, until Ctrl-C")
    parser.add_argument("-n", "--lines", type=int, default=50, help="how many lines of each (default: 50)")


@command("logs", "operate", "show what it says: logs [app|jobs|db] [-f]", arguments, reads_environment=False)
def logs(options) -> int:
    data = Path(os.environ["MILEVAULT_DATA"])
    found = kept.files(data)
    if options.service:
        found = {name: file for name, file in found.items() if name == options.service}
    if not found:
        raise Unhappy(
            f"There is no log in {data}: 'manage.py start' writes one; 'manage.py run' speaks in its own window."
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
