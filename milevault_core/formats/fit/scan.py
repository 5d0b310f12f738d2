"""Scan the bytes of a FIT file once to find where every message lies and how it is laid out.

A FIT file is a header, then messages, then a checksum; several such parts may follow each other. A definition
message says how the data messages of a local type are laid out until that type is redefined. The scan only notes
where messages start, per layout; the values are decoded later, a column at a time.

Source: FIT SDK, "FIT Protocol" (Garmin, D00001275), sections 2 to 4.
"""

from itertools import repeat

from milevault_core.formats.fit.crc import crc16
from milevault_core.formats.fit.cycles import note_cycles
from milevault_core.formats.fit.descriptions import read_descriptions
from milevault_core.formats.fit.developer import DeveloperField
from milevault_core.formats.fit.layout import (
    Definition,
    Field,
    Layout,
    Part,
    definition_size,
    read_definition,
)
from milevault_core.formats.readers import MAX_MESSAGES
from milevault_core.problems import BadFile, Problem, thousands

# Distinct layouts in one part. Watches use dozens (even a watch that redefines every message); more only cost time.
MAX_LAYOUTS = 5_000


MAX_PARTS = 2_000


class TooLarge(BadFile):
    """The file exceeds what any recording needs, so no other reader is tried."""


class _Stop(Exception):
    """The rest of a part makes no sense."""


def find_messages(data: bytes) -> tuple[list[Part], list[Problem]]:
    """The parts of a file, and its problems. Raises BadFile when there is not even one header."""
    if not data:
        raise BadFile("The file is empty.")
    parts: list[Part] = []
    problems: list[Problem] = []
    position, total = 0, len(data)
    while position < total:
        if len(parts) >= MAX_PARTS:
            raise TooLarge(f"The file consists of more than {thousands(MAX_PARTS)} files one after another.")
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
        if complaint or end >= total:
            begin = _next_part(data, position + header, min(end, total))
            if begin:  # bytes are missing, so the next part begins earlier than the header says
                end = begin - 2
                part, complaint = _walk(data, position, header, begin)
                if complaint is None or part.understood >= begin - position - 2:
                    complaint = _part_cut(begin)
        parts.append(part)
        # Without a length, the two bytes of the checksum look like a message; a truncated file ends in half a message.
        said = end >= total and any(p.code in ("truncated", "length_missing") for p in problems)
        if complaint and not (
            said and (complaint.code == "incomplete" or part.understood >= end - position - 2)
        ):
            problems.append(complaint)
        position = end + 2
    return parts, problems


def _end(data: bytes, start: int, header: int, problems: list[Problem]) -> int:
    """Where the messages of the part at `start` end. What header and checksum say about it is added to `problems`."""
    total = len(data)
    length = int.from_bytes(data[start + 4 : start + 8], "little")
    end = start + header + length
    if length == 0 and total - start > header + 2:
        text = "The file does not say how long it is, as after a device crash; what could be read was kept."
        problems.append(Problem("length_missing", text, f"byte {start + 4}"))
        return total
    if end > total:
        text = "The file ends before it should: it was cut off. What came before was kept."
        problems.append(Problem("truncated", text, f"byte {total}"))
        return total
    if end + 2 > total:
        text = "The file has no checksum at its end, so it cannot be checked for damage."
        problems.append(Problem("no_checksum", text, f"byte {end}"))
        return end
    if crc16(memoryview(data)[start : end + 2]) != 0:
        text = "The checksum is wrong: some bytes of the file have changed since the device wrote them."
        problems.append(Problem("bad_checksum", text, f"byte {end}"))
        rest = data[end + 2 :]
        if rest and rest[8:12] != b".FIT" and b".FIT" not in rest:
            return total  # the length in the header is wrong
    return end


def _next_part(data: bytes, start: int, end: int) -> int:
    """Where the next header begins between `start` and `end`; 0 if there is none.

    A header within a part counts as the start of the next part only if the rest of the file confirms it: its length
    must lead to the end of the file or to another header, or its checksum must be right.
    """
    at = data.find(b".FIT", start, end)
    while at >= 0:
        begin = at - 8
        size = data[begin]
        if size in (12, 14) and begin >= start and 0x10 <= data[begin + 1] < 0x30:
            after = begin + size + int.from_bytes(data[begin + 4 : begin + 8], "little") + 2
            is_right = (
                size == 14 and data[begin + 12 : begin + 14] != b"\0\0" and crc16(data[begin : at + 6]) == 0
            )
            if is_right or after == len(data) or data[after + 8 : after + 12] == b".FIT":
                return begin
        at = data.find(b".FIT", at + 4, end)
    return 0


