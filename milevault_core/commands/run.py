"""`run`: run everything in the foreground."""

import argparse
from pathlib import Path

from milevault_core.commands import command


def arguments(parser) -> None:
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    parser.add_argument("--port", type=int, help="port (default: HTTP_PORT, or the first free one from 8501)")
    parser.add_argument("--no-browser", action="store_true", help="do not open the browser")
    parser.add_argument("--log-folder", type=Path, help=argparse.SUPPRESS)  # used by `start`


@command("run", "daily", "start MileVault here and open it in the browser", arguments)
def run(options) -> int:
    from milevault_core.server.supervisor import run

    return run(options.host, options.port, not options.no_browser, options.log_folder)
