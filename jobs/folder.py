"""A cheap scan of the watched folder, so that a job is enqueued only when something is new."""

import os
import time
from pathlib import Path

SETTLED_S = 10.0  # same value as in milevault_core.imports.watched_folder, which is too large to import here

_AT_LEAST_EVERY_S = 600.0


class FolderWatch:
    """Whether a folder has changed since the last look, judged by the paths, sizes and times of its files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: int | None = None
        self._told = 0.0  # by time.monotonic

    def has_news(self) -> bool:
        """Also true while a file is still too new to be imported, and every ten minutes in any case."""
        seen, newest = _state(self._folder)
        is_due = time.monotonic() - self._told > _AT_LEAST_EVERY_S
        news = seen != self._seen or is_due or 0 <= time.time() - newest < 2 * SETTLED_S + 10
        self._seen = seen
        if news:
            self._told = time.monotonic()
        return news


def _state(folder: Path) -> tuple[int, float]:
    """A hash of all files in the folder, and the time of the newest change (seconds since 1970)."""
    rows: list[tuple[str, str, int, int]] = []
    newest = 0.0
    for top, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            try:
                found = os.stat(os.path.join(top, name))
            except OSError:
                continue
            rows.append((top, name, found.st_size, found.st_mtime_ns))
            newest = max(newest, found.st_mtime, found.st_ctime)
    return hash(tuple(rows)), newest
