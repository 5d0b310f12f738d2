"""The watched folder (IMPORT_FOLDER): it has a subfolder for each user, named by the username; files put there are
imported.

The folder is only read: nothing in it is moved, changed or deleted, so it may be a folder that a phone syncs
(Syncthing, Nextcloud) or a read-only one. A table remembers what was imported, by path, size and modification time; a
file that changes is imported again. A file is imported once it has not changed for ten seconds.
"""

import logging
import time
from pathlib import Path

from milevault_core.accounts import users
from milevault_core.formats import MAX_BYTES, archive
from milevault_core.imports import archives, files
from milevault_core.store.imports import watched_files

SETTLED_S = 10.0
log = logging.getLogger("milevault.folder")


def take_new(folder: Path, settled_s: float = SETTLED_S) -> int:
    """Import what is new in the folder; returns how many files. Only one process does this at a time; a second one
    does nothing and returns 0."""
    taken = 0
    with watched_files.alone() as is_alone:
        if not is_alone or not folder.is_dir():
            return 0
        for below in sorted(folder.iterdir()):
            account = users.by_username(below.name) if below.is_dir() and not below.is_symlink() else None
            if account is not None:
                taken += _take_of(account.id, below, settled_s)
    return taken


def _take_of(user_id: int, folder: Path, settled_s: float) -> int:
    known = watched_files.known(user_id)
    batch = 0
    taken = 0
    for path in files.paths_below(folder):
        try:
            found = path.stat()
            label = str(path.relative_to(folder))
            stamp = (found.st_size, found.st_mtime_ns)
            if path.is_symlink() or known.get(files.storable(label)) == stamp:
                continue
            if time.time() - max(found.st_mtime, found.st_ctime) < settled_s:
                continue  # it may still be being written; a later scan finds it
            batch = _take(user_id, path, label, stamp, batch)
            taken += 1
        except OSError as error:
            log.warning("A file of the watched folder cannot be read: %s", error.strerror)
    return taken


def _take(user_id: int, path: Path, label: str, stamp: tuple[int, int], batch: int) -> int:
    """Import one file; returns the batch for the single files of this scan."""
    with path.open("rb") as opened:
        head = opened.read(4)
        opened.seek(0)
        if archive.is_archive(head) and not archives.holds_only_files(opened):
            upload_id = archives.from_stream(user_id, label, opened, "folder", look=False)
            into = archives.start(user_id, upload_id)
        else:
            batch = into = batch or files.begin(user_id, "folder", "Watched folder")
            if stamp[0] > MAX_BYTES:
                reason = f"The file is larger than {MAX_BYTES // 2**20} MB, more than any activity."
                files.add_failed(user_id, into, label, reason)
            else:
                files.add(user_id, into, label, opened.read())
    watched_files.remember(user_id, files.storable(label), stamp, into)
    return batch
