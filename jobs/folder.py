"""A cheap scan of the watched folder, so that a job is enqueued only when something is new."""

import os
import time
from pathlib import Path

SETTLED_S = 10.0  # as milevault_core.imports.watched_folder has it, which is too large to be imported here

_AT_LEAST_EVERY_S = 600.0


class FolderWatch:
    """Whether a folder has changed since the last look, by the paths, sizes and times of what is in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: int | None = None
        self._told = 0.0  # by time.monotonic

    def has_news(self) -> bool:
        """Also true for as long as a file is too new to be taken, and now and then in any case."""
        seen, newest = _state(self._folder)
        is_due = time.monotonic() - self._told > _AT_LEAST_EVERY_S
        news = seen != self._seen or is_due or 0 <= time.time() - newest < 2 * SETTLED_S + 10
        self._seen = seen
        if news:
            self._told = time.monotonic()
        return news


def _state(folder: Path) -> tuple[int, float]:
    """A hash of everything below, and when the newest of it changed (seconds since 1970)."""
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
