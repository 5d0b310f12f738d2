"""Exports that were unpacked into a folder (some browsers do so by themselves), as the archive they were: so that
names, gear, photos and health files are found as in the zip.

    if unpacked.is_export(files):
        stream = unpacked.Packed(folder, files)      a zip, made while it is read; nothing is written to a disk
        stream.unreadable                            once it is read: the files that could not be
"""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

from milevault_core.formats import garmin_export, strava_export

_HEAD_BYTES = 200_000  # of activities.csv, to tell Strava's from another


def is_export(files: list[Path]) -> bool:
    """Whether these files of a folder are an export of Strava or Garmin."""
    return garmin_export.is_export([f.as_posix() for f in files]) or any(
        file.name.lower() == "activities.csv" and strava_export.is_table(_head(file)) for file in files
    )


def _head(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(_HEAD_BYTES)
    except OSError:
        return b""


class Packed(io.RawIOBase):
    """A zip of a folder's files, unpacked inside, to be read once from beginning to end."""

    def __init__(self, folder: Path, files: list[Path]) -> None:
        self.unreadable: list[Path] = []
        self._pieces = self._pack(folder, files)
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = memoryview(piece)
        n = min(len(into), len(self._left))
        into[:n], self._left = self._left[:n], self._left[n:]
        return n

    def _pack(self, folder: Path, files: list[Path]) -> Iterator[bytes]:
        sink = _Sink()
        with zipfile.ZipFile(cast(IO[bytes], sink), "w", zipfile.ZIP_STORED) as packed:
            for file in files:
                name = file.relative_to(folder).as_posix()
                try:
                    with file.open("rb") as source:
                        entry = zipfile.ZipInfo.from_file(file, name, strict_timestamps=False)
                        with packed.open(entry, "w", force_zip64=True) as target:
                            while data := source.read(1 << 20):
                                target.write(data)
                                yield sink.take()
                except OSError:
                    self.unreadable.append(file)
        yield sink.take()


class _Sink:
    """Where zipfile writes to: what it wrote is taken away at once."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def flush(self) -> None: ...

    def take(self) -> bytes:
        parts, self.parts = self.parts, []
        return b"".join(parts)
