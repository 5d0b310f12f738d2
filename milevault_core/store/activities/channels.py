"""A channel's values as they are stored: float32, little-endian, zlib.

The bytes are first grouped by significance: the high bytes of neighbouring values are similar and compress far better
next to each other.
"""

import zlib

import numpy as np


def pack(values: np.ndarray) -> bytes:
    """Values of shape (n,), one per point, NaN where missing, as the stored bytes."""
    shuffled = np.ascontiguousarray(values, dtype="<f4").view("u1").reshape(-1, 4).T
    return zlib.compress(shuffled.tobytes(), 1)


def unpack(data: bytes) -> np.ndarray:
    """The float32 values that `pack` packed, shape (n,)."""
    shuffled = np.frombuffer(zlib.decompress(data), "u1").reshape(4, -1)
    return np.ascontiguousarray(shuffled.T).view("<f4").ravel()
