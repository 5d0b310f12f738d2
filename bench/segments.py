"""Segments: how exactly passes are timed, whether any are missed or false, and what matching costs.

The truth is exact: the passes of segment_tracks.py. Costs are CPU time compared with a plain loop over the same points.
"""

import time
from collections.abc import Callable

import numpy as np

from bench import figure, segment_lives, segment_store
from bench import simulate as sim
from bench.segment_tracks import RATES, SHAPES, Recorded, degrees, laps, piece, record, ring, traps
from milevault_core.routes.geometry import cumulative
from milevault_core.segments.cells import candidate_cells, may_pass, track_cells
from milevault_core.segments.line import Line, line_of
from milevault_core.segments.passes import passes

SEGMENTS = 120
ROUNDS = 30
TRAPS = 40
ACTIVITIES, POINTS, HOMES = 1_000, 3_000, 4


def run() -> list[dict]:
    return [
        *_timing(),
        *segment_lives.figures(),
        *_lap_counts(),
        *_false_efforts(),
        *_cost(),
        *segment_store.figures(),
    ]


def _timing() -> list[dict]:
    figures = []
    for sigma, most in ((0.0, "at most 0.3"), (3.0, "at most 1.5"), (6.0, "")):
        for rate in RATES:
            rng = np.random.default_rng(21)
            errors, ratios, found, wrong = [], [], 0, 0
            for i in range(SEGMENTS):
                line, made = one(rng, SHAPES[i % len(SHAPES)], rate, sigma)
                got = passes(line, made.seconds, made.lat, made.lon)
                (entry, leave) = made.truth[0]
                near = [p for p in got if abs(p.entry_s - entry) < 15 and abs(p.exit_s - leave) < 15]
                wrong += len(got) - len(near)
                if near:
                    found += 1
                    errors.append(abs(near[0].seconds - (leave - entry)))
                    ratios.append(errors[-1] / near[0].plus_minus_s)
            name = f"{rate}, {sigma:.0f} m noise"
            p90, p99 = np.percentile(errors, (90, 99))
            against = f"90 % within {p90:.2f} s, 99 % within {p99:.2f} s"
            figures.append(figure(f"{name}: median error of a time", np.median(errors), "s", most, against))
            figures.append(figure(f"{name}: passes found", 100 * found / SEGMENTS, "%",
                                  "at least 99" if sigma <= 3 else "", f"of {SEGMENTS}; {wrong} others"))  # fmt: skip
            if sigma:
                share = 100 * np.mean(np.array(ratios) <= 1)
                figures.append(
                    figure(f"{name}: errors within the ± shown", share, "%", "", "68 % would be exact")
                )
    return figures


def one(rng: np.random.Generator, shape: str, rate: str, sigma: float) -> tuple[Line, Recorded]:
    """A segment of 400 to 2,500 m and a recording that passes it once."""
    length = float(rng.uniform(400, 2_500))
    path = sim.way(rng, 2 * length + 600, shape)
    start = 200 + 0.3 * length
    line = line_of(*degrees(piece(path, start, start + length)))
    return line, record(rng, path, [(start, start + length)], rate, sigma)


def _lap_counts() -> list[dict]:
    """A segment on a loop, on recordings of one lap and of four laps."""
    rng = np.random.default_rng(4)
    right, count = 0, 0
    for i in range(ROUNDS):
        round_ = ring(rng, float(rng.uniform(600, 2_000)))
        length = float(cumulative(round_)[-1])
        line = line_of(*degrees(piece(round_, 0.2 * length, 0.7 * length)))
        for rate in RATES:
            made = record(rng, laps(round_, 4), [], rate, 3.0 if i % 2 else 0.0)
            once = record(rng, round_, [], rate, 3.0 if i % 2 else 0.0)
            four, single = (len(passes(line, m.seconds, m.lat, m.lon)) for m in (made, once))
            count += 1
            right += four == 4 * single == 4
    return [figure("four laps are exactly four times one lap", 100 * right / count, "%", "at least 100",
                   f"{count} recordings, half of them with 3 m noise")]  # fmt: skip


