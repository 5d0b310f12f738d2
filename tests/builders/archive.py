"""Zip and gzip files, good ones and harmful ones."""

import gzip
import io
import struct
import zipfile
import zlib


def zipped(files: dict[str, bytes], method=zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def gzipped(*members: bytes) -> bytes:
    return b"".join(gzip.compress(m, mtime=0) for m in members)


def _zeros(megabytes: int) -> tuple[bytes, int]:
    """Many zeros, deflated: the packed bytes of one megabyte, again and again; and their checksum."""
    block, checksum = bytes(1 << 20), 0
    pack = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = pack.compress(block) + pack.flush(zlib.Z_FULL_FLUSH)
    for _ in range(megabytes):
        checksum = zlib.crc32(block, checksum)
    return packed * megabytes + pack.flush(), checksum


def zeros_gzip(megabytes: int) -> bytes:
    """A small gzip of many zeros."""
    packed, checksum = _zeros(megabytes)
    return gzip.compress(b"")[:10] + packed + struct.pack("<II", checksum, megabytes << 20)


def zeros_zip(megabytes: int, name="ride.fit") -> bytes:
    """A small zip of many zeros."""
    packed, checksum = _zeros(megabytes)
    raw = bytearray(zipped({name: packed}, zipfile.ZIP_STORED))
    for sign, method, size in ((b"PK\x03\x04", 8, 22), (b"PK\x01\x02", 10, 24)):
        at = raw.index(sign)
        struct.pack_into("<H", raw, at + method, zipfile.ZIP_DEFLATED)
        struct.pack_into("<I", raw, at + size - 8, checksum)
        struct.pack_into("<I", raw, at + size, megabytes << 20)
    return bytes(raw)


def encrypted(data: bytes, name="ride.fit") -> bytes:
    """A zip that says its member is encrypted."""
    raw = bytearray(zipped({name: data}))
    at = raw.index(b"PK\x01\x02")
    raw[6] |= 1
    raw[at + 8] |= 1
    return bytes(raw)


def with_symlink(name="link.fit", target=b"/etc/passwd") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.create_system = 3
        info.external_attr = 0o120777 << 16
        archive.writestr(info, target)
    return out.getvalue()


def lying_size(data: bytes, name="ride.gpx", said=100) -> bytes:
    """The directory says `said` bytes, the member holds more."""
    raw = bytearray(zipped({name: data}))
    struct.pack_into("<I", raw, raw.index(b"PK\x01\x02") + 24, said)
    return bytes(raw)


def overlapping(data: bytes, copies=50) -> bytes:
    """A zip whose directory lists the same bytes many times under different names (Fifield's bomb, simple)."""
    one = zipped({"aa.fit": data})
    start = one.index(b"PK\x01\x02")
    end = one.index(b"PK\x05\x06")
    entry = bytearray(one[start:end])
    listed = b""
    for i in range(copies):
        copy = bytearray(entry)
        copy[46:48] = f"{i:02d}".encode()
        listed += bytes(copy)
    tail = bytearray(one[end:])
    struct.pack_into("<HHII", tail, 8, copies, copies, len(listed), start)
    return one[:start] + listed + bytes(tail)


def many_entries(count: int) -> bytes:
    """A zip whose end record claims `count` entries (zip64 where it must)."""
    raw = bytearray(zipped({"a.fit": b"x"}))
    end = raw.index(b"PK\x05\x06")
    struct.pack_into("<HH", raw, end + 8, min(count, 0xFFFF), min(count, 0xFFFF))
    if count < 0xFFFF:
        return bytes(raw)
    directory = raw.index(b"PK\x01\x02")
    record = struct.pack(
        "<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, end - directory, directory
    )
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    return bytes(raw[:end]) + record + locator + bytes(raw[end:])
