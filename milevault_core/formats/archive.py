"""Read untrusted archives one member at a time, with constant memory and within limits.

Names are labels only: no file is ever written under one (a zip inside a zip goes to an unnamed temporary file). A
member that cannot be read is yielded with a sentence that says why, and reading continues with the next.
"""

import contextlib
import hashlib
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO

from milevault_core.formats import xml
from milevault_core.formats.readers import MAX_BYTES
from milevault_core.formats.texts import visible
from milevault_core.problems import BadFile, Problem, thousands

MAX_ENTRIES = 100_000
MAX_DIRECTORY_BYTES = 64 * 1024 * 1024  # of the list of entries, which zipfile reads at once
MAX_TOTAL_BYTES = 16 * 1024**3  # of all members, including nested ones
MAX_RATIO = 250  # unpacked to packed, for members above a megabyte
MAX_DEPTH = 2  # a zip in a zip, as in Garmin's own export
MAX_GZIP_MEMBERS = 1000
_OVERHEAD = 4096  # bytes that compression may add to incompressible data
_STEP, _PIECE = 64 << 10, 1 << 20  # bytes: packed input per step, and the most it may unpack to at once
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)  # LZMA may ask for 4 GB at once
ERRORS = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, LookupError,
           NotImplementedError, struct.error)  # fmt: skip


@dataclass(frozen=True)
class Member:
    """A file in an archive. `data` is None when the file is refused, and `problem` says why; a `.gz` stays packed.

    When both are given, the data is usable and the sentence is a remark.
    """

    name: str  # with the names of the archives around it: "export.zip/part 1.zip/ride.fit"
    data: bytes | None
    problem: str | None = None


def is_archive(head: bytes) -> bool:
    """Whether a file beginning with `head` (4 bytes) is a zip."""
    return head[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


def members(source: bytes | IO[bytes], name: str = "") -> Iterator[Member]:
    """The files in a zip, given as bytes or as a seekable file; folders are left out.

    Hidden files and files in __MACOSX are left out too, unless they look like activity files.
    Raises BadFile when the archive as a whole is unreadable or exceeds a limit.
    """
    file = io.BytesIO(source) if isinstance(source, bytes | bytearray | memoryview) else source
    yield from _members(file, f"{name}/" if name else "", 1, [MAX_TOTAL_BYTES])


def _members(file: IO[bytes], prefix: str, depth: int, budget: list[int]) -> Iterator[Member]:
    check_directory(file)
    try:
        archive = zipfile.ZipFile(file)
    except ERRORS as error:
        raise BadFile("The archive is damaged or incomplete.") from error
    with archive:
        entries = [e for e in archive.infolist() if not e.is_dir()]
        if len(entries) > MAX_ENTRIES:
            raise BadFile(f"The archive holds more than {thousands(MAX_ENTRIES)} files.")
        overlapping = overlapping_in(entries)
        for entry in entries:
            label = prefix + label_of(entry.filename)
            refusal = refusal_of(entry, overlapping)
            if refusal:
                yield Member(label, None, refusal)
                continue
            try:
                with archive.open(entry) as stream:
                    yield from _member(stream, entry, label, depth, budget)
            except BadFile:
                raise
            except ERRORS:
                yield Member(label, None, "This file is damaged inside the archive.")


def _member(stream: IO[bytes], entry, label: str, depth: int, budget: list[int]) -> Iterator[Member]:
    head = stream.read(4096)
    hidden = is_hidden(entry.filename)
    if hidden and not looks_like_activity(head):
        return
    if is_archive(head):
        if depth >= MAX_DEPTH:
            yield Member(label, None, "This archive is nested too deeply inside other archives.")
            return
        with SpooledTemporaryFile(max_size=MAX_BYTES) as inner:
            inner.write(head)
            while chunk := stream.read(1 << 20):
                spend(budget, len(chunk))
                inner.write(chunk)
            try:
                yield from _members(inner, f"{label}/", depth + 1, budget)
            except BadFile as error:
                if budget[0] < 0:
                    raise
                yield Member(label, None, str(error))
        return
    data = head + stream.read(MAX_BYTES + 1 - len(head))
    spend(budget, len(data))
    if len(data) > MAX_BYTES:
        yield Member(
            label, None, f"This file is larger than {MAX_BYTES // 2**20} MB, more than any activity."
        )
    else:
        yield Member(label, data, "This file was hidden in the archive." if hidden else None)


def spend(budget: list[int], size: int) -> None:
    """Subtract a member's unpacked size in bytes from the budget of all members. Raises BadFile when it is used up."""
    budget[0] -= size
    if budget[0] < 0:
        raise BadFile(f"The archive unpacks to more than {MAX_TOTAL_BYTES // 2**30} GB.")


def refusal_of(entry: zipfile.ZipInfo, overlapping: set[int]) -> str | None:
    """Why a member is not unpacked, as a sentence; None if it is. overlapping: header offsets of members that share
    bytes with another."""
    if entry.flag_bits & 0x1:
        return "This file is locked with a password; please pack it without one."
    if stat.S_IFMT(entry.external_attr >> 16) == stat.S_IFLNK:
        return "This is a link to another file, not a file."
    if entry.header_offset in overlapping:
        return "This file overlaps another one in the archive, which only a harmful archive does."
    if entry.compress_type not in METHODS:
        return "This file is packed in a way MileVault does not know; please pack it as an ordinary zip."
    if entry.compress_size > entry.file_size + entry.file_size // 64 + _OVERHEAD:
        return "This file says that packing made it larger, which only a harmful archive does."
    if entry.file_size > 1_000_000 and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
        return "This file unpacks to far more than its size allows, which only a harmful archive does."
    return None


def overlapping_in(entries: list[zipfile.ZipInfo]) -> set[int]:
    """Header offsets of entries whose packed bytes overlap those of another entry."""
    found: set[int] = set()
    end, last = 0, -1
    for entry in sorted(entries, key=lambda e: e.header_offset):
        if entry.header_offset < end:
            found |= {entry.header_offset, last}
        last = entry.header_offset
        end = max(end, entry.header_offset + 30 + entry.compress_size)
    return found


def check_directory(file: IO[bytes]) -> None:
    """Refuse a directory with too many entries before zipfile reads all of it, by the zip and zip64 end records.
    Raises BadFile."""
    try:
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - 65_600))
        tail = file.read()
        at = tail.rfind(b"PK\x05\x06")
        count, length = struct.unpack_from("<HI", tail, at + 10) if at >= 0 else (0, 0)
        at64 = tail.rfind(b"PK\x06\x06")
        if at64 >= 0:
            more, longer = struct.unpack_from("<QQ", tail, at64 + 32)
            count, length = max(count if count < 0xFFFF else 0, more), max(length % 0xFFFFFFFF, longer)
        file.seek(0)
    except (struct.error, OSError, ValueError) as error:
        raise BadFile("The archive is damaged or incomplete.") from error
    if count > MAX_ENTRIES or min(length, size) > MAX_DIRECTORY_BYTES:
        raise BadFile(f"The archive holds more than {thousands(MAX_ENTRIES)} files.")