def _false_efforts() -> list[dict]:
    rng = np.random.default_rng(9)
    false: dict[str, int] = {}
    for i in range(TRAPS):
        for name, (path, made) in traps(rng, 3.0 if i % 2 else 0.0).items():
            got = passes(line_of(*degrees(path)), made.seconds, made.lat, made.lon)
            false[name] = false.get(name, 0) + len(got)
    return [figure(f"false efforts: {name}", n, "", "at most 0", f"of {TRAPS}") for name, n in false.items()]


def _cost() -> list[dict]:
    """One segment against 1,000 activities at four places, and one activity against 200 segments."""
    rng = np.random.default_rng(5)
    tracks, lines = [], []
    homes = [rng.uniform(-20_000, 20_000, 2) for _ in range(HOMES)]
    for i in range(ACTIVITIES):
        path = sim.way(rng, POINTS * 2.9, SHAPES[i % len(SHAPES)])
        # From home, in any direction, at a uniform speed: the cost does not depend on how it was recorded.
        path = path - path[0] + homes[i % HOMES] + rng.normal(0, 3, 2)
        xy = sim.resample(path, POINTS)
        lat, lon = degrees(xy)
        tracks.append((np.arange(float(POINTS)), lat, lon, frozenset(track_cells(lat, lon).tolist())))
        if i < 200:
            length = float(rng.uniform(400, 2_500))
            lines.append(line_of(*degrees(piece(path, 100.0, 100.0 + length))))
    wanted = [candidate_cells(line) for line in lines]
    candidates = np.mean([sum(may_pass(w, c) for *_, c in tracks) for w in wanted[:40]])
    segment_ms = _cpu_ms(lambda i: [passes(lines[i], t, lat, lon) for t, lat, lon, c in tracks
                                    if may_pass(wanted[i], c)])  # fmt: skip
    activity_ms = _cpu_ms(
        lambda i: [passes(line, *tracks[i][:3]) for line, w in zip(lines, wanted, strict=True)
                   if may_pass(w, tracks[i][3])])  # fmt: skip
    path = sim.way(rng, 9_000, "trail")
    line, made = line_of(*degrees(piece(path, 3_000, 4_500))), record(rng, path, [], speed=2.5, sigma=3.0)
    pass_ms = _cpu_ms(lambda _: passes(line, made.seconds, made.lat, made.lon))
    missed = sum(
        len(passes(lines[i], t, lat, lon)) for i in range(4) for t, lat, lon, c in tracks
        if not may_pass(wanted[i], c)
    )  # fmt: skip
    _, lat, lon, _ = tracks[0]
    loop_ms = _cpu_ms(lambda i: _loop(lines[i], lat.tolist(), lon.tolist()), 5) * ACTIVITIES
    against = (
        f"{candidates:.0f} of 1,000 are candidates; a plain loop for points near the gates: {loop_ms:,.0f} ms"
    )
    return [
        figure("passes that the cells lose", missed, "", "at most 0", "of 4 segments, 1,000 activities each"),
        figure("one segment, 1,000 activities of 3,000 points", segment_ms, "ms CPU", "", against),
        figure("the same, as a share of the loop's time", segment_ms / loop_ms, "", "at most 0.05", against),
        figure(
            "one pass found in one activity", pass_ms, "ms CPU", "", "an hour at 1 Hz, a segment of 1.5 km"
        ),
        figure("one activity, 200 segments", activity_ms, "ms CPU", "", against),
    ]


def _loop(line: Line, lat: list[float], lon: list[float]) -> tuple[int, int]:
    """Rows of the points nearest to the two gates: the minimum that any matching has to do."""
    (lat0, lat1), (lon0, lon1) = (v[[0, -1]].tolist() for v in line.places())
    best = [1e9, 1e9]
    rows = [0, 0]
    for i in range(len(lat)):
        for k, (a, o) in enumerate(((lat0, lon0), (lat1, lon1))):
            d = (lat[i] - a) ** 2 + (lon[i] - o) ** 2
            if d < best[k]:
                best[k], rows[k] = d, i
    return rows[0], rows[1]


def _cpu_ms(work: Callable[[int], object], runs: int = 40) -> float:
    """The median of the CPU times of work(0), work(1) …, without the first, which warms up."""
    spent = []
    for i in range(runs + 1):
        begin = time.process_time()
        work(i)
        spent.append(time.process_time() - begin)
    return float(np.median(spent[1:])) * 1000
