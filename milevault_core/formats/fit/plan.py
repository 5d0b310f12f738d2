"""How the bytes of one layout become columns, computed once per definition."""

import struct
from dataclasses import dataclass
from typing import Any, NamedTuple

from milevault_core.formats.fit import basetypes
from milevault_core.formats.fit.fields import TEXTS, describe
from milevault_core.formats.fit.layout import Definition, Field, Layout

MAX_VALUES = 16  # per field and message, unless `everything` is asked for


class Entry(NamedTuple):
    """One field to decode: its column, its position, and how it is stored."""

    name: Any  # the key of its column
    position: int
    size: int
    code: str  # numpy's code without byte order; "S" for text
    width: int
    n: int  # values in one message
    invalid: float | None  # None: not a number
    is_bytes: bool
    scale: float
    offset: float
    place: int = 0  # index of its first value in what Plan.rest unpacks


@dataclass(eq=False, slots=True)
class Plan:
    entries: tuple[Entry, ...]
    big_endian: bool
    # Structs that read one message without its header byte: one for whole numbers, one for all other fields.
    singles: struct.Struct
    integers: tuple[tuple[Any, float | None, float, float], ...]  # (name, invalid, scale, offset)
    rest: struct.Struct
    others: tuple[Entry, ...]
    matrix: Any = None  # result of matrix.matrix_of


_CODES = {"u1": "B", "i1": "b", "u2": "H", "i2": "h", "u4": "I", "i4": "i", "u8": "Q", "i8": "q", "f4": "f",
          "f8": "d"}  # fmt: skip


def plan_for(definition: Definition, everything: bool) -> Plan:
    """The plan of the definition's own fields: those that fields.MESSAGES knows, or all."""
    found = definition.plans.get(everything)
    if found is None:
        known = describe(definition.number)[1]
        entries = []
        for field in definition.fields:
            named = known.get(field.number)
            if named is None and everything:
                named = (f"field_{field.number}", 1, 0, True)
            if named is not None:
                name, scale, offset, several = named
                if everything or (name in TEXTS) == (basetypes.known(field.base_type) == basetypes.TEXT):
                    most = 255 if everything else MAX_VALUES if several else 1
                    entries.append(_entry(field, name, scale, offset, most))
        found = definition.plans[everything] = _plan(entries, definition.big_endian)
    return found


def developer_plan(layout: Layout, part: int, everything: bool) -> Plan:
    """The plan of a layout's developer fields; their columns are named (part, developer field)."""
    plans, key = layout.definition.plans, (part, layout.developer, everything)
    found = plans.get(key)
    if found is None:
        if len(plans) > 8:
            plans.clear()
        entries = []
        for field, described in layout.developer:
            if everything or basetypes.known(field.base_type) != basetypes.TEXT:
                most = 255 if everything else 1
                entries.append(_entry(field, (part, described), described.scale, described.offset, most))
        found = plans[key] = _plan(entries, layout.definition.big_endian)
    return found


def _entry(field: Field, name, scale: float, offset: float, most: int) -> Entry | None:
    """How to decode a field, with at most `most` values; None if it cannot be decoded."""
    if field.size == 0:
        return None
    base_type = basetypes.known(field.base_type)
    code, width, invalid = basetypes.BASE_TYPES[base_type]
    if base_type == basetypes.TEXT:
        return Entry(name, field.position, field.size, code, 1, 1, None, False, 1, 0)
    # Seen in files from Coros: a 4-byte number in one byte. Only the raw bytes can be decoded then.
    if field.size % width:
        if field.size > 1 and most == 1:
            return None
        base_type, code, width, invalid = basetypes.BYTES, "u1", 1, 0xFF
    n = min(most, field.size // width)
    is_bytes = base_type == basetypes.BYTES and n > 1
    return Entry(name, field.position, field.size, code, width, n, invalid, is_bytes, scale, offset)


def _plan(found: list[Entry | None], big_endian: bool) -> Plan:
    entries = tuple(entry for entry in found if entry is not None)
    whole = [e for e in entries if e.n == 1 and e.invalid is not None]
    others, place = [], 0
    for entry in entries:
        if entry.n > 1 or entry.invalid is None:
            others.append(entry._replace(place=place))
            place += entry.n
    integers = tuple((e.name, e.invalid, e.scale, e.offset) for e in whole)
    return Plan(
        entries, big_endian, _struct(whole, big_endian), integers, _struct(others, big_endian), tuple(others)
    )


def _struct(entries: list[Entry], big_endian: bool) -> struct.Struct:
    codes, at = [">" if big_endian else "<"], 1
    for entry in entries:
        stored = f"{entry.size}s" if entry.code == "S" else f"{entry.n}{_CODES[entry.code]}"
        codes.append(f"{entry.position - at}x{stored}")
        at = entry.position + (entry.size if entry.code == "S" else entry.n * entry.width)
    return struct.Struct("".join(codes))
