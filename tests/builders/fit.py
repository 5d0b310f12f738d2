"""FIT files byte by byte: any layout, valid or evil. Independent of the reader's own tables.

    fit(message(0, type=..)...)            a file of messages
    Writer(...)                            full control: definitions, data, chains, damage
    activity(n=60)                         a small run with known truth

A field is (number, base type name, value); None writes the base type's "not measured".
"""

import struct
from collections.abc import Iterable
from datetime import UTC, datetime

FIT_EPOCH = 631_065_600
START = int(datetime(2024, 5, 1, 7, 0, tzinfo=UTC).timestamp()) - FIT_EPOCH

BASES = {  # name: (number, struct code, not measured)
    "enum": (0x00, "B", 0xFF), "sint8": (0x01, "b", 0x7F), "uint8": (0x02, "B", 0xFF),
    "sint16": (0x83, "h", 0x7FFF), "uint16": (0x84, "H", 0xFFFF), "sint32": (0x85, "i", 0x7FFFFFFF),
    "uint32": (0x86, "I", 0xFFFFFFFF), "string": (0x07, "s", b""), "float32": (0x88, "f", float("nan")),
    "float64": (0x89, "d", float("nan")), "uint8z": (0x0A, "B", 0), "uint16z": (0x8B, "H", 0),
    "uint32z": (0x8C, "I", 0), "byte": (0x0D, "B", 0xFF), "sint64": (0x8E, "q", 2**63 - 1),
    "uint64": (0x8F, "Q", 2**64 - 1), "uint64z": (0x90, "Q", 0),
}  # fmt: skip
Field = tuple[int, str, object]  # number, base type, value


def _crc16_of(byte: int) -> int:
    for _ in range(8):
        byte = (byte >> 1) ^ 0xA001 if byte & 1 else byte >> 1
    return byte


_CRC16 = [_crc16_of(byte) for byte in range(256)]


def crc16(data: bytes) -> int:
    """CRC-16/ARC."""
    crc = 0
    for byte in data:
        crc = (crc >> 8) ^ _CRC16[(crc ^ byte) & 0xFF]
    return crc


def packed(base: str, value, big: bool = False) -> bytes:
    """A value, several of them, or a text, as FIT writes it."""
    _, code, missing = BASES[base]
    if base == "string":
        return value if isinstance(value, bytes) else (value or "").encode() + b"\0"
    values = value if isinstance(value, list | tuple) else [value]
    return b"".join(struct.pack((">" if big else "<") + code, missing if v is None else v) for v in values)


def definition(local: int, number: int, fields: Iterable[tuple[int, int, int]], developer=(), big=False,
               architecture: int | None = None) -> bytes:  # fmt: skip
    """A definition message; fields as (number, size, base type number), developer as (number, size, index)."""
    fields, developer = list(fields), list(developer)
    head = 0x40 | local | (0x20 if developer else 0)
    out = struct.pack("BBB", head, 0, int(big) if architecture is None else architecture)
    out += struct.pack(">H" if big else "<H", number) + bytes([len(fields)])
    out += b"".join(bytes(f) for f in fields)
    if developer:
        out += bytes([len(developer)]) + b"".join(bytes(f) for f in developer)
    return out


class Writer:
    """The messages of one part of a file; a definition is written when the layout of a local type changes."""

    def __init__(self, big: bool = False, always_define: bool = False, architecture: int | None = None):
        self.big, self.always_define, self.architecture = big, always_define, architecture
        self.body = bytearray()
        self.defined: dict[int, tuple] = {}

    def add(
        self, number: int, *fields: Field, local: int = 0, developer=(), offset: int | None = None
    ) -> "Writer":
        """A data message. developer: (number, index, base, value). offset: five bits of time in the header."""
        raw = [packed(base, value, self.big) for _, base, value in fields]
        extra = [packed(base, value, self.big) for *_, base, value in developer]
        layout = tuple((f[0], len(r), BASES[f[1]][0]) for f, r in zip(fields, raw, strict=True))
        own = tuple((d[0], len(r), d[1]) for d, r in zip(developer, extra, strict=True))
        if self.defined.get(local) != (number, layout, own) or self.always_define:
            self.body += definition(local, number, layout, own, self.big, self.architecture)
            self.defined[local] = (number, layout, own)
        head = local if offset is None else 0x80 | local << 5 | offset & 31
        self.body += bytes([head]) + b"".join(raw) + b"".join(extra)
        return self

    def raw(self, data: bytes) -> "Writer":
        self.body += data
        return self

    def file(
        self, header: int = 14, header_crc: bool = True, crc: int | None = -1, size: int | None = None
    ) -> bytes:
        """The part with header and checksum. crc: -1 right, None leaves it out. size: what the header claims."""
        claimed = len(self.body) if size is None else size
        head = struct.pack("<BBHI4s", header, 0x20, 2158, claimed, b".FIT")
        if header >= 14:
            head += struct.pack("<H", crc16(head) if header_crc else 0)
        head += b"\0" * (header - len(head))
        data = head + bytes(self.body)
        return data if crc is None else data + struct.pack("<H", crc16(data) if crc == -1 else crc)


