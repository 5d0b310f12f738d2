"""What records cost: the best CPU time of several runs, on one invented hour at one point per second."""

import time
from collections.abc import Callable
from functools import partial

import numpy as np

from bench import figure, records_page
from milevault_core.records.best_effort import best_over
from milevault_core.records.best_time import DISTANCES
from milevault_core.records.mean_max import mean_max

POINTS = 3_600
RUNNING = DISTANCES["running"]
# Not all of these fit into an hour; the same number of distances, scaled so that they do, is harder.
ALL_FIT = [d * 10_000 / max(RUNNING) for d in RUNNING]


def run() -> list[dict]:
    """What the pure functions cost for one hour, and the page with a lifetime of activities (records_page.py)."""
    rng = np.random.default_rng(7)
    seconds = np.arange(float(POINTS))
    way = np.append(0.0, np.cumsum(np.clip(rng.normal(3.2, 0.8, POINTS - 1), 0.0, 6.0)))
    watts = np.clip(rng.normal(200.0, 60.0, POINTS), 0.0, None).round()
    durations = np.unique(np.geomspace(1, POINTS, 136).round().astype(int))[-100:]
    figures = []
    for name, distances in (("that a run has", RUNNING), ("that all fit", ALL_FIT)):
        held = [d for d in distances if d <= way[-1]]
        ours = _best_ms(partial(_times, seconds, way, distances))
        loops = sum(
            _best_ms(partial(_loop, seconds.tolist(), way.tolist(), d), runs=3, repeats=1) for d in held
        )
        against = f"two pointers in Python, {loops / len(held):.2f} ms a distance; {POINTS} points"
        figures += [
            figure(f"best times over the {len(held)} distances {name}", ours, "ms", "", against),
            figure("the same, as a share of a loop's time", ours / loops, "", "at most 0.05", against),
        ]
    ours = _best_ms(lambda: mean_max(watts, durations))
    width = int(durations[len(durations) // 2])
    loop = _best_ms(lambda: _means(watts, width), runs=2, repeats=1) * len(durations)
    against = f"the mean of every window by numpy, {loop:.0f} ms; {POINTS} points"
    return [
        *figures,
        figure("mean-max over 100 durations", ours, "ms", "", against),
        figure("the same, as a share of a loop's time", ours / loop, "", "at most 0.02", against),
        *records_page.figures(),
    ]


def _means(values: np.ndarray, width: int) -> float:
    """The highest mean over `width` samples, window by window."""
    return max(float(values[i : i + width].mean()) for i in range(len(values) - width + 1))


def _times(seconds: np.ndarray, way: np.ndarray, distances) -> None:
    for distance in distances:
        best_over([(seconds, way)], distance)


def _loop(seconds: list[float], way: list[float], distance: float) -> float:
    """Two pointers, with ends only at the samples' starts: the vectorised search is compared with it."""
    best, j = float("inf"), 0
    for i in range(len(way)):
        while j < len(way) and way[j] < way[i] + distance:
            j += 1
        if j == len(way):
            break
        part = (way[i] + distance - way[j - 1]) / (way[j] - way[j - 1])
        best = min(best, seconds[j - 1] + part * (seconds[j] - seconds[j - 1]) - seconds[i])
    return best


def _best_ms(work: Callable[[], object], runs: int = 30, repeats: int = 10) -> float:
    """The best of `runs`, each the mean of `repeats`, because the CPU clock is coarse."""
    best = float("inf")
    for _ in range(runs):
        begin = time.process_time()
        for _ in range(repeats):
            work()
        best = min(best, (time.process_time() - begin) / repeats)
    return best * 1000
