"""An invented street network: a grid of crossings every 230 m, bent in long waves, with each crossing shifted by up to
60 m and the whole grid rotated, so that streets meander as real ones do.

A street course is a list of crossings. Its line runs from crossing to crossing with rounded corners, and depends only
on neighbouring crossings: two courses that share crossings share exactly the same line, in both directions. This makes
routes and segment passes exact.
"""

from itertools import pairwise

import numpy as np

from milevault_core.demo import draws, exact

SPACING = 230.0
STRETCH = 1.06  # by how much shifting and bending lengthen a block
_JITTER = 60.0
_WAVES = ((3_900.0, 210.0), (1_450.0, 60.0))  # length and amplitude (m) of the waves
_COSINE, _SINE = 0.9396926207859084, 0.3420201433256687  # of 20 degrees
_CORNER = 14.0  # m before and after a crossing in which a corner is rounded
_CURVE = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
PER_CROSSING = len(_CURVE) + 1  # vertices of a line for each crossing passed: the corner and a middle

Node = tuple[int, int]


def _mixed(values: np.ndarray) -> np.ndarray:
    """64 well-mixed bits for each value (the last steps of splitmix64)."""
    z = values * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def codes(nodes: list[Node]) -> np.ndarray:
    """One whole number for each crossing."""
    grid = np.array(nodes, dtype=np.int64) + 2048
    return grid[:, 0] * 4096 + grid[:, 1]


def positions(seed: int, nodes: list[Node]) -> np.ndarray:
    """Plane positions (n, 2) in metres of crossings."""
    grid = np.array(nodes, dtype=np.int64)
    bits = _mixed(codes(nodes).astype(np.uint64) + np.uint64(seed * 16_777_216 + 1))
    low, high = bits & np.uint64(0xFFFFFFFF), bits >> np.uint64(32)
    push = np.stack([low, high], axis=1).astype(float) / 4294967296.0 * 2.0 - 1.0
    x, y = _bent(grid * SPACING).T + (push * _JITTER).T
    return np.stack([x * _COSINE - y * _SINE, x * _SINE + y * _COSINE], axis=1)


def _bent(p: np.ndarray) -> np.ndarray:
    """Shift each street sideways in waves along its length: it is curved, not stretched."""
    bent = p.copy()
    for length, height in _WAVES:
        bent[:, 0] += height * exact.sine(p[:, 1] / length)
        bent[:, 1] += height * exact.sine(p[:, 0] / length + 0.3)
    return bent


def walk(source: draws.Stream, start: Node, end: Node, longest: int = 5) -> list[Node]:
    """Crossings from start to end, both included: some blocks straight, then around a corner."""
    (x, y), (ex, ey) = start, end
    nodes = [start]
    along_x = draws.chance(source, 0.5)
    while (x, y) != (ex, ey):
        left = abs(ex - x) if along_x else abs(ey - y)
        for _ in range(min(left, draws.integer(source, 1, longest))):
            if along_x:
                x += 1 if ex > x else -1
            else:
                y += 1 if ey > y else -1
            nodes.append((x, y))
        along_x = not along_x
    return nodes


def without_dead_ends(nodes: list[Node]) -> list[Node]:
    """The same walk without going into a street and straight back out."""
    kept: list[Node] = []
    for node in nodes:
        if len(kept) >= 2 and kept[-2] == node:
            kept.pop()
        else:
            kept.append(node)
    return kept


def loop(source: draws.Stream, start: Node, length_m: float) -> list[Node]:
    """A loop of about this length from a crossing back to it, along the streets near a dented circle."""
    blocks = max(8, int(length_m / SPACING / STRETCH))
    corners = 5 if blocks < 40 else 7 if blocks < 150 else 11
    first = draws.uniform(source)
    around = draws.pick(source, (-1.0, 1.0)) * np.arange(corners) / corners + first
    radius = blocks / 7.4 * draws.uniforms(source, corners, 0.65, 1.25)
    x, y = radius * exact.sine(around + 0.25), radius * exact.sine(around)
    east = np.rint(x - x[0]).astype(np.int64) + start[0]
    north = np.rint(y - y[0]).astype(np.int64) + start[1]
    turns = [*zip(east.tolist(), north.tolist(), strict=True), start]
    nodes = [start]
    for a, b in pairwise(turns):
        nodes += walk(source, a, b, longest=5 if blocks < 150 else 9)[1:]
    return without_dead_ends(nodes)


def length_m(nodes: list[Node]) -> float:
    """Approximate length of the path through these crossings."""
    return (len(nodes) - 1) * SPACING * STRETCH


def line(seed: int, nodes: list[Node]) -> np.ndarray:
    """Vertices (m, 2) of the path through the crossings: ends, middles of blocks, rounded corners.

    Vertex 1 + PER_CROSSING * k is the middle of block k, from crossing k to k + 1.
    """
    p = positions(seed, nodes)
    middles = (p[:-1] + p[1:]) * 0.5
    step = np.diff(p, axis=0)
    length = np.sqrt(step[:, 0] * step[:, 0] + step[:, 1] * step[:, 1])
    unit = step / length[:, None]
    before, after = p[1:-1] - unit[:-1] * _CORNER, p[1:-1] + unit[1:] * _CORNER
    w = _CURVE[None, :, None]
    corner = (
        before[:, None] * ((1 - w) * (1 - w)) + p[1:-1, None] * (2 * w * (1 - w)) + after[:, None] * (w * w)
    )
    inner = np.concatenate([corner, middles[1:, None]], axis=1).reshape(-1, 2)
    return np.concatenate([p[:1], middles[:1], inner, p[-1:]])
