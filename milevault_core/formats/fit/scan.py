"""One walk over the bytes of a FIT file: where every message lies, and how it is laid out.

A FIT file is a header, then messages, then a checksum; several such parts may follow each other. A definition
message says how the data messages of one local type are laid out until it is defined anew. The walk only notes
where messages start, per layout; the values are decoded later, a column at a time.

Source: FIT SDK, "FIT Protocol" (Garmin, D00001275), sections 2 to 4.
"""

from array import array
from dataclasses import dataclass, field
from typing import NamedTuple

from milevault_core.formats import MAX_MESSAGES, BadFile, Problem
from milevault_core.formats.fit.crc import crc16
from milevault_core.formats.fit.developer import DeveloperField, read_descriptions

# Distinct layouts in one part. Watches use dozens (one that redefines every message: still dozens); more only
# costs time.
MAX_LAYOUTS = 5_000


MAX_PARTS = 2_000


class TooLarge(BadFile):
    """Beyond the bounds of any recording: no other reader is asked either."""


class Field(NamedTuple):
    number: int
    position: int  # of the first byte, counted from the message's header byte
    size: int  # bytes
    base_type: int


@dataclass(slots=True)
class Layout:
    """Data messages that are laid out alike: `starts` holds the position of each one's header byte."""

    number: int  # global message number: 20 is record
    big_endian: bool
    size: int  # bytes of one message with its header byte
    fields: tuple[Field, ...]
    developer: tuple[tuple[Field, DeveloperField], ...] = ()
    starts: array = field(default_factory=lambda: array("q"))
    is_compressed: bool = False  # at least one message has its time in the header byte


@dataclass(slots=True)
class Part:
    """One chained part of a file: its layouts, and the bytes that made sense of those it has."""

    start: int
    end: int
    layouts: list[Layout]
    understood: int


def find_messages(data: bytes) -> tuple[list[Part], list[Problem]]:
    """The parts of a file and what is wrong with it. Raises BadFile when there is not even one header."""
    if not data:
        raise BadFile("The file is empty.")
    parts: list[Part] = []
    problems: list[Problem] = []
    position, total = 0, len(data)
    while position < total:
        if len(parts) >= MAX_PARTS:
            raise TooLarge(f"The file consists of more than {MAX_PARTS:,} files one after another.")
        header = (
            data[position] if total - position >= 12 and data[position + 8 : position + 12] == b".FIT" else 0
        )
        if header < 12 or position + header > total:
            if not parts:
                raise BadFile("This is not a FIT file: it does not begin like one.")
            again = data.find(b".FIT", position + 1) - 8
            problems.append(_trailing(position, (again if again > position else total) - position))
            if again <= position:
                break
            position = again
            continue
        end = _end(data, position, header, problems)
        part, complaint = _walk(data, position, header, min(end, total))
        parts.append(part)
        # Without a length the two bytes of the checksum look like a message, and a cut file ends in half a one.
        said = end >= total and any(p.code in ("truncated", "length_missing") for p in problems)
        if complaint and not (
            said and (complaint.code == "incomplete" or part.understood >= end - position - 2)
        ):
            problems.append(complaint)
        position = end + 2
    return parts, problems


def _end(data: bytes, start: int, header: int, problems: list[Problem]) -> int:
    """Where the messages of the part at `start` end, and what its header and checksum say about that."""
    total = len(data)
    length = int.from_bytes(data[start + 4 : start + 8], "little")
    end = start + header + length
    if length == 0 and total - start > header + 2:
        text = "The file does not say how long it is, as after a crash of the device; what could be read was kept."
        problems.append(Problem("length_missing", text, f"byte {start + 4}"))
        return total
    if end > total:
        text = "The file ends before it should: it was cut off. What came before was kept."
        problems.append(Problem("truncated", text, f"byte {total}"))
        return total
    if end + 2 > total:
        text = "The file has no checksum at its end, so nobody can tell whether its bytes are as they were written."
        problems.append(Problem("no_checksum", text, f"byte {end}"))
        return end
    if crc16(memoryview(data)[start : end + 2]) != 0:
        text = "The checksum is wrong: some bytes of the file are not as the device wrote them."
        problems.append(Problem("bad_checksum", text, f"byte {end}"))
        rest = data[end + 2 :]
        if rest and rest[8:12] != b".FIT" and b".FIT" not in rest:
            return total  # the header's length is what is wrong
    return end


def _trailing(position: int, size: int) -> Problem:
    text = f"{size:,} bytes that follow a complete recording are not FIT and were left out."
    return Problem("trailing_bytes", text, f"byte {position}")


