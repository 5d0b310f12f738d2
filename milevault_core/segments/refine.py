"""The line of a segment as its passes show it: a track wanders by some metres, the middle of many does not.

Only the shape is refined, sideways; the gates stay where they were drawn, so that a time stays a time over the same
stretch, and efforts are always found by the line as it was drawn.
"""

import numpy as np

from milevault_core.segments.along import normals
from milevault_core.segments.line import Line

FEWEST, MOST = 4, 64  # passes: of fewer the middle says little, more change nothing that can be seen
SMOOTH = 3  # points of the line that are taken together


def pack(offsets: np.ndarray) -> bytes:
    """`along.sideways`, metres for each point of the line, as int16 decimetres, little-endian."""
    return bytes(np.rint(np.clip(offsets, -3_000, 3_000) * 10).astype("<i2").tobytes())


def refined(line: Line, packed: list[bytes]) -> np.ndarray:
    """The points of the line (n, 2) moved to the middle of its passes; as it is with fewer than FEWEST of them."""
    rows = [np.frombuffer(one, "<i2") / 10 for one in packed]
    rows = [row for row in rows if len(row) == len(line.points)][:MOST]
    if len(rows) < FEWEST:
        return line.points
    middle = np.median(rows, axis=0)
    padded = np.pad(middle, SMOOTH // 2, mode="edge")
    even = np.convolve(padded, np.full(SMOOTH, 1 / SMOOTH), "valid")
    return np.asarray(line.points + even[:, None] * normals(line.points))
