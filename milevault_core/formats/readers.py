"""The registry of readers, which are chosen by a file's content, and the limits that apply to all of them.
A reader is a module of this package:

@reader("fit", sniff)          # sniff(head: bytes) -> bool looks at the content, never at the file's suffix
def read(data: bytes) -> Reading: ...
"""

from collections.abc import Callable
from dataclasses import dataclass

from milevault_core.formats.recording import Reading

# Limits of every reader. A file beyond them is refused with a sentence instead of being read in part.
MAX_BYTES = 64 * 1024 * 1024  # of one file, unpacked
MAX_POINTS = 1_000_000
MAX_MESSAGES = 5_000_000


@dataclass(frozen=True)
class Reader:
    name: str
    sniff: Callable[[bytes], bool]
    read: Callable[[bytes], Reading]


READERS: dict[str, Reader] = {}


def reader(name: str, sniff: Callable[[bytes], bool]):
    """Register `read(data: bytes) -> Reading` for content that `sniff(first 4096 bytes)` recognises."""

    def register(function: Callable[[bytes], Reading]):
        READERS[name] = Reader(name, sniff, function)
        return function

    return register
