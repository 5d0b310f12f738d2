"""Zip and gzip files whose bytes depend only on their content: fixed times, and no compression (versions of zlib
compress differently)."""

import struct
import zipfile
import zlib
from typing import IO

_TIME = (2025, 1, 1, 0, 0, 0)
_BLOCK = 65_535


def open_zip(target: IO[bytes] | str) -> zipfile.ZipFile:
    """A zip to write with `add`; close it at the end."""
    return zipfile.ZipFile(target, "w", zipfile.ZIP_STORED)


def add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Add a file with a fixed date, so that the same athlete makes the same archive."""
    member = zipfile.ZipInfo(name, _TIME)
    member.create_system = 3
    member.external_attr = 0o644 << 16
    archive.writestr(member, data)


def gzipped(data: bytes) -> bytes:
    """`data` as gzip, in stored blocks."""
    parts = [b"\x1f\x8b\x08\0\0\0\0\0\0\xff"]
    for at in range(0, max(len(data), 1), _BLOCK):
        block = data[at : at + _BLOCK]
        last = at + _BLOCK >= len(data)
        parts += [struct.pack("<BHH", last, len(block), len(block) ^ 0xFFFF), block]
    return b"".join([*parts, struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)])
