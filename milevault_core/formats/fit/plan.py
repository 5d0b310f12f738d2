"""How the bytes of one layout become columns, worked out once for each definition.

Messages of a layout of which there are few are unpacked by `struct`, one at a time; of many, numpy takes a whole
field at once. Both give the same values (a test holds them to it); the first saves numpy's cost of a call where a
call is for a single value.
"""

import struct
from typing import NamedTuple

import numpy as np

from milevault_core.formats.fit import basetypes
from milevault_core.formats.fit.fields import TEXTS, describe
from milevault_core.formats.fit.layout import Definition, Field

FEW = 24
MAX_VALUES = 16  # of one field in one message, unless everything is asked for


class Entry(NamedTuple):
    """One field to decode: where it is, how it is stored, and what it becomes."""

    name: str
    position: int
    size: int
    code: str  # numpy's, without byte order; "S" for text
    width: int
    count: int
    invalid: float | None
    is_bytes: bool
    scale: float
    offset: float
    at: int  # place of its first value in what the Struct unpacks


class Plan(NamedTuple):
    unpacker: struct.Struct  # of a message without its header byte
    entries: tuple[Entry, ...]


_CODES = {"u1": "B", "i1": "b", "u2": "H", "i2": "h", "u4": "I", "i4": "i", "u8": "Q", "i8": "q", "f4": "f",
          "f8": "d"}  # fmt: skip


def plan_for(definition: Definition, everything: bool) -> Plan:
    found = definition.plans.get(everything)
    if found is None:
        found = definition.plans[everything] = _plan(definition, everything)
    return found


def _plan(definition: Definition, everything: bool) -> Plan:
    known = describe(definition.number)[1]
    entries: list[Entry] = []
    codes, at = [">" if definition.big_endian else "<"], 0
    for field in definition.fields:
        named = known.get(field.number)
        if named is None and everything:
            named = (f"field_{field.number}", 1, 0, True)
        entry = None
        if named is not None:
            name, scale, offset, several = named
            if everything or (name in TEXTS) == (field.base_type == basetypes.TEXT):
                most = 255 if everything else MAX_VALUES if several else 1
                entry = entry_of(field, name, scale, offset, most, at)
        if entry is None:
            codes.append(f"{field.size}x")
            continue
        entries.append(entry)
        if entry.code == "S":
            codes.append(f"{field.size}s")
            at += 1
        else:
            used = entry.count * entry.width
            codes.append(f"{entry.count}{_CODES[entry.code]}{field.size - used}x")
            at += entry.count
    return Plan(struct.Struct("".join(codes)), tuple(entries))


def entry_of(field: Field, name, scale: float, offset: float, most: int, at: int = 0) -> Entry | None:
    """How to decode a field, at most `most` values of it; None when that cannot be said."""
    if field.size == 0:
        return None
    base_type = basetypes.known(field.base_type)
    code, width, invalid = basetypes.BASE_TYPES[base_type]
    if base_type == basetypes.TEXT:
        return Entry(name, field.position, field.size, code, 1, 1, None, False, 1, 0, at)
    if (
        field.size % width
    ):  # seen from a Coros: a 4-byte number in one byte. Its bytes are all that can be said.
        if field.size > 1 and most == 1:
            return None
        base_type, code, width, invalid = basetypes.BYTES, "u1", 1, 0xFF
    count = min(most, field.size // width)
    is_bytes = base_type == basetypes.BYTES and count > 1
    return Entry(name, field.position, field.size, code, width, count, invalid, is_bytes, scale, offset, at)


def few(data: bytes, starts, plan: Plan):
    """(entry, values) of the fields of a few messages that were measured at all."""
    unpack = plan.unpacker.unpack_from
    rows = [unpack(data, start + 1) for start in starts]
    single = rows[0] if len(rows) == 1 else None
    columns = rows[0] if single else list(zip(*rows, strict=True))
    for entry in plan.entries:
        at, count, invalid = entry.at, entry.count, entry.invalid
        if entry.code == "S":
            values = _texts([row[at] for row in rows])
        elif single is not None and count == 1 and invalid is not None:
            if single[at] == invalid:
                continue
            values = np.array((single[at],), np.float64)
        elif single is not None and invalid is not None and single[at : at + count].count(invalid) == count:
            continue
        else:
            stored = columns[at] if count == 1 and single is None else [row[at : at + count] for row in rows]
            values = _measured(np.array(stored), entry, np.float64)
            if values is not None and count == 1:
                values = values.reshape(-1)
        if values is not None:
            yield entry, scaled(values, entry)


def many(raw: np.ndarray, entry: Entry, big_endian: bool, dtype=np.float64) -> np.ndarray | None:
    """One field of messages gathered as (n, size of a message) uint8; None when it was never measured."""
    if entry.code == "S":
        octets = raw[:, entry.position : entry.position + entry.size].tobytes()
        return _texts([octets[i : i + entry.size] for i in range(0, len(octets), entry.size)])
    n, stride = raw.shape
    count, width = entry.count, entry.width
    shape, strides = ((n,), (stride,)) if count == 1 else ((n, count), (stride, width))
    order = (">" if big_endian else "<") if width > 1 else ""
    stored: np.ndarray = np.ndarray(shape, order + entry.code, raw, entry.position, strides)
    values = _measured(stored, entry, dtype)
    return None if values is None else scaled(values, entry)


def _measured(stored: np.ndarray, entry: Entry, dtype) -> np.ndarray | None:
    """Stored numbers as floats with NaN for "not measured"; None when all are."""
    values = stored.astype(dtype)
    if entry.invalid is None:
        missing = ~np.isfinite(values)
    elif entry.is_bytes:
        missing = np.broadcast_to((values == entry.invalid).all(axis=1)[:, None], values.shape)
    elif entry.width < 8:
        missing = values == entry.invalid
    else:
        missing = stored == stored.dtype.type(int(entry.invalid))
    gone = np.count_nonzero(missing)
    if gone:
        if gone == missing.size:
            return None
        values[missing] = np.nan
    return values


def scaled(values: np.ndarray, entry: Entry) -> np.ndarray:
    """raw / scale - offset, in place; text as it is."""
    if values.dtype != object:
        if entry.scale != 1:
            values /= entry.scale
        if entry.offset:
            values -= entry.offset
    return values


def _texts(pieces: list[bytes]) -> np.ndarray | None:
    """Text up to its zero byte; what follows it is whatever lay in the device's memory."""
    seen = {piece: piece.split(b"\0", 1)[0].decode("utf-8", "replace") or None for piece in set(pieces)}
    if not any(seen.values()):
        return None
    texts = np.empty(len(pieces), object)
    texts[:] = [seen[piece] for piece in pieces]
    return texts
