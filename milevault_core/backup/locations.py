"""Locations of the database and its backups."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from milevault_core import config
from milevault_core.store.embedded_server import embedded


@contextmanager
def database() -> Iterator[str]:
    """The URL of the configured database, which is started if necessary but not migrated, because a backup saves the
    data as it is."""
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
    """The folder for the backups that MileVault makes automatically."""
    settings = config.settings()
    return (settings.backup_folder or settings.data / "backups").absolute()


def new_file(why: str = "") -> Path:
    """A path for a new backup in the folder, with the time in UTC and, optionally, why it was made."""
    stamp = datetime.now(UTC).strftime("%Y-%m-%d-%H%M%S")
    return folder() / f"milevault-{stamp}{f'-{why}' if why else ''}.tar"


def with_database(dsn: str, name: str) -> str:
    """The URL of another database on the same server."""
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{name}"))
