"""An invented archive of one runner: several homes, favourite routes run hundreds of times, and look-alikes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bench import simulate as sim
from bench.route_pairs import Track
from milevault_core.routes.geometry import unproject

HOMES = ((48.1, 9.3), (-33.4, 151.0), (61.2, 24.9), (35.5, -106.2))


@dataclass(frozen=True)
class Activity:
    """way: the number of the true path it followed; -1 for one that is never repeated."""

    start_us: int
    way: int
    track: Track


def _variants(rng: np.random.Generator, path: np.ndarray) -> Iterator[np.ndarray]:
    """The path itself and similar ones: reversed, with a detour, along the next street, only a part."""
    yield path
    if rng.random() < 0.4:
        yield path[::-1]
    if rng.random() < 0.5:
        yield sim.detour(rng, path, rng.uniform(0.2, 0.4), rng.uniform(150, 400))
    if rng.random() < 0.4:
        yield sim.parallel(rng, path, rng.uniform(50, 100), rng.uniform(0.2, 0.8))
    if rng.random() < 0.3:
        yield sim.part(path, 0, rng.uniform(0.65, 0.85))


def ways(rng: np.random.Generator) -> list[tuple[tuple[float, float], np.ndarray]]:
    """Every path that is repeated: (home, true path); all paths of a home start near its front door."""
    found = []
    for home in HOMES:
        for _ in range(25):
            length = float(np.exp(rng.uniform(np.log(2_500), np.log(30_000))))
            path = sim.way(rng, length, str(rng.choice(["loop", "loop", "streets", "eight", "trail"])))
            path = path - path[0] + rng.normal(0, 30, 2)
            found += [(home, variant) for variant in _variants(rng, path)]
    return found


def activities(count: int, seed: int = 5) -> Iterator[Activity]:
    """`count` activities in random order of time; about a tenth of them follow the most popular path."""
    rng = np.random.default_rng(seed)
    known = ways(rng)
    order = rng.permutation(len(known))
    weight = 1.0 / (1.0 + np.arange(len(known))) ** 0.9
    weight /= weight.sum()
    for _ in range(count):
        start = int(rng.integers(1_300_000_000, 1_760_000_000)) * 1_000_000
        if rng.random() < 0.15:
            home, length, which = HOMES[rng.integers(4)], float(np.exp(rng.uniform(8, 10.3))), -1
            path = sim.way(rng, length, str(rng.choice(["loop", "streets", "trail"])))
            path = path - path[0] + rng.normal(0, 3_000, 2)
        else:
            which = int(order[rng.choice(len(known), p=weight)])
            home, path = known[which]
        rate = str(
            rng.choice(["5s", "smart"])
        )  # 1 Hz makes no difference after preparing, and takes long to generate
        t, xy, _ = sim.record(rng, path, rate=rate)
        yield Activity(start, which, Track(t, *unproject(xy, home)))
