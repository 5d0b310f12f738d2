"""Routes: precision and recall on the labelled pairs, compared with two other rules; time and memory."""

import gc
from collections.abc import Callable
from pathlib import Path
from time import process_time

import numpy as np

from bench import figure, route_branches, route_store
from bench.route_archive import activities
from bench.route_pairs import CLASSES, SHA256, Pair, digest, load
from bench.route_peers import seed_rule, start_end_rule
from milevault_core.routes.grouping import update
from milevault_core.routes.line_cache import KeptLines
from milevault_core.routes.matches import Groups
from milevault_core.routes.prepare import outline, pack, prepare, unpack
from milevault_core.routes.relation import SAME_WAY, Line, line, relation

STORED, NEW = 5_000, 200
PEERS: dict[str, Callable] = {
    "seed's rule (box, DTW mean < 46 m)": seed_rule,
    "start, end, length": start_end_rule,
}


def kind_of(pair: Pair) -> str:
    """What the matcher says about a labelled pair."""
    tracks = [prepare(t.seconds, t.lat, t.lon) for t in (pair.a, pair.b)]
    a, b = (line(p) for p in tracks if p is not None)
    return relation(a, b).kind


def scores(pairs: list[Pair], says_same: list[bool]) -> tuple[float, float]:
    """Precision and recall of "the same way" (a loop started elsewhere is the same way)."""
    truth = np.array([CLASSES[p.name] in SAME_WAY for p in pairs])
    said = np.array(says_same)
    hits = int((truth & said).sum())
    return hits / max(1, int(said.sum())), hits / max(1, int(truth.sum()))


def _row(
    name: str, value: float, unit: str, budget: float | None, against: str, at_least: bool = False
) -> dict:
    text = "" if budget is None else f"{'at least' if at_least else 'at most'} {budget:g}"
    return figure(name, value, unit, text, against)


def quality() -> list[dict]:
    """The labelled pairs: thresholds were tuned on the even bases, these figures are for the odd ones."""
    rows = [
        _row("labelled pairs are the shipped ones", float(digest() == SHA256), "", 1.0, "", at_least=True)
    ]
    pairs = [p for p in load() if p.base % 2]
    kinds = [kind_of(p) for p in pairs]
    against = f"{len(pairs)} pairs held back, {len(CLASSES)} classes"
    for name, value in zip(
        ("precision", "recall"), scores(pairs, [k in SAME_WAY for k in kinds]), strict=True
    ):
        rows.append(_row(f"{name}, MileVault", value, "", 0.99, against, at_least=True))
    right = [k == CLASSES[p.name] for k, p in zip(kinds, pairs, strict=True)]
    rows.append(_row("relation named rightly", float(np.mean(right)), "", None, against))
    for peer, rule in PEERS.items():
        for name, value in zip(("precision", "recall"), scores(pairs, [rule(p.a, p.b) for p in pairs]),
                               strict=True):  # fmt: skip
            rows.append(_row(f"{name}, {peer}", value, "", None, against))
    return rows