def semicircles(degrees: float) -> int:
    return round(degrees * 2**31 / 180)


def file_id(
    w: Writer, kind: int = 4, maker: int = 1, product: int = 3843, created: int | None = START
) -> Writer:
    return w.add(0, (0, "enum", kind), (1, "uint16", maker), (2, "uint16", product), (3, "uint32z", 12345),
                 (4, "uint32", created))  # fmt: skip


def point(i: int, start: int = START) -> list[Field]:
    """Point i of a run east along 48° N at 3 m/s: every value a plain function of i."""
    return [
        (253, "uint32", start + i), (0, "sint32", semicircles(48.0)), (1, "sint32", semicircles(11.0 + i * 4e-5)),
        (78, "uint32", round((500 + i * 0.2 + 500) * 5)), (5, "uint32", i * 300), (73, "uint32", 3000),
        (3, "uint8", 120 + i % 40), (4, "uint8", 85), (7, "uint16", 200 + i % 50), (13, "sint8", 18),
    ]  # fmt: skip


def records(w: Writer, n: int, first: int = 0, start: int = START, local: int = 1, **more) -> Writer:
    for i in range(first, first + n):
        w.add(20, *point(i, start), local=local, **more)
    return w


def lap(w: Writer, start: int, seconds: float, metres: float, local: int = 2, trigger: int = 0) -> Writer:
    return w.add(19, (253, "uint32", int(start + seconds)), (2, "uint32", start),
                 (7, "uint32", round(seconds * 1000)), (8, "uint32", round(seconds * 1000)),
                 (9, "uint32", round(metres * 100)), (24, "enum", trigger), (15, "uint8", 130),
                 local=local)  # fmt: skip


def session(w: Writer, start: int, seconds: float, metres: float, sport: int | None = 1, sub: int | None = 0,
            local: int = 3, extra: tuple = ()) -> Writer:  # fmt: skip
    return w.add(18, (253, "uint32", int(start + seconds)), (2, "uint32", start), (5, "enum", sport),
                 (6, "enum", sub), (7, "uint32", round(seconds * 1000)), (8, "uint32", round(seconds * 1000)),
                 (9, "uint32", round(metres * 100)), (11, "uint16", 77), *extra, local=local)  # fmt: skip


def timer(w: Writer, at: int, kind: int, local: int = 4) -> Writer:
    """A timer event: kind 0 starts, 1 stops, 4 stops all."""
    return w.add(21, (253, "uint32", at), (0, "enum", 0), (1, "enum", kind), local=local)


def activity(n: int = 60, sport: int = 1, start: int = START, offset_s: int = 7200, **writer) -> Writer:
    """A complete small activity of n points, a second and 3 m apart; local time two hours ahead."""
    w = file_id(Writer(**writer))
    timer(w, start, 0)
    records(w, n, start=start)
    end = start + n - 1
    timer(w, end, 4)
    lap(w, start, n - 1, (n - 1) * 3)
    session(w, start, n - 1, (n - 1) * 3, sport)
    return w.add(34, (253, "uint32", end), (5, "uint32", end + offset_s), (1, "uint16", 1), local=5)


def developer_field(w: Writer, index: int, number: int, name: str, base: str, unit: str = "", scale=None,
                    offset=None, native: int | None = None, app: bytes | None = None, local: int = 6):  # fmt: skip
    """Who writes developer field `number` of app `index`, and what it is."""
    w.add(207, (3, "uint8", index), (1, "byte", list(app or bytes([index + 1] * 16))), local=local)
    return w.add(206, (0, "uint8", index), (1, "uint8", number), (2, "uint8", BASES[base][0]),
                 (3, "string", name), (8, "string", unit), (6, "uint8", scale), (7, "sint8", offset),
                 (15, "uint8", native), local=local + 1)  # fmt: skip
