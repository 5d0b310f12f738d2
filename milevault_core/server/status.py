"""MileVault's status: what is running, versions, disk, queue, last import, and each problem with its remedy.

A *problem* is something wrong, and makes `manage.py status` exit with 1; a *note* is worth knowing and does not.
"""

import platform
import shutil
import subprocess
import time
import tomllib
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from milevault_core import config, env_file
from milevault_core.backup import locations
from milevault_core.backup import state as backups
from milevault_core.operate import local_process
from milevault_core.problems import counted

STARTING_S = 60  # for this long after the start, missing workers are not a problem
QUEUE_PATIENCE = timedelta(minutes=15)  # jobs waiting this long without any worker are stuck
WORKERS_PATIENCE = timedelta(
    hours=1
)  # jobs waiting this long are stuck even with workers, which take older jobs first


@dataclass
class Status:
    facts: dict[str, Any] = field(default_factory=dict)
    problems: list[dict[str, str]] = field(default_factory=list)  # {"what", "remedy"}
    notes: list[str] = field(default_factory=list)

    def wrong(self, what: str, remedy: str) -> None:
        self.problems.append({"what": what, "remedy": remedy})


def gather() -> Status:
    """Gather everything. Starts the embedded database for as long as needed; never creates or migrates one."""
    status = Status()
    facts = status.facts
    facts["milevault"] = version()
    facts |= dict.fromkeys(("last_import", "last_sync", "last_backup", "last_proven_restore"))
    facts["python"] = platform.python_version()
    _environment(status)
    try:
        settings = config.settings()
    except config.ConfigError as error:
        status.wrong(str(error), "Set a valid value, or remove the variable.")
        return status
    if line := config.unused():
        status.notes.append(line + ".")
    try:
        running = local_process.find(settings.data)
        (settings.data / "pg").exists()
    except PermissionError:
        status.wrong(f"The folder {settings.data} is another user's.", "Run this as them, or as root.")
        return status
    _app(status, settings, running)
    _disk(status, settings)
    with _database(status, settings) as dsn:
        if dsn is not None:
            _look(status, dsn, running)
            if "schema" in facts:  # the database answered
                backups.look(status, dsn)
    return status


def version() -> str:
    """The version, with the commit if this is a git clone."""
    number: str = tomllib.loads((config.ROOT / "pyproject.toml").read_text())["project"]["version"]
    if not (config.ROOT / ".git").exists() or shutil.which("git") is None:
        return number
    asked = ["git", "-C", str(config.ROOT), "rev-parse", "--short", "HEAD"]
    done = subprocess.run(asked, capture_output=True, text=True)
    return f"{number} ({done.stdout.strip()})" if done.returncode == 0 else number


def _environment(status: Status) -> None:
    file = env_file.path()
    try:
        if file and env_file.is_open_to_others(file):
            status.wrong(f"Other users of this machine can read the secrets in {file}.", f"chmod 600 {file}")
    except OSError as error:
        status.wrong(f"{file} cannot be checked: {error.strerror}.", "Make it yours: chown, chmod 600.")


def _app(status: Status, settings: config.Settings, running: local_process.Running | None) -> None:
    facts = status.facts
    # In a container, or if app and jobs were started separately, nothing notes the address, so use the app's own port.
    inside = f"http://localhost:{running.port if running else 8501}"
    if running and running.host not in ("0.0.0.0", "127.0.0.1", ""):
        inside = f"http://{running.host}:{running.port}"
    facts["address"] = running.address if running else settings.base_url
    facts["since"] = _time(datetime.fromtimestamp(running.since, UTC)) if running else None
    facts["app"] = "runs" if (running or settings.database_url) and answers(inside) else "does not run"
    if facts["app"] != "runs":
        if running:
            status.wrong(
                f"The app does not answer at {inside}.", "manage.py logs app says why; manage.py restart."
            )
        else:
            status.wrong("MileVault is not running.", "manage.py start")


def answers(address: str) -> bool:
    """Whether the app at this address answers within five seconds."""
    no_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with no_proxy.open(f"{address}/_stcore/health", timeout=5):
            return True
    except OSError:
        return False


