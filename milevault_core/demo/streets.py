"""An invented street network: a grid of crossings every 230 m, each pushed off its place by up to 55 m.

A street course is a list of crossings. Its line runs from crossing to crossing with rounded corners, and it
depends on nothing but neighbouring crossings: two courses that share crossings share the very same line, in
both directions. That is what makes routes and segment passes exact.
"""

from itertools import pairwise

import numpy as np

from milevault_core.demo import draws

SPACING = 230.0
_JITTER = 55.0
_CORNER = 14.0  # m before and after a crossing in which a corner is rounded
_CURVE = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
PER_CROSSING = len(_CURVE) + 1  # vertices of a line for each crossing passed: the corner and a middle

Node = tuple[int, int]


def _mixed(values: np.ndarray) -> np.ndarray:
    """Well-mixed 64 bits of each value (splitmix64's last steps)."""
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
    return grid * SPACING + push * _JITTER


def walk(source: draws.Stream, start: Node, end: Node) -> list[Node]:
    """Crossings from start to end, both included: straight for some blocks, then round a corner."""
    (x, y), (ex, ey) = start, end
    nodes = [start]
    along_x = draws.chance(source, 0.5)
    while (x, y) != (ex, ey):
        left = abs(ex - x) if along_x else abs(ey - y)
        for _ in range(min(left, draws.integer(source, 2, 7))):
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
    """A round of about this length, from a crossing back to it."""
    blocks = max(8, int(length_m / SPACING / 1.04))
    half = blocks // 2
    width = max(2, int(half * draws.uniform(source, 0.35, 0.65)))
    height = max(2, half - width)
    sx, sy = draws.pick(source, (-1, 1)), draws.pick(source, (-1, 1))

    def near(x: int, y: int) -> Node:
        wobble = max(1, half // 12)
        return x + draws.integer(source, -wobble, wobble), y + draws.integer(source, -wobble, wobble)

    x, y = start
    turns = [
        start, near(x + sx * width // 2, y - sy * (half // 10)), near(x + sx * width, y),
        near(x + sx * width, y + sy * height), near(x + sx * width // 3, y + sy * height), start,
    ]  # fmt: skip
    nodes = [start]
    for a, b in pairwise(turns):
        nodes += walk(source, a, b)[1:]
    return without_dead_ends(nodes)


def line(seed: int, nodes: list[Node]) -> np.ndarray:
    """Vertices (m, 2) of the way through the crossings: ends, middles of blocks, rounded corners.

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
