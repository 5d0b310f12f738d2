"""The labelled pairs on which the route matcher is evaluated: 18 classes, two halves, one fixed file.

`python -m bench.route_pairs` writes the file again (same seed, same numpy: same pairs).
The file holds for each pair its class and base, and for each track the times in seconds and the positions in half
metres, both as differences, compressed with xz. Even bases are for tuning, odd ones for reporting.
"""

import hashlib
import lzma
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench import simulate as sim
from milevault_core.routes.geometry import gap, unproject

FILE = Path(__file__).with_name("route_pairs.xz")
SHA256 = "e0c52f9774411e81f031ab592c172e72ee59e0f0fb93638291ec47d00ab14fe1"
SEED = 20
BASES = 68
GRID = 0.5  # m
# The relation each class must get.
CLASSES = {
    "same": "same", "same_noise_10m": "same", "same_1hz_smart": "same", "same_pauses": "same",
    "same_small_detour": "same", "same_ends_cut": "same", "same_out_and_back": "same", "same_3_laps": "same",
    "rotated": "rotated", "reversed": "reversed", "laps_1_vs_3": "laps",
    "big_detour": "different", "part_75": "different", "half_shared": "different",
    "parallel_15_30": "different", "parallel_30_80": "different",
    "out_and_back_shorter_turn": "different", "out_and_back_vs_one_way": "different",
}  # fmt: skip


@dataclass(frozen=True)
class Track:
    """seconds; lat, lon in degrees."""

    seconds: np.ndarray
    lat: np.ndarray
    lon: np.ndarray


@dataclass(frozen=True)
class Pair:
    name: str  # of CLASSES
    base: int
    a: Track
    b: Track


def _paths(rng: np.random.Generator, name: str, path: np.ndarray, length: float) -> tuple | None:
    """The two true paths of a class and how each is recorded; None where the class does not fit the base."""
    closed = gap(path[0], path[-1]) < 100
    if name in ("rotated", "same_3_laps", "laps_1_vs_3"):
        if not closed:
            return None
        if name == "rotated":
            k = int(rng.uniform(0.15, 0.85) * len(path))
            return path, np.concatenate([path[k:], path[:k]]), {}, {}
        lap = path / max(1.0, length / 4_000.0)  # nobody runs three laps of a marathon
        lap = sim.resample(lap, max(64, int(sim.cumulative(lap)[-1] / sim.SPACING)))
        three = np.concatenate([lap] * 3)
        return (three if name == "same_3_laps" else lap), three, {}, {}
    if name in ("same_out_and_back", "out_and_back_shorter_turn", "out_and_back_vs_one_way"):
        one_way = sim.part(path, 0, 0.5)
        both = np.concatenate([one_way, one_way[::-1]])
        if name == "same_out_and_back":
            return both, both, {}, {}
        if name == "out_and_back_vs_one_way":
            return both, path if closed else sim.part(path, 0, 1), {}, {}
        shorter = sim.part(one_way, 0, rng.uniform(0.6, 0.85))
        return both, np.concatenate([shorter, shorter[::-1]]), {}, {}
    if name == "same_small_detour":
        other = sim.detour(rng, path, rng.uniform(0.01, 0.03), rng.uniform(20, 60))
    elif name == "same_ends_cut":
        cut = rng.uniform(0.25, 1.0) * min(200.0 / length, 0.04)
        first = rng.uniform(0, 1)
        other = sim.part(path, cut * first, 1 - cut * (1 - first))
    elif name == "reversed":
        other = path[::-1]
    elif name == "big_detour":
        other = sim.detour(rng, path, rng.uniform(0.25, 0.4), rng.uniform(150, 400))
    elif name == "part_75":
        other = sim.part(path, 0, rng.uniform(0.7, 0.85))
    elif name == "half_shared":
        n = len(path) // 2
        turn = rng.choice([-1, 1]) * rng.uniform(0.7, 2.2)
        tail = (path[n:] - path[n]) @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        other = np.concatenate([path[:n], path[n] + tail])
    elif name == "parallel_15_30":
        other = sim.parallel(rng, path, rng.uniform(40, 90), rng.uniform(0.15, 0.30))
    elif name == "parallel_30_80":
        other = sim.parallel(rng, path, rng.uniform(40, 90), rng.uniform(0.30, 0.80))
    else:
        other = path
    how_a: dict = {}
    how_b: dict = {}
    if name == "same_noise_10m":
        how_a = how_b = {"sigma": 10.0}
    elif name == "same_1hz_smart":
        how_a, how_b = {"rate": "1hz"}, {"rate": "smart"}
    elif name == "same_pauses":
        how_a, how_b = {"pauses": 0}, {"pauses": 4}
    return path, other, how_a, how_b


def generate(seed: int = SEED, bases: int = BASES) -> bytes:
    """The file's bytes."""
    rng = np.random.default_rng(seed)
    names = list(CLASSES)
    head, steps = [], []
    for base in range(bases):
        length = float(np.exp(rng.uniform(np.log(1_400), np.log(12_500))))
        shape = ("loop", "streets", "eight", "trail")[base // 2 % 4]
        path = sim.way(rng, length, shape)
        place = (int(rng.uniform(-60, 65) * 1e5), int(rng.uniform(-179.9, 179.9) * 1e5))
        for name in names:
            pair = _paths(rng, name, path, length)
            if pair is None:
                continue
            tracks = [sim.record(rng, p, **how) for p, how in zip(pair[:2], pair[2:], strict=True)]
            head.append([names.index(name), base, *place, len(tracks[0][0]), len(tracks[1][0])])
            for t, xy, _ in tracks:
                whole = np.column_stack([t, np.rint(xy / GRID)]).astype(np.int32)
                steps.append(np.diff(whole, axis=0, prepend=0))
    body = np.concatenate(steps).astype("<i2").T.copy()  # all times, then all x, then all y
    bytes_of = np.array([len(head)], "<i4").tobytes() + np.array(head, "<i4").tobytes()
    low, high = body.view(np.uint8).reshape(3, -1, 2).transpose(2, 0, 1).copy()
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 0, "lp": 0, "pb": 0}]
    return lzma.compress(bytes_of + low.tobytes() + high.tobytes(), filters=filters)


def load(data: bytes | None = None) -> list[Pair]:
    """The labelled pairs of the shipped file."""
    raw = lzma.decompress(FILE.read_bytes() if data is None else data)
    count = int(np.frombuffer(raw, "<i4", 1)[0])
    head = np.frombuffer(raw, "<i4", count * 6, 4).reshape(count, 6)
    planes = np.frombuffer(raw, np.uint8, offset=4 + count * 24).reshape(2, 3, -1)
    body = (planes[0].astype(np.uint16) | planes[1].astype(np.uint16) << 8).astype(np.uint16).view(np.int16)
    names, at, pairs = list(CLASSES), 0, []
    for kind, base, lat_e5, lon_e5, *sizes in head.tolist():
        tracks = []
        for n in sizes:
            t, x, y = np.cumsum(body[:, at : at + n].astype(np.int64), axis=1)
            at += n
            lat, lon = unproject(np.column_stack([x, y]) * GRID, (lat_e5 / 1e5, lon_e5 / 1e5))
            tracks.append(Track(t.astype(float), lat, lon))
        pairs.append(Pair(names[kind], base, *tracks))
    return pairs


def digest() -> str:
    """The hash of the shipped file."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()


if __name__ == "__main__":
    FILE.write_bytes(generate())
    print(digest(), FILE.stat().st_size)