def _disk(status: Status, settings: config.Settings) -> None:
    """Check the disk of the database if it is known, else that of the backups."""
    from milevault_core.store import room

    free, what = room.free_bytes(), "the database"
    pauses = free is not None
    if free is None:
        free, what = room.free_at(locations.folder()), f"the backups, {locations.folder()}"
    elif not settings.database_url:
        what = str(settings.data)
    status.facts["disk_free_bytes"] = free
    if free < room.LOW_BYTES:
        paused = " Imports are paused." if pauses and free < room.RESERVE_BYTES else ""
        status.wrong(
            f"Only {free / 1e6:.0f} MB are free on the disk that holds {what}.{paused}",
            "Free some space: with a full disk nothing can be imported or backed up, and the database stops.",
        )


@contextmanager
def _database(status: Status, settings: config.Settings) -> Iterator[str | None]:
    """The database's URL, valid inside the block; None if there is no database or it cannot be used."""
    from milevault_core.store.embedded_server import embedded

    if settings.database_url:
        status.facts["database"] = "server of DATABASE_URL"
        yield settings.database_url
        return
    status.facts["database"] = f"embedded, in {settings.data}"
    if not (settings.data / "pg" / "PG_VERSION").exists():
        status.notes.append("There is no database yet: the first start creates it.")
        yield None
        return
    try:
        server = embedded.start(settings.data)
    except embedded.CannotStart as error:
        status.wrong(str(error), "manage.py logs db shows what the database said.")
        yield None
        return
    try:
        yield server.dsn
    finally:
        server.leave()


def _look(status: Status, dsn: str, running: local_process.Running | None) -> None:
    from milevault_core.store import UNAVAILABLE, diagnosis

    try:
        found = diagnosis.look(dsn)
    except UNAVAILABLE as error:
        said = str(error).strip().splitlines()[0]
        status.wrong(f"The database does not answer: {said}", "Start its server, or correct DATABASE_URL.")
        return
    facts = status.facts
    times = {name: _time(getattr(found, name)) for name in ("oldest_waiting", "oldest_unstarted")}
    facts |= asdict(found) | times
    if found.last_import:
        facts["last_import"] = found.last_import | {"created_at": _time(found.last_import["created_at"])}
    if found.schema != found.newest_schema:
        known = found.schema is None or found.schema < found.newest_schema
        status.wrong(
            f"The database has schema {found.schema}, this MileVault {found.newest_schema}.",
            "manage.py restart brings it up to date."
            if known
            else "manage.py update: the database is newer.",
        )
    if running and time.time() - running.since < STARTING_S and not found.workers:
        status.notes.append("The workers are starting.")
    elif not found.workers and facts["app"] == "runs":
        status.wrong("No worker has reported in.", "manage.py logs jobs says why; manage.py restart.")
    stuck = found.oldest_waiting and datetime.now(UTC) - found.oldest_waiting > QUEUE_PATIENCE
    if stuck and not found.workers:
        status.wrong(
            f"{_jobs(found)} waiting, the oldest since {_time(found.oldest_waiting)}.",
            "manage.py start: nothing works on them while it is stopped.",
        )
    if found.workers and found.oldest_unstarted:
        waits = datetime.now(UTC) - found.oldest_unstarted
        if waits > WORKERS_PATIENCE:
            status.wrong(
                f"{_jobs(found)} waiting, the oldest since {_time(found.oldest_unstarted)}, "
                f"although {counted(found.workers, 'worker is', 'workers are')} running.",
                "manage.py logs jobs says what they are doing; manage.py restart.",
            )
    if found.failed_jobs:
        status.notes.append(
            f"{counted(found.failed_jobs, 'job')} of the last day failed: manage.py logs jobs says why. "
            "They are tried again."
        )
    if found.schema and not found.accounts:
        status.notes.append("There is no account yet: manage.py first-account prints the link.")
    if found.accounts and config.settings().admin_password:
        status.notes.append("ADMIN_PASSWORD is no longer needed: remove it from .env.")


def _jobs(found: Any) -> str:
    return counted(sum(found.queues.values()), "job is", "jobs are")


def _time(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if moment else None
