import numpy as np
import pytest

from milevault_core.records.mean_max import CURVE_DURATIONS, RECORD_DURATIONS, every_second, mean_max


def oracle(values, width):
    means = [values[i : i + width].mean() for i in range(len(values) - width + 1)]
    means = [m for m in means if not np.isnan(m)]
    return max(means, default=np.nan)


def test_equals_every_window():
    rng = np.random.default_rng(5)
    for _ in range(300):
        values = rng.integers(0, 400, int(rng.integers(1, 60))).astype(float)
        values[rng.random(len(values)) < rng.choice([0.0, 0.1])] = np.nan
        widths = [1, 2, 5, 10, 30, 59]
        best, start = mean_max(values, widths)
        for width, value, row in zip(widths, best, start, strict=True):
            want = oracle(values, width)
            assert value == pytest.approx(want, nan_ok=True, abs=1e-9)
            assert (row < 0) == np.isnan(want)
            if row >= 0:
                assert values[row : row + width].mean() == pytest.approx(value)


def test_whole_watts_are_exact():
    values = np.full(18_000, 250.0)
    values[100:160] = 400.0
    best, start = mean_max(values, [60, 120, 18_000])
    assert best.tolist() == [400.0, 325.0, (18_000 * 250 + 60 * 150) / 18_000]
    assert start[0] == 100


def test_a_hole_is_a_line_up_to_10_s_then_no_power_and_no_heart_rate():
    seconds = np.array([0.0, 1, 6, 7, 18, 19])
    values = np.array([100.0, 100, 200, 200, 300, 300])
    grid, watts = every_second(seconds, values, silent_is_zero=True)
    assert grid.tolist() == list(range(20))
    assert watts[1:7].tolist() == [100, 120, 140, 160, 180, 200]
    assert watts[7:20].tolist() == [200, *[0] * 10, 300, 300]
    _, beats = every_second(seconds, values, silent_is_zero=False)
    assert np.isnan(beats[8:18]).all()
    assert mean_max(beats, [9])[1][0] == -1  # no window of 9 s is complete


def test_power_does_not_reach_across_an_hour():
    seconds = np.array([0.0, 1, 3_700, 3_701])
    _, watts = every_second(seconds, np.full(4, 300.0), silent_is_zero=True)
    assert np.isnan(watts[2:3_700]).all()
    assert mean_max(watts, [3])[1][0] == -1


def test_missing_values_and_silly_spans():
    grid, values = every_second(np.array([0.0, 1, 2, 3]), np.array([1.0, np.nan, 3, np.nan]), True)
    assert (grid.tolist(), values.tolist()) == ([0, 1, 2], [1, 2, 3])
    assert len(every_second(np.array([0.0, 1e9]), np.array([1.0, 1.0]), True)[0]) == 0
    assert len(every_second(np.array([0.0]), np.array([1.0]), True)[0]) == 0


def test_the_curve_holds_every_named_duration_to_5_h():
    assert set(RECORD_DURATIONS) <= set(CURVE_DURATIONS)
    assert (CURVE_DURATIONS[0], CURVE_DURATIONS[-1]) == (1, 18_000)
    assert list(CURVE_DURATIONS) == sorted(set(CURVE_DURATIONS))
