"""Where the database and its backups are."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from milevault_core import config
from milevault_core.store.embedded_server import embedded


@contextmanager
def database() -> Iterator[str]:
    """The address of the database of the settings, running, but not migrated: a backup is of what is there."""
    settings = config.settings()
    if settings.database_url:
        yield settings.database_url
        return
    server = embedded.start(settings.data)
    try:
        yield server.dsn
    finally:
        server.leave()


def folder() -> Path:
    """The folder of the backups that MileVault makes by itself."""
    settings = config.settings()
    return (settings.backup_folder or settings.data / "backups").absolute()


def new_file(why: str = "") -> Path:
    """A name for a new backup in the folder: the time in UTC, and why it was made."""
    stamp = datetime.now(UTC).strftime("%Y-%m-%d-%H%M%S")
    return folder() / f"milevault-{stamp}{f'-{why}' if why else ''}.tar"


def with_database(dsn: str, name: str) -> str:
    """The address of another database on the same server."""
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{name}"))
