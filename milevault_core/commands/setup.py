"""`setup`: here only for the overview. manage.py calls operate/setup.py itself, before any package is installed."""

from milevault_core.commands import command
from milevault_core.operate import setup as outside


def arguments(parser) -> None:
    parser.add_argument("--docker", action="store_true", help="commands act on the Docker Compose project")
    parser.add_argument("--here", action="store_true", help="commands act on this machine, without Docker")


@command(
    "setup",
    "operate",
    "write .env with new secrets (existing lines stay as they are)",
    arguments,
    reads_environment=False,
)
def setup(options) -> int:
    return outside.setup([f"--{way}" for way in ("docker", "here") if getattr(options, way)])
