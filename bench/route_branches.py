"""An archive in which paths branch and share halves, and how its activities are grouped: of the pairs that `relation`
calls the same way, how many are in different routes; of those in one route, how many are far apart."""

from collections.abc import Iterator

import numpy as np

from bench import simulate as sim
from bench.route_pairs import Track
from milevault_core.routes.candidates import candidates, order
from milevault_core.routes.geometry import unproject
from milevault_core.routes.grouping import update
from milevault_core.routes.matches import Groups
from milevault_core.routes.prepare import outline, prepare
from milevault_core.routes.relation import SAME_WAY, Line, line, relation

HOME = (48.1, 9.3)
WAYS, ACTIVITIES, PAIRS = 12, 600, 4_000
FAR = 0.25  # share of the points; two of one route may be a bit further apart than the 8 % of two that match


def ways(rng: np.random.Generator, rough: bool = False) -> list[np.ndarray]:
    """Each path, its branches (an eighth to a third goes elsewhere; rough: less, at the limit of the same way), and one
    that shares its first half."""
    found = []
    for _ in range(WAYS):
        length = float(np.exp(rng.uniform(np.log(3_000), np.log(20_000))))
        path = sim.way(rng, length, str(rng.choice(["loop", "loop", "streets", "eight", "trail"])))
        path = path - path[0] + rng.normal(0, 30, 2)
        found.append(path)
        for _ in range(int(rng.integers(1, 4))):
            found.append(
                sim.detour(
                    rng, path, rng.uniform(*((0.03, 0.12) if rough else (0.12, 0.35))), rng.uniform(100, 300)
                )
            )
        if rng.random() < 0.7:
            half, other = path[: len(path) // 2], sim.way(rng, length / 2, "trail")
            found.append(np.concatenate([half, other - other[0] + half[-1]]))
    return found


def activities(count: int, seed: int, rough: bool = False) -> Iterator[tuple[int, int, Track]]:
    """(start in µs, number of the path, track): noise of 3 to 8 m, every other one with a small detour, one in three
    begun late or ended early. rough: more of each."""
    rng = np.random.default_rng(seed)
    known, more = ways(rng, rough), 1.25 if rough else 1.0
    weight = 1.0 / (1.0 + np.arange(len(known))) ** 0.7
    of = rng.permutation(len(known))
    for _ in range(count):
        start = int(rng.integers(1_300_000_000, 1_760_000_000)) * 1_000_000
        which = int(of[rng.choice(len(known), p=weight / weight.sum())])
        path = known[which]
        if rng.random() < 0.5:
            path = sim.detour(rng, path, rng.uniform(0.01, 0.06 * more), rng.uniform(40, 120 * more))
        if rng.random() < 0.33:
            path = sim.part(path, rng.uniform(0, 0.03 * more), 1 - rng.uniform(0, 0.03 * more))
        t, xy, _ = sim.record(
            rng, path, sigma=float(rng.uniform(3, 8 * more)), rate=str(rng.choice(["5s", "smart"]))
        )
        yield start, which, Track(t, *unproject(xy, HOME))


def measure(
    count: int = ACTIVITIES, seed: int = 21, pairs: int = PAIRS, rough: bool = False
) -> dict[str, float]:
    """Shares: apart (pairs of the same way that are in different routes), far (pairs in one route that are far apart),
    and branches (pairs of a path and its branch that are in one route); the number of routes and of pairs of the same
    way."""
    lines: dict[int, Line] = {}
    of, items = {}, []
    for i, (start, which, track) in enumerate(activities(count, seed, rough)):
        prepared = prepare(track.seconds, track.lat, track.lon)
        if prepared is not None:
            look = outline(prepared)
            items.append((i, start, look))
            lines[i], of[i] = line(prepared, look.is_venue), which
    groups = Groups(load=lines.__getitem__)
    update(groups, items)
    rng = np.random.default_rng(seed)
    near = [(i, int(j)) for i in lines for j in candidates(groups.archive, i) if i < j]
    near = [near[k] for k in rng.permutation(len(near))[:pairs]]
    same = apart = together = far = branches = branched = 0
    for pair in near:
        a, b = sorted(pair, key=lambda i: order(groups.archive, i))
        is_one = groups.member[a].route == groups.member[b].route
        is_same = relation(lines[a], lines[b]).kind in SAME_WAY
        same, apart = same + is_same, apart + (is_same and not is_one)
        together += is_one
        far += is_one and not is_same and relation(lines[a], lines[b], FAR).kind not in SAME_WAY
        branches += of[a] != of[b] and not is_same
        branched += of[a] != of[b] and not is_same and is_one
    routes = len({m.route for m in groups.member.values()})
    return {
        "apart": apart / max(1, same), "far": far / max(1, together), "branches": branched / max(1, branches),
        "routes": routes, "same": same,
    }  # fmt: skip