def _part_cut(begin: int) -> Problem:
    text = "One of the recordings in the file ends before it should; the next one begins there."
    return Problem("part_cut_off", text, f"byte {begin}")


def _trailing(position: int, size: int) -> Problem:
    text = f"{thousands(size)} bytes that follow a complete recording are not FIT and were left out."
    return Problem("trailing_bytes", text, f"byte {position}")


def _walk(data: bytes, start: int, header: int, end: int) -> tuple[Part, Problem | None]:
    """Note where each message between the header and `end` starts. Returns the part, and a problem if it is damaged."""
    known: dict[object, Layout] = {}
    plain: dict[bytes, Layout] = {}  # by the bytes of a definition without developer fields
    descriptions: tuple[dict, dict] = ({}, {})  # developer fields so far, and how many were read per layout
    local: list[Layout | None] = [None] * 16
    # By header byte: how to note a message, and its size. Only for plain data messages, which need no other check.
    current: list[tuple] = [(None, 0)] * 256
    body = data[:end]  # so that reading beyond the end raises IndexError and no check per message is needed
    position, complaint = start + header, None
    left, patience = MAX_MESSAGES, 16
    try:
        while left >= 0:
            left -= patience
            for _ in repeat(None, patience):
                head = body[position]
                note, size = current[head]
                if note:
                    note(position)
                    position += size
                elif head < 0x40 or head >= 0x80:  # compressed header, reserved bit, or undefined local type
                    layout = local[head & 15] if head < 0x40 else local[(head >> 5) & 3]
                    if layout is None:
                        complaint = _senseless(position)
                        raise _Stop
                    layout.is_compressed = layout.is_compressed or head >= 0x80
                    layout.starts.append(position)
                    position += layout.definition.size
                else:
                    size = definition_size(data, position, end)
                    if not size or data[position + 2] > 1:
                        complaint = _senseless(position)
                        raise _Stop
                    raw = data[position + 1 : position + size]
                    layout = plain.get(raw)
                    if layout is None or head & 0x20:
                        definition = read_definition(raw, head & 0x20 != 0)
                        layout = known.get(definition) or _new_layout(data, definition, known, descriptions)
                        if not head & 0x20:
                            plain[raw] = layout
                    local[head & 15] = layout
                    current[head & 15] = layout.note
                    position += size
            count, position = note_cycles(body, position, local, left + 1)
            left -= count
            patience = 16 if count else min(2 * patience, 256)
        raise TooLarge(
            f"The file holds more than {thousands(MAX_MESSAGES)} messages; no recording has that many."
        )
    except (IndexError, _Stop):
        if position < end and complaint is None:
            raise
    if position > end:  # the last message runs past the end, so it is incomplete
        last = max((lay for lay in known.values() if lay.starts), key=lambda lay: lay.starts[-1])
        position = last.starts.pop()
        complaint = Problem("incomplete", "The last message of the file is incomplete.", f"byte {position}")
    _describe_late(data, known, descriptions)
    # A message without fields holds nothing, except the time in a compressed header.
    layouts = [layout for layout in known.values() if layout.definition.size > 1 or layout.is_compressed]
    return Part(start, layouts, position - start), complaint


def _describe_late(data: bytes, known: dict, descriptions: tuple) -> None:
    """Complete layouts whose developer fields were described only after their use, as some devices do."""
    blank = [lay for lay in known.values() if any(not d.name and d.base_type == 13 for _, d in lay.developer)]
    if blank:
        read_descriptions(data, known.values(), *descriptions)
    for layout in blank:
        developer = []
        for field, described in layout.developer:
            late = descriptions[0].get((described.app_index, described.number), described)
            developer.append(
                (field._replace(base_type=late.base_type), late) if not described.name else (field, described)
            )
        layout.developer = tuple(developer)


def _senseless(position: int) -> Problem:
    text = f"From byte {thousands(position)} on the file is damaged and makes no sense; what comes before was kept."
    return Problem("damaged", text, f"byte {position}")


def _new_layout(data: bytes, definition: Definition, known: dict, descriptions: tuple) -> Layout:
    """The layout of a definition. If it has developer fields, a new description of them makes it a new layout."""
    if len(known) >= MAX_LAYOUTS:
        raise TooLarge("The file describes its messages in thousands of different ways; no device does that.")
    if not definition.developer:
        layout = known[definition] = Layout(definition)
        return layout
    read_descriptions(data, known.values(), *descriptions)
    developer = []
    for number, position, size, index in definition.developer:
        described = descriptions[0].get((index, number)) or DeveloperField(index, number)
        developer.append((Field(number, position, size, described.base_type), described))
    key = (definition, tuple(developer))
    if key not in known:
        known[key] = Layout(definition, tuple(developer))
    return known[key]
