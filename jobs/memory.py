"""Memory that a job is done with, given back to the system.

The C library keeps pages that are free but lie between others in use, and after thousands of files that is a hundred
megabytes of holes.
"""

import ctypes
from functools import cache


def give_back() -> None:
    """A few milliseconds; nothing where the C library is not glibc."""
    trim = _malloc_trim()
    if trim is not None:
        trim(0)


@cache
def _malloc_trim():
    try:
        return ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):  # musl, macOS, Windows
        return None
