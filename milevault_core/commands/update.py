"""`update`: make a backup, then install the newest version. (With Docker: operate/compose.py.)"""

import os
import subprocess
import sys

from milevault_core.commands import ROOT, CommandError, command
from milevault_core.operate import local_process
from milevault_core.operate import update as steps


@command("update", "operate", "a backup, then the newest version: files, packages, schema, restart")
def update(options) -> int:
    from milevault_core import config

    settings = config.settings()
    try:
        running = local_process.find(settings.data)
    except PermissionError:
        raise CommandError(f"{settings.data} belongs to another user: update as them, or as root.") from None
    has_data = bool(settings.database_url) or (settings.data / "pg" / "PG_VERSION").exists()

    def backup() -> int:
        if not has_data:
            print("There is no database yet, so there is nothing to back up.")
            return 0
        return _manage("backup")

    def stop() -> int:
        try:
            local_process.stop(settings.data)
        except (TimeoutError, PermissionError) as error:
            raise CommandError(str(error)) from None
        return 0

    plan = [("Packages (those that changed), and the database's schema", lambda: _manage("migrate"))]
    if running:
        again = ("start", "--host", running.host, "--port", str(running.port))
        plan = [("Stopping what runs", stop), *plan, ("Starting again", lambda: _manage(*again))]
    return steps.update(backup, plan)


def _manage(*words: str) -> int:
    """Run a command in a process of its own, which after the pull runs the new version's code."""
    sys.stdout.flush()
    return subprocess.call(
        [sys.executable, str(ROOT / "manage.py"), *words], env=os.environ | {"MILEVAULT_RUNS_IN": "here"}
    )
