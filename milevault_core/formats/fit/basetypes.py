"""How FIT stores numbers: for each base type, the numpy code, size in bytes, and value that means "not measured"."""

BASE_TYPES: dict[int, tuple[str, int, float | None]] = {
    0x00: ("u1", 1, 0xFF),  # enum
    0x01: ("i1", 1, 0x7F),
    0x02: ("u1", 1, 0xFF),
    0x83: ("i2", 2, 0x7FFF),
    0x84: ("u2", 2, 0xFFFF),
    0x85: ("i4", 4, 0x7FFFFFFF),
    0x86: ("u4", 4, 0xFFFFFFFF),
    0x07: ("S", 1, None),  # text, ended by a zero byte
    0x88: ("f4", 4, None),  # not measured: not a number
    0x89: ("f8", 8, None),
    0x0A: ("u1", 1, 0),  # the z types: 0 means not measured
    0x8B: ("u2", 2, 0),
    0x8C: ("u4", 4, 0),
    0x0D: ("u1", 1, 0xFF),  # bytes: not measured only if all of them are 0xFF
    0x8E: ("i8", 8, 0x7FFFFFFFFFFFFFFF),
    0x8F: ("u8", 8, 0xFFFFFFFFFFFFFFFF),
    0x90: ("u8", 8, 0),
}
TEXT, BYTES = 0x07, 0x0D
_BY_NUMBER = {base & 0x1F: base for base in BASE_TYPES}  # some devices leave the endian bit (0x80) out


def known(base_type: int) -> int:
    """The base type as listed above; BYTES for one that does not exist."""
    return base_type if base_type in BASE_TYPES else _BY_NUMBER.get(base_type & 0x1F, BYTES)
