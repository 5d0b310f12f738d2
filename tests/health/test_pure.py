"""Rank, normal band and regularity against worked values."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from milevault_core.formats.health_data import DayValue, Night
from milevault_core.health.normal import normal_band
from milevault_core.health.rank import latest, winners
from milevault_core.health.regularity import regularity, regularity_of

DAY = date(2025, 11, 6)
D = 1440


def value(source: str, number: float, at: int = 0, metric: str = "steps") -> DayValue:
    return DayValue(DAY, metric, number, source, at)


def test_an_older_partial_file_never_replaces_a_later_one():
    both = [value("fit", 8625, 200), value("fit", 2743, 100)]
    assert [v.value for v in latest(both)] == [v.value for v in latest(both[::-1])] == [8625]


def test_the_better_source_wins_and_they_are_never_added():
    given = [value("fit", 8625, 300), value("garmin_connect", 8700, 100), value("garmin_export", 8800, 400)]
    assert [v.value for v in winners(given)] == [8700]
    assert [v.value for v in winners([*given, value("manual", 9000)])] == [9000]
    assert [v.value for v in winners([value("csv", 1, 900), value("fit", 2, 1)])] == [2]


def test_the_rank_is_the_users_own_by_metric():
    given = [
        value("fit", 1),
        value("apple", 2),
        value("fit", 50, metric="rhr"),
        value("apple", 52, metric="rhr"),
    ]
    found = winners(given, {"steps": ("apple", "fit")})
    assert {v.metric: v.value for v in found} == {"steps": 2, "rhr": 50}
    assert {v.value for v in winners(given, {"*": ("apple",)})} == {2, 52}


def test_among_unranked_sources_the_last_observed_wins():
    given = [value("oura", 1, 10), value("apple", 2, 20)]
    assert [v.value for v in winners(given)] == [v.value for v in winners(given[::-1])] == [2]


def test_the_normal_is_the_median_of_the_28_days_before():
    days = pd.date_range("2025-01-01", periods=40)
    band = normal_band(pd.Series([50.0, 52.0] * 20, days))
    assert band["median"].iloc[:10].isna().all()  # too little is known
    assert band["median"].iloc[30] == 51
    assert band["high"].iloc[30] == pytest.approx(51 + 1.5 * 1.4826)
    ill = pd.Series([50.0] * 39 + [80.0], days)
    assert normal_band(ill).iloc[-1].tolist() == [50, 50, 50]  # the day itself is not in its own normal


def test_missing_days_stay_missing_in_the_normal():
    days = pd.date_range("2025-01-01", periods=60)
    gone = pd.Series(np.arange(60.0), days).drop(days[20:50])
    band = normal_band(gone)
    assert len(band) == 60
    assert band["median"].iloc[48:].isna().all()
    assert band["median"].iloc[20] == np.median(np.arange(20))


def test_regularity_of_worked_nights():
    same = np.zeros(D)
    same[: 7 * 60] = 1
    hour_less = same.copy()
    hour_less[6 * 60 : 7 * 60] = 0
    assert regularity(np.tile(same, 14)) == 100
    assert regularity(np.concatenate([same, hour_less] * 7)) == pytest.approx(91.67, abs=0.005)
    assert abs(regularity(np.random.default_rng(1).integers(0, 2, D * 60).astype(float))) < 1
    assert np.isnan(regularity(same))


def night(k: int, wake_h: float, offset: int = 0) -> Night:
    midnight = (DAY + timedelta(days=k) - date(1970, 1, 1)).days * 86_400 - offset
    return Night(
        DAY + timedelta(days=k), midnight - 3600, midnight + round(wake_h * 3600), "fit", {}, (), offset
    )


def test_regularity_of_nights():
    assert regularity_of([night(k, 7) for k in range(14)]) == 100
    assert regularity_of([night(k, 7 + k % 2) for k in range(14)]) == pytest.approx(91.67, abs=0.005)
    assert (
        regularity_of([night(k, 7, 3600 if k > 6 else 7200) for k in range(14)]) == 100
    )  # the clocks changed
    assert regularity_of([night(k, 7) for k in range(14) if k != 7]) == 100  # unknown does not mean awake
    assert np.isnan(regularity_of([night(k, 7) for k in range(5)]))
    assert np.isnan(regularity_of([]))
