"""`setup`: for the overview only. manage.py calls operate/setup.py itself, before any package is installed."""

from milevault_core.commands import command
from milevault_core.operate import setup as outside


def arguments(parser) -> None:
    parser.add_argument("--docker", action="store_true", help="all commands mean the Docker Compose project")
    parser.add_argument("--here", action="store_true", help="all commands mean this machine, without Docker")


@command(
    "setup",
    "operate",
    "write .env with fresh secrets (never changes a line)",
    arguments,
    reads_environment=False,
)
def setup(options) -> int:
    return outside.setup([f"--{way}" for way in ("docker", "here") if getattr(options, way)])
