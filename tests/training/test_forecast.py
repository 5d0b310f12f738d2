"""Forecasts are scored against later races: their ranges hold what they promise."""

import datetime as dt

import numpy as np
import pytest

from milevault_core.training import forecast
from tests.training.lives import races, races_by_a_power_law


def test_80_percent_ranges_hold_70_to_90_percent() -> None:
    """For the races of each athlete, 40 to 50 of them."""
    shares, widths = [], []
    for seed in range(12):
        scored = forecast.scores(races(seed))
        assert len(scored) >= 20
        shares.append(np.mean([s.is_inside for s in scored]))
        widths += [np.log(s.forecast.high / s.forecast.low) / 2 for s in scored]
    assert all(0.70 <= share <= 0.90 for share in shares), shares
    assert 0.75 <= np.mean(shares) <= 0.85
    assert 0.02 < np.mean(widths) < 0.06  # a range wide enough would hold everything


def test_they_hold_as_well_where_the_truth_is_none_of_the_methods() -> None:
    shares = []
    for seed in range(20, 30):
        scored = forecast.scores(races_by_a_power_law(seed))
        assert len(scored) >= 20
        shares.append(np.mean([s.is_inside for s in scored]))
    assert 0.75 <= np.mean(shares) <= 0.87, shares
    assert all(0.65 <= share <= 0.95 for share in shares), shares  # 45 races vary this much by chance alone


def test_without_an_all_out_effort_critical_speed_is_silent() -> None:
    """Easy runs follow no critical speed, however well a line fits them."""
    day = dt.date(2026, 1, 1)
    easy = [forecast.Effort(day, d, d / 3.0 - 60.0, False) for d in (1_000.0, 1_500.0, 3_000.0)]
    assert set(forecast.methods(easy, 5_000.0)) == {"Riegel", "VDOT"}
    raced = [forecast.Effort(e.day, e.distance_m, e.seconds, True) for e in easy]
    assert set(forecast.methods(raced, 3_000.0)) == {"Riegel", "VDOT", "Critical speed"}


def test_a_forecast_knows_nothing_of_its_own_day_or_later() -> None:
    efforts = races(3)
    race = next(e for e in efforts if e.is_all_out and e.day > efforts[200].day)
    before = {s.effort: s.forecast for s in forecast.scores(efforts)}[race]
    later = [
        forecast.Effort(e.day, e.distance_m, e.seconds / 2, e.is_all_out) if e.day > race.day else e
        for e in efforts
    ]
    assert {s.effort: s.forecast for s in forecast.scores(later)}[race] == before


def test_the_order_of_files_changes_nothing() -> None:
    efforts = races(4)
    assert forecast.scores(efforts[::-1]) == forecast.scores(efforts)


def test_riegel() -> None:
    past = [forecast.Effort(dt.date(2026, 1, 1), 5_000.0, 1_200.0, True)]
    told = {d: forecast.methods(past, d)["Riegel"] for d in (10_000.0, 21_097.5, 42_195.0)}
    assert list(told.values()) == pytest.approx([2501.92, 5520.2, 11509.3], abs=0.1)


def test_vdot_turned_round_is_the_time() -> None:
    assert forecast.seconds_at_vdot(forecast.vdot(10_000, 2400), 10_000) == pytest.approx(2400, abs=0.02)


def test_no_effort_no_forecast() -> None:
    assert forecast.forecast([], 5_000.0) is None
    assert forecast.forecast([forecast.Effort(dt.date(2026, 1, 1), 400.0, 70.0, True)], 5_000.0) is None


@pytest.mark.parametrize(
    ("seconds", "activity_s", "heart_rate", "rpe", "told"),
    [
        (1200, 1210, 170, None, True),
        (1200, 1210, 160, None, False),  # not hard enough
        (1200, 3600, 175, None, False),  # part of a longer run
        (12_000, 12_100, 155, None, True),  # nobody runs a marathon at threshold
        (1200, 1210, None, 9, True),
        (1200, 1210, None, None, False),
    ],
)
def test_all_out_is_told_by_heart_or_word_never_by_the_time(
    seconds, activity_s, heart_rate, rpe, told: bool
) -> None:
    assert forecast.is_all_out(seconds, activity_s, heart_rate, 170.0, rpe) is told
