"""Exports that were unpacked into a folder (some browsers do so by themselves), presented as the original archive, so
that names, gear, photos and health files are found as in the zip.

    exports, others = unpacked_export.split(folder, files)
    stream = unpacked_export.ZipStream(*exports[0])     a zip, made while it is read; nothing is written to disk
    stream.unreadable                                after reading: the files that could not be read
"""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

from milevault_core.formats import strava_export
from milevault_core.imports import files as imports

_NUMBER = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HEAD_BYTES = 200_000  # read of an activities.csv, to tell whether it is Strava's


def split(folder: Path, files: list[Path]) -> tuple[list[tuple[Path, list[Path]]], list[Path]]:
    """Exports among the files below a folder, each as (its own folder, its files), and the files outside any export."""
    exports: dict[Path, list[Path]] = {}
    # Outermost first: an activities.csv inside an export belongs to that export.
    for root in sorted(_roots(folder, files), key=lambda r: (len(r.parts), r)):
        if not any(root.is_relative_to(other) for other in exports):
            exports[root] = []
    others: list[Path] = []
    for file in files:
        home = next((root for root in exports if file.is_relative_to(root)), None)
        (others if home is None else exports[home]).append(file)
    return list(exports.items()), others


def _roots(folder: Path, files: list[Path]) -> set[Path]:
    """The folders to which exports of Strava, Garmin or Apple Health were unpacked."""
    found: set[Path] = set()
    for file in files:
        if file.name.lower() == "activities.csv" and strava_export.is_table(_head(file)):
            found.add(file.parent)
        parts = file.relative_to(folder).parts[:-1]
        for depth, part in enumerate(parts):
            if part == "apple_health_export":
                found.add(folder.joinpath(*parts[: depth + 1]))
                break
            if part == "DI_CONNECT":
                # In a folder named by Garmin's UUID, what lies next to it is Garmin's other data; elsewhere it can be
                # anything.
                home = folder.joinpath(*parts[:depth])
                found.add(home if _NUMBER.fullmatch(home.name) else home / part)
                break
            if part.startswith("DI-Connect-"):  # a part of DI_CONNECT, in a renamed folder
                found.add(folder.joinpath(*parts[:depth]))
                break
    return found


def _head(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(_HEAD_BYTES)
    except OSError:
        return b""


class ZipStream(io.RawIOBase):
    """A zip of a folder's files, stored uncompressed, to be read once from beginning to end."""

    def __init__(self, folder: Path, files: list[Path]) -> None:
        self.unreadable: list[Path] = []
        self._pieces = self._pack(folder, files)
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        """Read the next bytes of the zip, as io.RawIOBase asks for them."""
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
                name = imports.storable(file.relative_to(folder).as_posix())
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
    """The file that zipfile writes to; its bytes are taken out at once."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def flush(self) -> None: ...

    def take(self) -> bytes:
        parts, self.parts = self.parts, []
        return b"".join(parts)