def is_hidden(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return "__MACOSX" in parts or any(p.startswith(".") and p not in (".", "..") for p in parts)


def label_of(name: str) -> str:
    """The name as a label: forward slashes, no control or invisible characters, at most 255 characters."""
    return visible(name.replace("\\", "/"))[-255:] or "unnamed"


def looks_like_activity(head: bytes) -> bool:
    """Whether a file beginning with `head` (4096 bytes) may be FIT, GPX, TCX, or a packed file."""
    if head[8:12] == b".FIT" or head.startswith(b"\x1f\x8b") or is_archive(head):
        return True
    return xml.root_name(head) in ("gpx", "trainingcenterdatabase")


def gunzip(data: bytes, limit: int) -> tuple[bytes, Problem | None]:
    """The unpacked bytes of a gzip file of one or more members, at most `limit`.

    A truncated or damaged file gives the part before the damage, with a Problem. Raises BadFile beyond the limit,
    and when nothing can be unpacked.
    """
    out = bytearray()
    ended = _unpack(data, limit, out.extend)
    if not ended:
        return bytes(out), None
    if not out:
        raise BadFile(f"The packed file {ended}." if ended != "damaged" else "The packed file is damaged.")
    how = "is damaged; what comes before" if ended == "damaged" else "ends too early; what is there"
    return bytes(out), Problem("truncated", f"The packed file {how} was kept.")


def sum_of_gzip(data: bytes, limit: int) -> tuple[bytes, int] | None:
    """SHA-256 and length of a gzip file's content, computed piece by piece; None when the file is damaged or unpacks
    to more than `limit` bytes."""
    digest, size = hashlib.sha256(), 0

    def take(piece: bytes) -> None:
        nonlocal size
        digest.update(piece)
        size += len(piece)

    try:
        return None if _unpack(data, limit, take) else (digest.digest(), size)
    except BadFile:
        return None


def _unpack(data: bytes, limit: int, take: Callable[[bytes], object]) -> str:
    """Pass whatever can be unpacked to `take`, in pieces. Returns how it ended: "", "damaged" or "ends too early"."""
    size = count = at = 0
    while data[at : at + 2] == b"\x1f\x8b":
        count += 1
        if count > MAX_GZIP_MEMBERS:
            raise BadFile("The packed file is made of too many pieces.")
        unpack = zlib.decompressobj(31)
        while not unpack.eof:
            chunk = data[at : at + _STEP]
            before = unpack.copy()
            try:
                piece = unpack.decompress(chunk, min(limit + 1 - size, _PIECE))
            except zlib.error:
                for piece in _up_to_the_damage(before, chunk, limit + 1 - size):
                    take(piece)
                return "damaged"
            at += len(chunk) - len(unpack.unused_data) - len(unpack.unconsumed_tail)
            if not chunk and not piece:
                return "ends too early"
            take(piece)
            size += len(piece)
            if size > limit:
                raise BadFile(f"The file unpacks to more than {limit // 2**20} MB, more than any activity.")
    return ""


def _up_to_the_damage(unpack, chunk: bytes, most: int) -> Iterator[bytes]:
    """The data before the damage in a chunk, unpacked byte by byte."""
    for at in range(len(chunk)):
        with contextlib.suppress(zlib.error):
            piece = unpack.decompress(chunk[at : at + 1], max(1, most))
            most -= len(piece)
            yield piece
            continue
        return
