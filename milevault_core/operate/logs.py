"""Logs of the processes on this machine: files in `data/logs`, and the database's own log."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

MOST_BYTES = 5_000_000  # a larger log is emptied; its content is kept as .old
SERVICES = ("milevault", "app", "jobs", "db")


def folder(data: Path) -> Path:
    return data / "logs"


def files(data: Path) -> dict[str, Path]:
    """The log file of each service that has one."""
    found = {name: folder(data) / f"{name}.log" for name in SERVICES[:-1]} | {"db": data / "pg" / "log"}
    return {name: file for name, file in found.items() if file.exists()}


def make_room(data: Path) -> None:
    """Empty logs that are too large, and keep a copy as .old. Their writers append, so they go on at the new end."""
    for file in folder(data).glob("*.log"):
        if file.stat().st_size > MOST_BYTES:
            shutil.copyfile(file, file.with_suffix(".old"))
            os.truncate(file, 0)


def tail(file: Path, lines: int) -> list[str]:
    """The last lines of a file, without reading much more of it."""
    if lines <= 0:
        return []
    with file.open("rb") as opened:
        size = opened.seek(0, os.SEEK_END)
        block, data = 1 << 16, b""
        while size > 0 and data.count(b"\n") <= lines:
            step = min(block, size)
            size -= step
            opened.seek(size)
            data = opened.read(step) + data
    return data.decode(errors="replace").splitlines()[-lines:]


def follow(found: dict[str, Path]) -> Iterator[tuple[str, str]]:
    """Yield (service, line) for every line written from now on; never ends."""
    at = {name: file.stat().st_size for name, file in found.items()}
    rest = dict.fromkeys(found, b"")
    while True:
        for name, file in found.items():
            size = file.stat().st_size if file.exists() else 0
            if size < at[name]:  # the log was emptied
                at[name], rest[name] = 0, b""
            if size > at[name]:
                with file.open("rb") as opened:
                    opened.seek(at[name])
                    new = opened.read(size - at[name])
                at[name] += len(new)
                *lines, rest[name] = (rest[name] + new).split(b"\n")
                for line in lines:
                    yield name, line.decode(errors="replace")
        time.sleep(0.3)