def resident_mb() -> float:
    """Memory of this process in MB; 0 if the system does not provide it."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * 4096 / 1e6 if statm.exists() else 0.0


def speed(stored: int = STORED, new: int = NEW) -> tuple[list[dict], float]:
    """Match an invented archive from scratch, then add and remove one new activity after the other. Also returns how
    many milliseconds a plain loop needs for one, on average."""
    tracks: dict[int, bytes] = {}
    items, preparing = [], []
    for i, activity in enumerate(activities(stored + new)):
        start, track = process_time(), activity.track
        prepared = prepare(track.seconds, track.lat, track.lon)
        if prepared is None:
            continue
        tracks[i] = pack(prepared)
        items.append((i, activity.start_us, outline(prepared)))
        preparing.append(process_time() - start)
    venue = {i: look.is_venue for i, _, look in items}

    def fetch(i: int) -> Line:
        return line(unpack(tracks[i]), venue[i])

    relation(fetch(items[0][0]), fetch(items[0][0]))  # compiles the code
    groups = Groups(load=KeptLines(fetch))
    start = process_time()
    update(groups, items[:stored])
    matching = process_time() - start
    times, loops, memory = [], [], 0.0
    for k, item in enumerate(items[stored:]):
        start = process_time()
        update(groups, [item])
        times.append((process_time() - start) * 1e3)
        if k % 20 == 0:
            start = process_time()
            _loop(items[:stored], item)
            loops.append((process_time() - start) * 1e3)
        update(groups, removed=[item[0]])
        if k == new // 4:
            gc.collect()
            memory = resident_mb()
    gc.collect()
    against = f"{stored} stored, invented: four homes, look-alikes, one way of about {stored // 10} times"
    loop = f"point by point in Python with what is near and as long, {np.mean(loops):.0f} ms on average"
    rows = [
        _row("one new activity, mean", float(np.mean(times)), "ms CPU", None, against),
        _row("one new activity, worst", float(np.max(times)), "ms CPU", None, against),
        _row("the mean, as a share of a loop's time", float(np.mean(times) / np.mean(loops)), "", 0.3, loop),
        _row("the worst, as a share of a loop's time", float(np.max(times) / np.mean(loops)), "", 1.5, loop),
        _row("preparing one track, mean", float(np.mean(preparing)) * 1e3, "ms CPU", None, against),
        _row("matching everything anew", matching, "s CPU", 600.0, against + "; 5 minutes on two cores"),
        _row("memory, with the bench's own tracks and pairs", resident_mb(), "MB", None, against),
        _row("memory gained over the last three quarters", resident_mb() - memory, "MB", 20.0, against),
    ]
    return rows, float(np.mean(loops))


def _loop(items: list, new: tuple) -> int:
    """A plain version of the same question, only for timing: of all activities with a similar box and length, how many
    have nearly all of 64 points within 35 m of the new one? It ignores direction and order."""

    def corners(which: tuple) -> list[tuple[float, float]]:
        return [(float(lat) * 1e-7 * 111_195, float(lon) * 1e-7 * 74_000) for lat, lon in which[2].signature]

    own, (west, south, east, north), length = corners(new), new[2].box, new[2].length_m
    found = 0
    for item in items:
        w, s, e, n = item[2].box
        wide, high = min(east, e) - max(west, w), min(north, n) - max(south, s)
        if wide <= 0 or high <= 0 or not 0.78 <= item[2].length_m / length <= 1 / 0.78:
            continue
        near = sum(any((x - u) ** 2 + (y - v) ** 2 < 35.0**2 for u, v in own) for x, y in corners(item))
        found += near >= 59
    return found


def stored(loop_ms: float, count: int = STORED, new: int = 60) -> list[dict]:
    """The same with the database: what the routes worker really does. `loop_ms`: the time of a plain loop in this
    run."""
    found = route_store.measure(count, new)
    ours = found["one"] * 1e3
    against = f"{count} stored in the database; the step of the worker, warm"
    loop = f"point by point in Python with what is near and as long, {loop_ms:.0f} ms on average"
    return [
        _row("over the database: one new activity, mean", float(ours.mean()), "ms CPU", None, against),
        _row("over the database: one new activity, worst", float(ours.max()), "ms CPU", None, against),
        _row("over the database: the mean, as a share of a loop's time", float(ours.mean()) / loop_ms, "", 0.3, loop),
        _row("over the database: the worst, as a share of a loop's time", float(ours.max()) / loop_ms, "", 1.5, loop),
        _row("over the database: with the server's part, mean", found["one_both"] * 1e3, "ms CPU", None, against),
        _row("over the database: matching everything anew", found["anew"], "s CPU", 600.0,
             against + "; 5 minutes on two cores"),
        _row("over the database: memory, with the bench's own", found["memory"], "MB", 800.0, against),
        _row("over the database: memory gained over the last three quarters", found["gained"], "MB", 20.0, against),
    ]  # fmt: skip


def branches() -> list[dict]:
    """Paths that branch and share halves: pairs of the same way that are apart, and pairs of different ways that are
    together."""
    rows = []
    for name, rough, budget in (("", False, 0.02), (", rough", True, None)):
        found = route_branches.measure(rough=rough)
        many = f"{found['same']} pairs that are one way, {found['routes']} routes"
        against = f"{route_branches.ACTIVITIES} activities, {many}"
        rows += [
            _row(f"pairs of one way in different routes{name}", found["apart"], "", budget, against),
            _row(f"pairs in one route that are far apart, for chains{name}", found["far"], "", None, against),
            _row(f"pairs of a way and its branch in one route{name}", found["branches"], "", None, against),
        ]
    return rows


def run() -> list[dict]:
    """All figures about routes."""
    in_memory, loop_ms = speed()
    return quality() + branches() + in_memory + stored(loop_ms)
