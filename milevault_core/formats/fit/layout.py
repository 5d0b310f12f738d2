"""How messages are laid out. Parsed definition messages are cached, because devices repeat them."""

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from milevault_core.formats.fit.developer import DeveloperField


class Field(NamedTuple):
    number: int
    position: int  # of the first byte, relative to the message's header byte
    size: int  # bytes
    base_type: int


@dataclass(frozen=True, eq=False, slots=True)
class Definition:
    """A parsed definition message. Compared by identity, because equal bytes give the same object."""

    number: int  # global message number: 20 is record
    big_endian: bool
    size: int  # bytes of one message, including its header byte and developer fields
    fields: tuple[Field, ...]
    developer: tuple[tuple[int, int, int, int], ...]  # number, position, size, developer index
    plans: dict = field(default_factory=dict)  # of plan.plan_for


@dataclass(slots=True)
class Layout:
    """Data messages with the same layout; `starts` holds the position of each message's header byte."""

    definition: Definition
    developer: tuple[tuple[Field, DeveloperField], ...] = ()
    starts: array = field(default_factory=lambda: array("q"))
    is_compressed: bool = False  # at least one message has its time in the header byte
    note: tuple[Callable[[int], None], int] = field(init=False)  # notes one more message; a message's size

    def __post_init__(self):
        self.note = (self.starts.append, self.definition.size)


@dataclass(slots=True)
class Part:
    """One chained part of a file: its layouts, and how many of its bytes made sense."""

    start: int
    layouts: list[Layout]
    understood: int
    # Result of times.compressed_times for all parts, kept in the first one.
    times: tuple[np.ndarray, np.ndarray] | None = None


@lru_cache(maxsize=1024)
def read_definition(raw: bytes, has_developer: bool) -> Definition:
    """Parse a definition message. `raw` starts after the header byte and must be complete and valid."""
    big_endian = raw[1] == 1
    number = int.from_bytes(raw[2:4], "big" if big_endian else "little")
    size, end = 1, 5 + 3 * raw[4]
    fields = []
    for at in range(5, end, 3):
        fields.append(Field(raw[at], size, raw[at + 1], raw[at + 2]))
        size += raw[at + 1]
    developer = []
    if has_developer:
        for at in range(end + 1, len(raw), 3):
            developer.append((raw[at], size, raw[at + 1], raw[at + 2]))
            size += raw[at + 1]
    return Definition(number, big_endian, size, tuple(fields), tuple(developer))


def definition_size(data: bytes, position: int, end: int) -> int:
    """Size in bytes of the definition message at `position`, or 0 if it does not fit before `end`."""
    size = 6 + 3 * data[position + 5] if position + 6 <= end else end + 1
    if data[position] & 0x20:
        size += 1 + 3 * data[position + size] if position + size < end else end + 1
    return size if position + size <= end else 0