def _walk(data: bytes, start: int, header: int, end: int) -> tuple[Part, Problem | None]:
    """Note where each message between the header and `end` starts."""
    known: dict[tuple, Layout] = {}
    cache: dict[bytes, tuple[Layout, int]] = {}  # by the bytes of a definition: some devices repeat theirs
    descriptions: tuple[dict, dict] = ({}, {})  # developer fields described so far, and how far that was read
    current: list[tuple | None] = [None] * 256  # by header byte: how to note a message, and its size
    local: list[Layout | None] = [None] * 16
    position, complaint = start + header, None
    for _ in range(MAX_MESSAGES + 1):
        if position >= end:
            break
        head = data[position]
        entry = current[head]
        if entry is not None:
            entry[0](position)
            position += entry[1]
        elif head < 0x40 or head >= 0x80:  # a data message: the first of its kind, or one that is not defined
            layout = local[head & 15] if head < 0x40 else local[(head >> 5) & 3]
            if layout is None:
                complaint = _senseless(position)
                break
            if head >= 0x80:
                layout.is_compressed = True
            layout.starts.append(position)
            current[head] = (layout.starts.append, layout.size)
            position += layout.size
        else:
            size = definition_size(data, position, end)
            raw = data[position + 1 : position + size] if size else b""
            found = cache.get(raw) if head & 0x20 == 0 else None
            if found is None:
                if not size or data[position + 2] > 1:
                    complaint = _senseless(position)
                    break
                layout = _layout(data, position, head & 0x20, known, descriptions)
                if head & 0x20 == 0:
                    cache[raw] = (layout, size)
            else:
                layout = found[0]
            if local[head & 15] is not layout:
                local[head & 15] = layout
                _forget(current, head & 15)
            position += size
    else:
        raise TooLarge(f"The file holds more than {MAX_MESSAGES:,} messages; no recording has that many.")
    if position > end:  # the last message runs over the end: it is not whole
        last = max((lay for lay in known.values() if lay.starts), key=lambda lay: lay.starts[-1])
        position = last.starts.pop()
        complaint = Problem("incomplete", "The last message of the file is not whole.", f"byte {position}")
    # Without a field a message says nothing, but for the time in a compressed header.
    layouts = [layout for layout in known.values() if layout.size > 1 or layout.is_compressed]
    return Part(start, end, layouts, position - start), complaint


def _senseless(position: int) -> Problem:
    text = f"From byte {position:,} on the file is damaged and makes no sense; what comes before was kept."
    return Problem("damaged", text, f"byte {position}")


def _forget(current: list, local: int) -> None:
    """Drop the entries of one local type: its four normal header bytes and its 32 compressed ones."""
    for head in (local, local | 0x10, local | 0x20, local | 0x30):
        current[head] = None
    if local < 4:
        current[0x80 | local << 5 : 0xA0 | local << 5] = [None] * 32


def definition_size(data: bytes, position: int, end: int) -> int:
    """Bytes of the definition message at `position`, or 0 when it does not fit before `end`."""
    size = 6 + 3 * data[position + 5] if position + 6 <= end else end + 1
    if data[position] & 0x20:
        size += 1 + 3 * data[position + size] if position + size < end else end + 1
    return size if position + size <= end else 0


def _layout(data, position: int, with_developer: int, known: dict, descriptions: tuple) -> Layout:
    """The layout a definition message describes; the same object for the same description."""
    big_endian = data[position + 2] == 1
    number = int.from_bytes(data[position + 3 : position + 5], "big" if big_endian else "little")
    count, place, size = data[position + 5], position + 6, 1
    fields = []
    for at in range(place, place + 3 * count, 3):
        fields.append(Field(data[at], size, data[at + 1], data[at + 2]))
        size += data[at + 1]
    place += 3 * count
    developer = []
    if with_developer:
        read_descriptions(data, known.values(), *descriptions)
        for at in range(place + 1, place + 1 + 3 * data[place], 3):
            key = (data[at + 2], data[at])  # developer index, field number
            described = descriptions[0].get(key) or DeveloperField(*key)
            developer.append((Field(data[at], size, data[at + 1], described.base_type), described))
            size += data[at + 1]
    described_as = (number, big_endian, tuple(fields), tuple(developer))
    layout = known.get(described_as)
    if layout is None:
        if len(known) >= MAX_LAYOUTS:
            raise BadFile(
                "The file describes its messages in thousands of different ways; no device does that."
            )
        layout = known[described_as] = Layout(number, big_endian, size, tuple(fields), tuple(developer))
    return layout
