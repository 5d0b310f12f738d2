"""Load series, volume, intensity, Eddington, streaks, critical power, zones, suggestions: worked values, calendars."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from milevault_core.metrics import Context
from milevault_core.training import critical, eddington, intensity, load, streaks, suggest, volume, zones
from milevault_core.training.values import Refused
from milevault_core.view.training import athlete as athlete_view
from tests.metrics.made import track

D = dt.date


def days(first: D, values) -> pd.Series:
    index = [first + dt.timedelta(days=n) for n in range(len(values))]
    return load.dense(pd.Series(index), pd.Series(values, dtype=float), first, index[-1])


def test_fitness_and_fatigue_after_42_equal_days() -> None:
    form = load.form(days(D(2026, 1, 1), [100.0] * 43))
    assert form["fitness"].iloc[41] == pytest.approx(63.2121, abs=1e-4)
    assert form["fatigue"].iloc[41] == pytest.approx(99.7521, abs=1e-4)
    assert form["form"].iloc[42] == pytest.approx(63.2121 - 99.7521, abs=1e-4)  # from the day before
    assert form["is_warming_up"].sum() == 42


def test_a_day_without_an_activity_is_0_and_two_of_a_day_are_added() -> None:
    when = pd.Series([D(2024, 2, 28), D(2024, 3, 1), D(2024, 3, 1)])
    dense = load.dense(when, pd.Series([50.0, 30.0, 20.0]), D(2024, 2, 28), D(2024, 3, 2))
    assert dense.tolist() == [50, 0, 50, 0]  # 29 February is a day
    assert list(dense.index)[1] == D(2024, 2, 29)


def test_projection_of_rest_only_falls_and_of_going_on_holds() -> None:
    form = load.form(days(D(2025, 1, 1), [60.0] * 300))
    ahead = load.projection(form, 28)
    rest, on = (ahead[ahead["plan"] == plan] for plan in ("rest", "as now"))
    assert (np.diff(rest["fitness"]) < 0).all()
    assert on["fitness"].iloc[-1] == pytest.approx(form["fitness"].iloc[-1], rel=0.01)
    assert rest.index[0] == D(2025, 1, 1) + dt.timedelta(days=300)


def test_monotony_strain_acute_to_chronic() -> None:
    found = load.context(days(D(2026, 1, 5), [100, 0, 120, 60, 0, 150, 70]))
    assert found["monotony"].iloc[-1] == pytest.approx(1.2470, abs=1e-4)
    assert found["strain"].iloc[-1] == pytest.approx(623.51, abs=0.05)
    assert np.isnan(load.context(days(D(2026, 1, 5), [50.0] * 7))["monotony"].iloc[-1])
    ratio = load.context(days(D(2026, 1, 1), [50.0] * 21 + [80.0] * 7))["acute_chronic"].iloc[-1]
    assert ratio == pytest.approx(1.3913, abs=1e-4)


def test_eddington() -> None:
    values = [42, 41, 40, 35, 12, 8, 7, 7, 6, 5]
    assert eddington.number(np.array(values)) == 7
    when = pd.Series([D(2026, 1, 1) + dt.timedelta(days=n) for n in range(10)])
    history = eddington.history(when, pd.Series(values) * 1000.0)
    assert history["number"].iloc[-1] == 7
    assert history["number"].is_monotonic_increasing
    assert eddington.missing(when, pd.Series(values) * 1000.0, 8) == 2
    assert eddington.history(when[:0], pd.Series(dtype=float)).empty


def test_eddington_of_any_order_is_the_same_number() -> None:
    rng = np.random.default_rng(5)
    values = rng.integers(1, 60, 300)
    when = pd.Series([D(2024, 1, 1) + dt.timedelta(days=n) for n in range(300)])
    assert eddington.history(when, pd.Series(values) * 1000.0)["number"].iloc[-1] == eddington.number(values)


def test_two_rides_of_one_day_are_one_day() -> None:
    history = eddington.history(pd.Series([D(2026, 1, 1)] * 2), pd.Series([600.0, 600.0]))
    assert history["number"].tolist() == [1]


def test_streaks() -> None:
    on = [D(2024, 2, 27), D(2024, 2, 28), D(2024, 2, 29), D(2024, 3, 1), D(2024, 3, 4), D(2024, 3, 5)]
    longest, current = streaks.longest_and_current(on, D(2024, 3, 6))
    assert (longest.length, longest.last) == (4, D(2024, 3, 1))
    assert current.length == 2  # today may still extend it
    assert streaks.longest_and_current(on, D(2024, 3, 7))[1].length == 0
    assert streaks.longest_and_current([], D(2024, 3, 7))[0].length == 0


def test_weeks_in_a_row_over_week_53() -> None:
    on = [D(2020, 12, 23), D(2020, 12, 30), D(2021, 1, 5)]  # weeks 52, 53 and 1
    assert streaks.longest_and_current(on, D(2021, 1, 6), 7)[1].length == 3


def activities(*rows) -> pd.DataFrame:
    columns = ["local_day", "sport", "elapsed_s", "moving_s", "distance_m", "ascent_m", "load"]
    return pd.DataFrame([(d, "running", s, s, 1000.0, 10.0, 50.0) for d, s in rows], columns=columns)


def test_weeks_begin_on_monday_and_are_held_against_the_same_week_of_the_year_before() -> None:
    found = volume.with_last_year(
        activities((D(2025, 6, 4), 100.0), (D(2026, 6, 1), 60.0), (D(2026, 6, 7), 40.0)), "week", "moving_s"
    )
    assert found["start"].dt.date.tolist() == [D(2025, 6, 2), D(2026, 6, 1)]
    assert found["value"].tolist() == [100, 100]
    assert found["last_year"].iloc[1] == 100  # both are week 23


def test_week_53_and_29_february_have_a_year_before() -> None:
    found = volume.with_last_year(
        activities((D(2025, 12, 24), 7.0), (D(2026, 12, 30), 5.0)), "week", "moving_s"
    )
    assert found["last_year"].iloc[-1] == 7  # 2026 has a week 53 and 2025 has not, so its week 52 is used
    found = volume.with_last_year(activities((D(2023, 2, 28), 7.0), (D(2024, 2, 29), 5.0)), "day", "moving_s")
    assert found["last_year"].iloc[-1] == 7


def test_cumulative_lines_and_best_weeks() -> None:
    made = activities((D(2025, 12, 31), 9.0), (D(2026, 1, 1), 5.0), (D(2026, 1, 2), 6.0))
    found = volume.cumulative(made, "moving_s")
    assert found["total"].tolist() == [9, 5, 11]
    assert found["day_of_year"].tolist() == [365, 1, 2]
    best = volume.best_weeks(made, "moving_s")
    assert best["value"].tolist() == [20]  # all in one ISO week


def test_polarisation() -> None:
    assert intensity.polarisation_index(80, 5, 15) == pytest.approx(np.log10(0.80 / 0.05 * 0.15 * 100))
    for shares, index in (((80, 0, 20), 3.18), ((72, 0, 28), 3.29), ((68, 6, 26), 2.47), ((67.3, 30.2, 2.5), 0.75),
                          ((80.4, 17.9, 1.8), 0.91), ((74, 11, 15), 2.00)):  # fmt: skip
        assert round(intensity.polarisation_index(*shares), 2) == index, "table 1 of Treff and others 2019"
    assert intensity.polarisation_index(80, 20, 0) == 0
    assert intensity.polarisation_index(99.5, 0, 0.5) == 0
    assert np.isnan(intensity.polarisation_index(40, 10, 50)), "not defined: more hard than easy"
    assert np.isnan(intensity.polarisation_index(0, 0, 0))


def test_intensity_is_by_the_readers_weeks() -> None:
    """1 November 2026 is a Sunday: the last day of a week, or the first."""
    made = pd.DataFrame(
        {"local_day": [D(2026, 11, 1), D(2026, 11, 2)], "easy_s": 10.0, "moderate_s": 1.0, "hard_s": 2.0}
    )
    assert len(intensity.distribution(made, "week")) == 2
    assert intensity.distribution(made, "week", 6)["start"].dt.date.tolist() == [D(2026, 11, 1)]


def test_critical_power_from_efforts_that_obey_it() -> None:
    found = critical.fit([(t, 270 + 14_400 / t) for t in (180, 300, 600, 1200)])
    assert (found.rate, found.reserve) == pytest.approx((270, 14_400))
    assert found.rate_error < 0.01
    noisy = critical.fit(
        [(t, (270 * t + 14_400) * f / t) for t, f in ((180, 1.01), (400, 0.99), (1200, 1.0))]
    )
    assert noisy.rate == pytest.approx(270, abs=3 * noisy.rate_error + 1)
    assert noisy.rate_error > 0.5


def test_critical_speed_and_what_it_forecasts() -> None:
    found = critical.fit([(t, (4.33333 * t + 200) / t) for t in (300, 600, 1200)])
    assert (found.rate, found.reserve) == pytest.approx((4.33333, 200))
    assert critical.time_for(found, 10_000) == pytest.approx(2261.5, abs=0.1)


@pytest.mark.parametrize(
    "efforts",
    [
        [(180, 350), (720, 290)],
        [(60, 500), (180, 350), (300, 320)],
        [(300, 320), (310, 319), (320, 318)],
        [(180, 250), (300, 330), (1200, 260)],
        [(180, 200), (300, 260), (1200, 300)],
    ],
)
def test_critical_power_is_refused_where_efforts_were_few_alike_or_not_maximal(efforts) -> None:
    with pytest.raises(Refused):
        critical.fit(efforts)


HEARTS = {"max_heart_rate": 190.0, "resting_heart_rate": 60.0, "threshold_heart_rate": 170.0}


def test_zones_by_each_method() -> None:
    assert zones.zones("heart_rate", HEARTS, ("max", ())).bounds == pytest.approx((95, 114, 133, 152, 171))
    karvonen = zones.zones("heart_rate", HEARTS, ("reserve", ()))
    assert karvonen.bounds[2] == pytest.approx(151)  # 70 % of 60 to 190
    assert zones.zones("heart_rate", HEARTS, None).method == "threshold"
    assert zones.zones("heart_rate", HEARTS, ("own", [120, 150])).bounds == (120, 150)
    assert zones.zones("power", {"threshold_power": 200.0}, None).bounds == pytest.approx(
        (110, 150, 180, 210, 240, 300)
    )
    assert zones.zones("power", {}, None) is None


def test_a_value_equal_to_a_boundary_belongs_to_the_zone_above() -> None:
    assert zones.seconds_in(np.array([99.0, 100.0, 100.0, 120.0, np.nan]), [100, 120]) == [1, 2, 1]


@pytest.mark.parametrize("bounds", [[], [120, 110], [100, 100], [0, 50], [float("nan")], list(range(1, 12))])
def test_zones_out_of_order_are_refused(bounds) -> None:
    with pytest.raises(Refused):
        zones.check_bounds(bounds)


def test_suggestions() -> None:
    seconds = np.array([5, 120, 180, 300, 600, 1200, 1800])
    power = 270 + 14_400 / seconds
    found = {s.name: s.value for s in suggest.from_power("cycling", seconds, power)}
    assert found == {"threshold_power": 268, "critical_power": 270, "w_prime_j": 14_400}
    hearts = {s.name: s.value for s in suggest.from_heart_rate("running", seconds, np.full(7, 180.0))}
    assert hearts == {"max_heart_rate": 180, "threshold_heart_rate": 176}
    known = {("threshold_power", "cycling"): 267.0, ("max_heart_rate", ""): 190.0}
    made = [
        suggest.Suggestion("threshold_power", "cycling", 268, ""),
        suggest.Suggestion("max_heart_rate", "", 180, ""),
    ]
    assert suggest.new(made, known) == []
    higher = suggest.Suggestion("threshold_power", "cycling", 280, "")
    assert suggest.new([higher], known) == [higher]
    both = [
        suggest.Suggestion("critical_power", "cycling", 270, ""),
        suggest.Suggestion("w_prime_j", "cycling", 9e3, ""),
    ]
    assert suggest.new(both, {}) == both
    assert suggest.new(both, {("critical_power", "cycling"): 270.0, ("w_prime_j", "cycling"): 8e3}) == []
    assert suggest.new(both, {("critical_power", "cycling"): 270.0}) == both[1:], (
        "taken alone, W′ is still to be had"
    )


def test_swim_zones_by_the_lengths_of_a_pool_and_by_open_water() -> None:
    athlete = {"critical_swim_speed": 1.0}
    assert zones.zones("pace", athlete, None).bounds == (0.833, 0.909, 1.0, 1.053, 1.111)
    lengths = pd.DataFrame({
        "elapsed_s": [32.0, 26.0, 40.0, 25.0, 22.0], "distance_m": [25.0, np.nan, np.nan, 25.0, 25.0],
        "is_active": [True, True, False, True, True],
    })  # fmt: skip
    context = Context(
        "swimming", athlete=athlete, figures={"distance_m": 100.0}, load_lengths=lambda: lengths
    )
    found = zones.time_in_zones(track(distance=np.arange(146.0)), context, {})
    # 0.78 m/s is zone 1, 0.96 zone 3, 1.0 zone 4 (on its boundary), 1.14 zone 6; the rest does not count
    assert found["pace"]["seconds"] == [32, 0, 26, 25, 0, 22]
    open_water = track(distance=np.concatenate([0.95 * np.arange(601), np.full(120, 570.0)]))
    found = zones.time_in_zones(open_water, Context("swimming", athlete=athlete), {})
    assert sum(found["pace"]["seconds"]) == pytest.approx(600, abs=16)
    assert found["pace"]["seconds"][2] >= 580


def test_own_boundaries_of_pace_are_typed_as_paces() -> None:
    assert athlete_view.parse_bounds("5:00, 4:10", "pace", "running") == pytest.approx([1000 / 300, 4.0])
    assert athlete_view.parse_bounds("2:05 1:40", "pace", "swimming") == pytest.approx([0.8, 1.0])
    with pytest.raises(Refused, match="4:35"):
        athlete_view.parse_bounds("3.3", "pace", "running")
