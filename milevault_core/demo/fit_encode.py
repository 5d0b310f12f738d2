"""Writes FIT: messages as rows of whole numbers, whole columns at a time. Our own encoder, so that only numpy is needed
at run time; garmin-fit-sdk and fitparse read the result back in the tests."""

import struct
from collections.abc import Sequence

import numpy as np

from milevault_core.demo.gps import MISSING

FIT_EPOCH = 631_065_600  # 1989-12-31T00:00:00Z, s since 1970
PROTOCOL, PROFILE = 0x20, 2158

# base type: (its number, numpy's type, the value that means "missing")
BASE = {
    "enum": (0x00, "u1", 0xFF), "sint8": (0x01, "i1", 0x7F), "uint8": (0x02, "u1", 0xFF),
    "sint16": (0x83, "<i2", 0x7FFF), "uint16": (0x84, "<u2", 0xFFFF), "sint32": (0x85, "<i4", 0x7FFFFFFF),
    "uint32": (0x86, "<u4", 0xFFFFFFFF), "uint8z": (0x0A, "u1", 0), "uint32z": (0x8C, "<u4", 0),
    "byte": (0x0D, "u1", 0xFF), "float32": (0x88, "<f4", np.nan),
}  # fmt: skip

Field = tuple[int, str]  # field number, base type (or "string:16")


def definition(local: int, message: int, fields: list[Field]) -> bytes:
    """The definition message: `fields` will follow under the local number (0 to 15)."""
    head = struct.pack("<BBBHB", 0x40 | local, 0, 0, message, len(fields))
    return head + b"".join(_described(number, kind) for number, kind in fields)


def _described(number: int, kind: str) -> bytes:
    if kind.startswith("string:"):
        return bytes((number, int(kind[7:]), 0x07))
    code, dtype, _ = BASE[kind]
    return bytes((number, np.dtype(dtype).itemsize, code))


def rows(local: int, fields: list[Field], columns: list) -> np.ndarray:
    """Data messages, one per row, as a packed structured array; columns are arrays or single values.

    MISSING becomes the base type's invalid value; a string is cut to fit.
    """
    n = max((len(c) for c in columns if isinstance(c, np.ndarray)), default=1)
    dtype = [("header", "u1")] + [(f"f{k}", _dtype(kind)) for k, (_, kind) in enumerate(fields)]
    packed = np.zeros(n, dtype=dtype)
    packed["header"] = local
    for k, ((_, kind), values) in enumerate(zip(fields, columns, strict=True)):
        if kind.startswith("string:"):
            packed[f"f{k}"] = values.encode()[: int(kind[7:]) - 1]
            continue
        invalid = BASE[kind][2]
        if isinstance(values, np.ndarray):
            if kind != "float32":
                values = np.where(values == MISSING, invalid, values)
        elif values is None or values == MISSING:
            values = invalid
        packed[f"f{k}"] = values
    return packed


def _dtype(kind: str) -> str:
    return f"S{kind[7:]}" if kind.startswith("string:") else BASE[kind][1]


def messages(local: int, message: int, named: Sequence[tuple[int, str, object]]) -> bytes:
    """A definition and its data messages: (field number, base type, value or array of values) each."""
    fields = [(number, kind) for number, kind, _ in named]
    return definition(local, message, fields) + rows(local, fields, [v for _, _, v in named]).tobytes()


def file(body: bytes) -> bytes:
    """A whole FIT file: header, messages, checksums."""
    head = struct.pack("<BBHI4s", 14, PROTOCOL, PROFILE, len(body), b".FIT")
    whole = head + struct.pack("<H", crc16(head)) + body
    return whole + struct.pack("<H", crc16(whole))


def _byte_table() -> np.ndarray:
    table = np.arange(256, dtype=np.uint16)
    for _ in range(8):
        table = (table >> np.uint16(1)) ^ np.where(table & np.uint16(1), np.uint16(0xA001), np.uint16(0))
    return table


_TABLE = _byte_table()
_LIST = _TABLE.tolist()


def _slow_crc(data: bytes, crc: int = 0) -> int:
    for byte in data:
        crc = (crc >> 8) ^ _LIST[(crc ^ byte) & 0xFF]
    return crc


def crc16(data: bytes) -> int:
    """CRC-16/ARC. Long data is processed as a matrix: first the checksums of all rows at once, then the rows are
    combined one after another, because a row of zeros is the same linear map for every checksum."""
    width = 512
    whole = len(data) // width
    if whole < 8:
        return _slow_crc(data)
    matrix = np.frombuffer(data, np.uint8, whole * width).reshape(whole, width)
    crc = np.zeros(whole, np.uint16)
    for column in np.ascontiguousarray(matrix.T):
        crc = (crc >> np.uint16(8)) ^ _TABLE[(crc ^ column) & np.uint16(0xFF)]
    low, high = _zeros_map(width)
    total = 0
    for row in crc.tolist():
        total = low[total & 0xFF] ^ high[total >> 8] ^ row
    return _slow_crc(data[whole * width :], total)


_MAPS: dict[int, tuple[list[int], list[int]]] = {}


def _zeros_map(width: int) -> tuple[list[int], list[int]]:
    """What `width` zero bytes do to a checksum, for its low and its high byte."""
    if width not in _MAPS:
        crc = np.concatenate([np.arange(256), np.arange(256) << 8]).astype(np.uint16)
        for _ in range(width):
            crc = (crc >> np.uint16(8)) ^ _TABLE[crc & np.uint16(0xFF)]
        both = crc.tolist()
        _MAPS[width] = both[:256], both[256:]
    return _MAPS[width]
