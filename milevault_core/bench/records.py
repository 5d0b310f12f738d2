"""What records cost: the best of several runs in CPU time, on one invented hour at one point a second."""

import time
from collections.abc import Callable

import numpy as np

from milevault_core.bench import figure, records_page
from milevault_core.records.best_effort import best_over
from milevault_core.records.best_time import DISTANCES
from milevault_core.records.mean_max import mean_max

POINTS = 3_600
RUNNING = DISTANCES["running"]
# Not all of these fit into an hour; the same number of distances, scaled so that they do, is harder.
ALL_FIT = [d * 10_000 / max(RUNNING) for d in RUNNING]


def run() -> list[dict]:
    """What the pure parts cost for one hour, and the page of a whole life (records_page.py)."""
    rng = np.random.default_rng(7)
    seconds = np.arange(float(POINTS))
    way = np.append(0.0, np.cumsum(np.clip(rng.normal(3.2, 0.8, POINTS - 1), 0.0, 6.0)))
    watts = np.clip(rng.normal(200.0, 60.0, POINTS), 0.0, None).round()
    durations = np.unique(np.geomspace(1, POINTS, 136).round().astype(int))[-100:]
    loop = _best_ms(lambda: _loop(seconds.tolist(), way.tolist(), 1_000.0), runs=3, repeats=1)
    against = f"a loop in Python: {loop:.1f} ms for one distance"
    parts = (
        (
            "best times over the 17 running distances",
            lambda: _times(seconds, way, RUNNING),
            "at most 1.5",
            against,
        ),
        (
            "best times over 17 distances that all fit",
            lambda: _times(seconds, way, ALL_FIT),
            "at most 1.5",
            against,
        ),
        ("mean-max over 100 durations", lambda: mean_max(watts, durations), "at most 0.5", ""),
    )
    pure = [
        figure(f"{name}, {POINTS} points", _best_ms(work), "ms", budget, against)
        for name, work, budget, against in parts
    ]
    return pure + records_page.figures()


def _times(seconds: np.ndarray, way: np.ndarray, distances) -> None:
    for distance in distances:
        best_over([(seconds, way)], distance)


def _loop(seconds: list[float], way: list[float], distance: float) -> float:
    """Two pointers, ends at samples' starts only: what the vectorised search is compared with."""
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
    """The best of `runs`, each the mean of `repeats`: the clock of the processor is coarse."""
    best = float("inf")
    for _ in range(runs):
        begin = time.process_time()
        for _ in range(repeats):
            work()
        best = min(best, (time.process_time() - begin) / repeats)
    return best * 1000
