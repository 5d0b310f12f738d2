"""The exact best effort against oracles that search every window."""

from fractions import Fraction

import numpy as np
import pytest

from milevault_core.records.best_effort import best_effort, best_over


def oracle(seconds, way, distance):
    """Try every window that starts or ends on a sample, one by one."""
    n, best = len(way), None
    for i in range(n):
        for j in range(i + 1, n):
            if way[j] >= way[i] + distance:
                part = (way[i] + distance - way[j - 1]) / (way[j] - way[j - 1])
                took = seconds[j - 1] + part * (seconds[j] - seconds[j - 1]) - seconds[i]
                best = took if best is None else min(best, took)
                break
    for k in range(n - 1, -1, -1):
        for i in range(k - 1, -1, -1):
            if way[i] + distance <= way[k]:
                part = min(max((way[k] - distance - way[i]) / (way[i + 1] - way[i]), 0.0), 1.0)
                took = seconds[k] - (seconds[i] + part * (seconds[i + 1] - seconds[i]))
                best = took if best is None else min(best, took)
                break
    return best


def exact(seconds, way, distance):
    """In fractions, so without any rounding, and over the windows at both ends of every sample."""
    t, d = [Fraction(x) for x in seconds.tolist()], [Fraction(x) for x in way.tolist()]
    need = Fraction(distance)

    def reached(goal, late):  # when the distance is `goal`: the last such moment, or the first
        rows = range(len(d) - 1, 0, -1) if late else range(1, len(d))
        for k in rows:
            if d[k - 1] <= goal <= d[k]:
                if d[k] == d[k - 1]:
                    return t[k] if late else t[k - 1]
                return t[k - 1] + (goal - d[k - 1]) / (d[k] - d[k - 1]) * (t[k] - t[k - 1])
        return None

    windows = [(x, x + need) for x in d] + [(x - need, x) for x in d]
    times = [reached(b, False) - reached(a, True) for a, b in windows if a >= d[0] and b <= d[-1]]
    return min(times, default=None)


def random_case(rng):
    n = int(rng.integers(2, 50))
    slowest = 6 if rng.random() < 0.5 else 2  # half of the cases have one point per second
    seconds = np.cumsum(rng.integers(1, slowest, n)).astype(float)
    steps = np.round(rng.exponential(3.0, n), int(rng.integers(0, 4))) * (
        rng.random(n) < rng.uniform(0.3, 1.0)
    )
    way = np.cumsum(steps) + rng.choice([0.0, 1e5, 0.1])
    if rng.random() < 0.3:
        way = np.round(way)
    total = way[-1] - way[0]
    distance = float(rng.choice([rng.uniform(0.5, total + 1.0), round(total / 2) or 1.0, total or 1.0]))
    return seconds, way, distance


def test_equals_the_search_over_every_window_with_error_0():
    rng = np.random.default_rng(2026)
    found = 0
    for _ in range(2_000):
        seconds, way, distance = random_case(rng)
        got, want = best_effort(seconds, way, distance), oracle(seconds, way, distance)
        if way[0] + distance > way[-1]:
            assert got is None
            continue
        found += 1
        assert got[0] == want
        assert got[0] == pytest.approx(got[2] - got[1], abs=1e-9)
        assert seconds[0] <= got[1] < got[2] <= seconds[-1]
        covered = np.interp([got[1], got[2]], seconds, way)  # the distance is linear in time between samples
        assert covered[1] - covered[0] == pytest.approx(distance, abs=1e-6)
    assert found > 1_500


def test_equals_exact_arithmetic():
    """With distances in quarters of a metre, which floats hold exactly, the ends of every window must be exact too."""
    rng = np.random.default_rng(7)
    for _ in range(300):
        seconds, way, distance = random_case(rng)
        way, distance = np.round(way * 4) / 4, round(distance * 4) / 4 or 1.0
        got, want = best_effort(seconds, way, distance), exact(seconds, way, distance)
        assert (got is None) == (want is None)
        if got is not None:
            assert got[0] == pytest.approx(float(want), rel=1e-12, abs=1e-9)


@pytest.mark.parametrize(
    ("seconds", "way", "distance", "want"),
    [
        (np.arange(1000.0), np.arange(1000.0) * 3, 1000, 1000 / 3),
        ([0, 1000, 3000], [0, 3000, 11000], 5000, 1250),
        ([0, 600, 700, 1700], [0, 2400, 2400, 6400], 3000, 750),  # the best window avoids the stop
        ([0, 600, 700, 750], [0, 2400, 2400, 2600], 2600, 750),  # cannot avoid the stop: its time counts
        ([0, 100], [0, 400], 400, 100),
    ],
)
def test_known_times(seconds, way, distance, want):
    assert best_effort(np.array(seconds, float), np.array(way, float), distance)[0] == pytest.approx(want)


def unheld(seconds, way, distance):
    """The first version of the search, with its bug: a departure that rounds to before the start wraps to the end."""
    first = np.searchsorted(way, way[0] + distance, "left")
    origin = way[first:] - distance
    i = np.searchsorted(way, origin, "right") - 1
    moved = way[i + 1] - way[i]
    part = np.where(moved > 0, (origin - way[i]) / np.where(moved > 0, moved, 1), 0)
    return (seconds[first:] - seconds[i] - part * (seconds[i + 1] - seconds[i])).min()


def test_a_departure_that_rounds_to_before_the_start_stays_at_the_start():
    rng = np.random.default_rng(3)
    negative = 0
    for _ in range(3_000):
        seconds = np.arange(40.0) * 100
        way = np.cumsum(rng.uniform(1, 5, 40)) + 0.1
        distance = float(way[int(rng.integers(5, 39))] - way[0])
        if way[0] + distance > way[-1]:
            continue
        negative += unheld(seconds, way, distance) < 0
        assert best_effort(seconds, way, distance)[0] == oracle(seconds, way, distance) > 0
    assert negative > 10  # the cases do contain what once went wrong


def test_a_standstill_is_left_out_at_both_ends():
    """np.interp of time over distance may give any moment of a standstill; both ends of a window must leave it out."""
    seconds, way = np.array([0.0, 500, 600, 1100, 1200]), np.array([0.0, 0, 400, 400, 800])
    assert best_effort(seconds, way, 400) == (100.0, 500.0, 600.0)
    naive = np.interp(way + 400, way, seconds)[:1] - seconds[:1]
    assert naive[0] != 100.0


def test_never_across_two_pieces():
    fast = (np.array([0.0, 50]), np.array([0.0, 200]))
    slow = (np.array([100.0, 300]), np.array([1000.0, 1500]))
    assert best_over([fast, slow], 400) == (160.0, 100.0, 260.0)
    assert best_over([fast, slow], 600) is None
    assert best_over([], 400) is None
