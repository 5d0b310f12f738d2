"""Random numbers by name. `stream("seed", 7, "gps")` is always the same stream, whatever else was drawn.

Only the raw 64-bit output of PCG64 is used: numpy promises that it never changes, whereas the methods of `Generator`
may give other numbers in another version.
"""

import hashlib
from collections.abc import Sequence

import numpy as np

Stream = np.random.PCG64

_UNIT = 2.0**-53
_SHORT_MEAN = 2.0 * 65535
_SHORT_SIGMA = 37837.4953  # of the sum of four 16-bit numbers


def stream(*names: str | int) -> Stream:
    """A separate stream for these names."""
    digest = hashlib.sha256("/".join(map(str, names)).encode()).digest()
    return np.random.PCG64(np.random.SeedSequence(int.from_bytes(digest, "little")))


def uniforms(source: Stream, n: int, low: float = 0.0, high: float = 1.0) -> np.ndarray:
    """`n` uniform numbers from low to below high, float64 of shape (n,)."""
    return low + (high - low) * ((source.random_raw(n) >> np.uint64(11)) * _UNIT)


def uniform(source: Stream, low: float = 0.0, high: float = 1.0) -> float:
    return low + (high - low) * ((int(source.random_raw()) >> 11) * _UNIT)


def normals(source: Stream, n: int) -> np.ndarray:
    """Nearly normal numbers, mean 0 and deviation 1, never beyond 3.5: the sum of four uniform 16-bit numbers. (n,)
    float64."""
    raw = source.random_raw(n)
    low = np.uint64(0xFFFF)
    total = (
        (raw & low) + ((raw >> np.uint64(16)) & low) + ((raw >> np.uint64(32)) & low) + (raw >> np.uint64(48))
    )
    return (total.astype(float) - _SHORT_MEAN) / _SHORT_SIGMA


def normal(source: Stream) -> float:
    return float(normals(source, 1)[0])


def integer(source: Stream, low: int, high: int) -> int:
    """An integer from low to high, both included."""
    return low + int(source.random_raw()) % (high - low + 1)


def integers(source: Stream, n: int, low: int, high: int) -> np.ndarray:
    """`n` integers from low to high, shape (n,)."""
    return low + (source.random_raw(n) % np.uint64(high - low + 1)).astype(np.int64)


def pick[T](source: Stream, values: Sequence[T]) -> T:
    return values[integer(source, 0, len(values) - 1)]


def chance(source: Stream, probability: float) -> bool:
    return uniform(source) < probability
