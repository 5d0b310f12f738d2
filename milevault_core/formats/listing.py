"""Where the members of an archive lie, without unpacking them, so that any process with access to the archive can
read each one later.

    for member in listing.members(file, "export.zip", spill):    reads only the directory, nested archives included
        listing.read(file_of(member.archive), member.place)      the bytes of one member

The limits and refusals are those of archive.py, which reads all members one after another.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import IO, cast

from milevault_core.formats import archive as archives
from milevault_core.formats.readers import MAX_BYTES
from milevault_core.formats.seekable import Seekable
from milevault_core.problems import BadFile, thousands

MAX_ENTRIES = archives.MAX_ENTRIES
# Unpacks an inner archive to a file, so that its members can be read later: (label, stream) -> (its number, the file).
Spill = Callable[[str, IO[bytes]], tuple[int, IO[bytes]]]
_DAMAGED = "This file is damaged inside the archive."


@dataclass(frozen=True)
class Place:
    """Where a member is stored, in bytes from the beginning of its archive."""

    at: int  # position of its local header
    packed: int
    size: int
    method: int
    crc: int


@dataclass(frozen=True)
class ListedMember:
    """A member as listed in the directory: `place` is None when it is refused, and `problem` says why. If it is only
    too large for an activity, `large` has its place, because it may be a list."""

    name: str  # with the names of the archives around it
    place: Place | None
    archive: int = 0  # 0: the archive itself; otherwise the number that `spill` gave
    problem: str = ""
    large: Place | None = None


def innermost(name: str, folders: Collection[str]) -> str | None:
    """The innermost of these folders (with slashes; "" is the archive) that contains a member; None if none does."""
    folder = name
    while folder:
        folder = folder[: folder.rstrip("/").rfind("/") + 1]
        if folder in folders:
            return folder
    return None


def members(file: IO[bytes], name: str, spill: Spill) -> Iterator[ListedMember]:
    """The files in a zip and in the zips inside it, in directory order. Folders are left out, and so are hidden files
    that do not look like activity files.

    An inner zip that is stored uncompressed is read in place; a compressed one is passed to `spill`. Raises BadFile
    when the archive as a whole is unreadable or exceeds a limit.
    """
    yield from _members(file, f"{name}/" if name else "", 0, 0, 1, [archives.MAX_TOTAL_BYTES], spill)


def _members(
    file: IO[bytes], prefix: str, number: int, base: int, depth: int, budget: list[int], spill: Spill
) -> Iterator[ListedMember]:
    archives.check_directory(file)
    try:
        opened = zipfile.ZipFile(file)
    except archives.ERRORS as error:
        raise BadFile("The archive is damaged or incomplete.") from error
    with opened:
        entries = [e for e in opened.infolist() if not e.is_dir()]
        if len(entries) > MAX_ENTRIES:
            raise BadFile(f"The archive holds more than {thousands(MAX_ENTRIES)} files.")
        overlapping = archives.overlapping_in(entries)
        for entry in entries:
            label = prefix + archives.label_of(entry.filename)
            refusal = archives.refusal_of(entry, overlapping)
            place = Place(base + entry.header_offset, entry.compress_size, entry.file_size, entry.compress_type,
                          entry.CRC)  # fmt: skip
            if archives.is_hidden(entry.filename) and not _looks_useful(file, entry):
                continue
            if not refusal and entry.filename.lower().endswith(".zip"):
                yield from _inner(opened, file, entry, label, number, base, depth, budget, spill)
                continue
            archives.spend(budget, entry.file_size)
            large = None
            if not refusal and entry.file_size > MAX_BYTES:
                refusal, large = (
                    f"This file is larger than {MAX_BYTES // 2**20} MB, more than any activity.",
                    place,
                )
            yield ListedMember(label, None if refusal else place, number, refusal or "", large)


def _inner(opened, file, entry, label, number, base, depth, budget, spill) -> Iterator[ListedMember]:
    """The members of a zip inside this zip."""
    if depth >= archives.MAX_DEPTH:
        yield ListedMember(label, None, number, "This archive is nested too deeply inside other archives.")
        return
    try:
        if entry.compress_type == zipfile.ZIP_STORED:
            start = entry.header_offset + _header_length(file, entry.header_offset)
            inner = cast(IO[bytes], io.BufferedReader(Window(file, start, entry.compress_size), 1 << 16))
            yield from _members(inner, f"{label}/", number, base + start, depth + 1, budget, spill)
        else:
            with opened.open(entry) as stream:
                found, inner = spill(label, stream)
            yield from _members(inner, f"{label}/", found, 0, depth + 1, budget, spill)
    except BadFile as error:
        if budget[0] < 0:
            raise
        yield ListedMember(label, None, number, str(error))
    except archives.ERRORS:
        yield ListedMember(label, None, number, _DAMAGED)


def read(file: IO[bytes], place: Place) -> bytes:
    """The unpacked bytes of one member. Raises BadFile when they are damaged."""
    try:
        file.seek(place.at + _header_length(file, place.at))
        packed = file.read(min(place.packed, MAX_BYTES + MAX_BYTES // 64))
        if place.method == zipfile.ZIP_STORED:
            data = packed
        elif place.method == zipfile.ZIP_DEFLATED:
            data = zlib.decompressobj(-15).decompress(packed, MAX_BYTES + 1)
        else:
            import bz2

            data = bz2.BZ2Decompressor().decompress(packed, MAX_BYTES + 1)
    except BadFile:
        raise
    except archives.ERRORS as error:
        raise BadFile(_DAMAGED) from error
    if len(data) != place.size or zlib.crc32(data) != place.crc:
        raise BadFile(_DAMAGED)
    return data


def pieces(file: IO[bytes], place: Place, size: int = 1 << 18) -> Iterator[bytes]:
    """The unpacked bytes of one member in pieces, whatever its size. Raises BadFile where they are damaged."""
    try:
        file.seek(place.at + _header_length(file, place.at))
        unpack = zlib.decompressobj(-15) if place.method == zipfile.ZIP_DEFLATED else None
        if unpack is None and place.method != zipfile.ZIP_STORED:
            raise BadFile(_DAMAGED)
        left, most = place.packed, place.size
        while left > 0 and most > 0:
            packed = file.read(min(size, left))
            if not packed:
                raise BadFile(_DAMAGED)
            left -= len(packed)
            while packed and most > 0:
                piece = packed if unpack is None else unpack.decompress(packed, size)
                packed = b"" if unpack is None else unpack.unconsumed_tail
                most -= len(piece)
                yield piece
    except BadFile:
        raise
    except archives.ERRORS as error:
        raise BadFile(_DAMAGED) from error


def _header_length(file: IO[bytes], at: int) -> int:
    """Length of a local header, whose name and extra fields may differ from those in the directory."""
    file.seek(at)
    head = file.read(30)
    if len(head) < 30 or head[:4] != b"PK\x03\x04":
        raise BadFile(_DAMAGED)
    name, extra = struct.unpack_from("<HH", head, 26)
    return 30 + name + extra


def _looks_useful(file: IO[bytes], entry: zipfile.ZipInfo) -> bool:
    """Whether a hidden file may be an activity nevertheless."""
    place = Place(entry.header_offset, entry.compress_size, entry.file_size, entry.compress_type, entry.CRC)
    if entry.file_size > MAX_BYTES or place.method not in archives.METHODS:
        return False
    try:
        return archives.looks_like_activity(read(file, place)[:4096])
    except BadFile:
        return False


class Window(Seekable):
    """A part of a seekable file, as a file in its own right."""

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        super().__init__(size)
        self.file, self.start = file, start

    def readinto(self, buffer) -> int:
        """Read the bytes at `place`, as io.RawIOBase requires."""
        count = max(0, min(len(buffer), self.size - self.place))
        self.file.seek(self.start + self.place)
        data = self.file.read(count)
        buffer[: len(data)] = data
        self.place += len(data)
        return len(data)
