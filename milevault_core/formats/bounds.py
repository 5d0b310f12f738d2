"""Time and memory limits for reading one file, whatever the file claims; used by every reader and for pictures.

    with bounds.within(len(data)):       # BadFile when it takes too long or too much memory
        …

Time is the CPU time of the reading thread. A second thread watches it and raises TooLong in the first, which ends
Python loops; calls that could stay inside a C library for minutes are limited where they are made (the scans of a
JPEG). Memory is limited by the operating system where it supports RLIMIT_DATA: a reader that asks for more gets a
MemoryError.
"""

import contextlib
import ctypes
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from milevault_core.formats.recording import Reading
from milevault_core.problems import BadFile, thousands

MAX_TRACKS = 5_000  # in an XML file, before tracks that continue each other are joined
MAX_RECORDINGS = 1_000
CPU_S, CPU_S_PER_MB = 10.0, 1.0
MEMORY_BYTES = 500 << 20  # on top of what the process already uses
TAKES_TOO_LONG = "This file takes longer to read than any activity does."
TAKES_TOO_MUCH = "This file needs more memory than any activity does."
_LOOK_S = 0.2


class TooLong(BaseException):
    """Raised in a thread that has used up its time. Not an Exception, so that no reader's `except Exception` treats it
    as file damage."""


@contextlib.contextmanager
def within(size_bytes: int) -> Iterator[None]:
    """Limit the block that reads a file of this size (bytes as received). A nested block has no effect. Raises
    BadFile."""
    if getattr(_mine, "is_bounded", False):
        yield
        return
    _mine.is_bounded = True
    try:
        with _memory, cpu_within(CPU_S + CPU_S_PER_MB * size_bytes / 1e6):
            yield
    except TooLong:
        raise BadFile(TAKES_TOO_LONG) from None
    except MemoryError as error:
        raise BadFile(TAKES_TOO_MUCH) from error
    finally:
        _mine.is_bounded = False


def check_tracks(count: int) -> None:
    """Raises BadFile when a file has more tracks than any real one."""
    if count > MAX_TRACKS:
        raise BadFile(f"The file holds more than {thousands(MAX_TRACKS)} tracks; please split it.")


def check(reading: Reading) -> Reading:
    """The reading, unchanged. Raises BadFile when it holds more activities than one file may."""
    if len(reading.recordings) > MAX_RECORDINGS:
        raise BadFile(f"The file holds more than {thousands(MAX_RECORDINGS)} activities; please split it.")
    return reading


_mine = threading.local()


# ── time ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(eq=False)
class _WatchedThread:
    thread: int
    clock: int  # that thread's CPU time
    end_s: float
    is_over: bool = False


_watched: set[_WatchedThread] = set()
_changing = threading.Condition()


@contextlib.contextmanager
def cpu_within(seconds: float) -> Iterator[None]:
    """Raise TooLong in this thread when the block takes more CPU time than this. Blocks may be nested."""
    thread = threading.get_ident()
    clock = time.pthread_getcpuclockid(thread)
    mine = _WatchedThread(thread, clock, time.clock_gettime(clock) + seconds)
    with _changing:
        _start_watching()
        _watched.add(mine)
        _changing.notify()
    try:
        yield
    finally:
        while not _is_let_go(mine):
            pass


def _is_let_go(mine: _WatchedThread) -> bool:
    """Stop watching a thread: True once it is done. A pending TooLong must not arrive after the block, so it is
    withdrawn; if it arrives in here, the answer is False and the caller tries again."""
    try:
        with _changing:
            _watched.discard(mine)
            if mine.is_over:
                raise_in(mine.thread, None)
        return True
    except TooLong:
        return False


def _start_watching() -> None:
    global _watcher
    if _watcher is None or not _watcher.is_alive():
        _watcher = threading.Thread(target=_watch, name="time limits", daemon=True)
        _watcher.start()


_watcher: threading.Thread | None = None


def _watch() -> None:
    while True:
        with _changing:
            while not _watched:
                _changing.wait()
            for one in _watched:
                if not one.is_over and time.clock_gettime(one.clock) > one.end_s:
                    one.is_over = True
                    raise_in(one.thread, TooLong)
        time.sleep(_LOOK_S)


def raise_in(thread: int, kind: type[BaseException] | None) -> None:
    """Raise an exception in another thread as soon as it runs Python; None withdraws one that is still pending."""
    what = ctypes.py_object(kind) if kind else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), what)


# ── memory ──────────────────────────────────────────────────────────────────────────────────────────────────


class _Memory:
    """The memory limit of this process while any thread reads. Every read sets it anew, the last one removes it.

    The limit applies to all threads, and a C library that gets no memory may crash the process (psycopg does). So a
    limit set by a read long ago must not stay in place while other reads keep following."""

    def __init__(self) -> None:
        self._lock, self._inside = threading.Lock(), 0
        # None: we have set no limit. (-1, -1) cannot stand for that, because to the system it means "unlimited".
        self._before: tuple[int, int] | None = None

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if (used := _used_bytes()) and (resource := _resource()):
                if self._before is None:
                    self._before = resource.getrlimit(resource.RLIMIT_DATA)
                most = used + MEMORY_BYTES
                hard = self._before[1]
                if hard == resource.RLIM_INFINITY or most < hard:
                    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))

    def __exit__(self, *_) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and self._before is not None and (resource := _resource()):
                resource.setrlimit(resource.RLIMIT_DATA, self._before)
                self._before = None


_memory = _Memory()


def _resource():
    try:
        import resource
    except ImportError:  # Windows
        return None
    return resource


def _used_bytes() -> int:
    """Bytes of this process that count towards RLIMIT_DATA; 0 where the system does not say."""
    try:
        found = re.search(rb"VmData:\s+(\d+) kB", Path("/proc/self/status").read_bytes())
    except OSError:
        return 0
    return int(found[1]) * 1024 if found else 0
