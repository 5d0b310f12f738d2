"""Which system user runs the embedded server, and its access to the files. Only matters when MileVault runs as root.

PostgreSQL refuses to run as root. A root process therefore runs the server as

1. the owner of the database folder; else
2. the owner of the nearest existing folder, if that is not root: `sudo python3 manage.py run` in Anna's clone runs
   the server as Anna, so that Anna can continue without sudo; else
3. the system user `milevault`, which is added once, with a message. (Not `nobody`: anything else that runs as
   `nobody` on the machine could read the database.)

This user must be able to pass through the folders above the data and above the programs. If one of them is closed
(as /root is), it gets the permission bit that lets the user pass through it, never the one for listing it, and the
log says so.
"""

import logging
import os
import pwd
import shutil
import stat
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

from milevault_core.store.embedded_server.cannot_start import CannotStart

NAME = "milevault"

_log = logging.getLogger(__name__)


class User(NamedTuple):
    """A system user other than root, and its group, by number."""

    uid: int
    gid: int

    def __str__(self) -> str:
        return user_name(self.uid)


def user_name(uid: int) -> str:
    """The user's name; "number N" if it has none, as in some containers."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"number {uid}"


def serving_user(pg: Path) -> User | None:
    """The user who runs the server of the database folder `pg` (which may not exist yet); None: this process's user.

    Raises CannotStart when `pg` belongs to someone else, or when root finds no user.
    """
    if os.geteuid() != 0:
        closed = pg.parent.exists() and not os.access(pg.parent, os.X_OK)  # then `pg` cannot be checked
        seen = pg.parent if closed else pg
        if seen.exists() and (uid := seen.stat().st_uid) != os.geteuid():
            raise CannotStart(_not_yours(pg, uid))
        return None
    owner = pg.stat() if pg.exists() else None
    if owner and owner.st_uid:
        return User(owner.st_uid, owner.st_gid)
    above = next(folder for folder in pg.parents if folder.exists()).stat().st_uid
    try:
        return User(above, pwd.getpwuid(above).pw_gid) if above else _system_user()
    except KeyError:  # initdb refuses a user without a name
        return _system_user()


def _not_yours(pg: Path, owner: int) -> str:
    whose, me, data = user_name(owner), user_name(os.geteuid()), str(pg.parent).replace("'", "'\\''")
    why = "because root started it first" if whose == NAME else "not to you"
    return (
        f"The database in {pg.parent} belongs to the user {whose}, {why}. Start MileVault as root, or stop it and "
        f"take the folder over with: sudo chown -R {me} '{data}'"
    )


def _system_user() -> User:
    commands = (
        ("useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME),
        ("adduser", "-S", "-D", "-H", "-s", "/sbin/nologin", NAME),  # BusyBox
    )
    said = "there is no program to add a user"
    for attempt in range(20):  # another process may hold the lock on the user database, or be adding it too
        try:
            entry = pwd.getpwnam(NAME)
            return User(entry.pw_uid, entry.pw_gid)
        except KeyError:
            pass
        command = next((c for c in commands if shutil.which(c[0])), None)
        if command is None:
            break
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode == 0:
            _log.warning("Added the system user %s: the database must not run as root.", NAME)
        else:
            said = done.stderr.strip() or f"{command[0]} failed"
            time.sleep(0.05 * (attempt + 1))
    raise CannotStart(
        f"The database must not run as root, and the system user {NAME} could not be added ({said}). "
        f"Start MileVault as an ordinary user, or add the user {NAME}, or set DATABASE_URL."
    )


def make_folder(folder: Path, user: User | None) -> None:
    """Create the folder and any missing parents, owned by `user`; nobody else can list them."""
    missing = [f for f in (folder, *folder.parents) if not f.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)
        give(each, user)


def give(path: Path, user: User | None) -> None:
    """Give `path` to the user; the target of a link is left alone."""
    if user and (at := os.lstat(path)).st_uid != user.uid:
        os.chown(path, user.uid, user.gid if at.st_gid == 0 else -1, follow_symlinks=False)


def open_way(folder: Path, user: User | None) -> None:
    """Let `user` pass through `folder` and every folder above it. Changes are logged."""
    if not user:
        return
    for each in reversed((folder, *folder.parents)):
        at = each.stat()
        bit = (
            stat.S_IXUSR if at.st_uid == user.uid else stat.S_IXGRP if at.st_gid == user.gid else stat.S_IXOTH
        )
        if not at.st_mode & bit:
            os.chmod(each, stat.S_IMODE(at.st_mode) | bit)
            _log.warning("The database's user %s may now pass through %s (not list it).", user, each)


def open_tree(folder: Path, user: User | None) -> None:
    """Let `user` read and run everything in `folder`: programs from a public package, nothing private."""
    if not user or not folder.exists():
        return
    for each in (folder, *folder.rglob("*")):
        mode = each.stat().st_mode
        wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
        if wanted != mode and each.stat().st_uid != user.uid:
            os.chmod(each, stat.S_IMODE(wanted))
