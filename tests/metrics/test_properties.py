"""What holds for every metric, and what messy data must not do to it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milevault_core.metrics import METRICS, Context, in_order, winner
from milevault_core.metrics import seconds as clock
from milevault_core.records.mean_max import every_second
from milevault_core.training.zones import time_in_zones
from tests.metrics.made import ATHLETE, computed, results, track

RNG = np.random.default_rng(17)


def an_hour(n: int = 3600, rng: np.random.Generator = RNG) -> dict:
    """A hilly ride or run with every channel, as messy as real ones: noise, coasting, heart rate that lags."""
    t = np.arange(n)
    hill = 60 * np.sin(t / 240) + 8 * np.sin(t / 47)
    power = np.clip(190 + 70 * np.cos(t / 240) + rng.normal(0, 35, n), 0, None)
    power[rng.random(n) < 0.04] = 0
    heart_rate = np.round(132 + 18 * np.cos((t - 30) / 240) + rng.normal(0, 1, n))
    way = np.cumsum(np.clip(3.2 - 0.4 * np.cos(t / 240) + rng.normal(0, 0.1, n), 0.2, None))
    return track(power=power.round(), heart_rate=heart_rate, distance=way, altitude=300 + hill)


@pytest.mark.parametrize("sport", ["cycling", "running", "swimming", "strength"])
def test_no_metric_is_ever_nan_infinite_or_negative_time(sport: str) -> None:
    for made in (
        an_hour(),
        track(power=[1.0, 2.0]),
        track(heart_rate=np.full(5, np.nan)),
        track(distance=[0.0]),
    ):
        found = computed(made, sport)
        assert all(np.isfinite(v) for v in found.values())
        assert all(found[name] >= 0 for name in found if METRICS[name].unit == "s")


@given(st.floats(0.2, 3.0))
@settings(max_examples=20, deadline=None)
def test_twice_the_power_is_four_times_the_load(factor: float) -> None:
    power = np.abs(np.sin(np.arange(600) / 9)) * 300
    once, more = computed(track(power=power)), computed(track(power=power * factor))
    assert more["normalized_power"] == pytest.approx(factor * once["normalized_power"])
    assert more["power_load"] == pytest.approx(factor**2 * once["power_load"])
    assert more["variability_index"] == pytest.approx(once["variability_index"])


def test_constant_input_is_its_own_mean() -> None:
    found = computed(track(power=np.full(900, 211.0), heart_rate=np.full(900, 140.0)))
    assert found["normalized_power"] == pytest.approx(211)
    assert found["variability_index"] == pytest.approx(1)
    assert found["efficiency_factor"] == pytest.approx(211 / 140)


def test_a_missing_value_is_not_0_watts() -> None:
    power = np.full(1200, 220.0)
    power[RNG.random(1200) < 0.1] = np.nan
    assert computed(track(power=power))["normalized_power"] == pytest.approx(220)


def test_a_pause_is_no_part_of_the_timer() -> None:
    whole = track(power=np.full(1200, 220.0))
    paused = track(np.append(np.arange(600), np.arange(600) + 3600), power=np.full(1200, 220.0))
    for name in ("normalized_power", "power_load", "work_j"):
        assert computed(paused)[name] == pytest.approx(computed(whole)[name], rel=0.002)


def test_records_and_metrics_share_one_rule_of_gaps() -> None:
    seconds = np.array([0.0, 1, 9, 10, 21, 22])
    values = np.array([100.0, 100, 180, 180, 300, 300])
    grid, ours = clock.resample(seconds, values)
    theirs, watts = every_second(seconds, values, silent_is_zero=False)
    assert grid.tolist() == theirs.tolist()
    assert np.array_equal(ours, watts, equal_nan=True)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("sport", ["cycling", "running"])
def test_smart_recording_changes_no_zone_by_a_point_and_no_load_by_a_percent(sport: str, seed: int) -> None:
    """Thinned as devices do it: a point where something changed, and at least every 7 s. Heart rate and pace stay
    as they are; power is a mean over 5 s, because noise that is new every second is lost with the points left out."""
    made = an_hour(rng=np.random.default_rng(seed))
    made["power"] = np.convolve(np.pad(made["power"], 2, mode="edge"), np.ones(5) / 5, "valid").round()
    kept, last = np.zeros(3600, bool), 0
    for n in range(3600):
        turned = (
            abs(made["power"][n] - made["power"][last]) > 8
            or made["heart_rate"][n] != made["heart_rate"][last]
        )
        if n in (0, 3599) or n - last >= 7 or (turned and n - last >= 2):
            kept[n], last = True, n
    assert kept.mean() < 0.6
    thin = {name: values[kept] for name, values in made.items()}
    full, less = computed(made, sport), computed(thin, sport)
    for name in ("load", "heart_rate_load", "power_load", "pace_load", "trimp", "edwards_trimp"):
        if name in full:
            assert less[name] == pytest.approx(full[name], rel=0.01), name
    context = Context(sport, athlete=ATHLETE)
    all_zones, few = time_in_zones(made, context, {}), time_in_zones(thin, context, {})
    assert set(all_zones) == set(few) >= {"heart_rate", "power"}
    assert ("pace" in few) == (sport == "running")
    for kind, of in all_zones.items():
        a, b = (np.array(seconds, float) for seconds in (of["seconds"], few[kind]["seconds"]))
        assert np.abs(100 * a / a.sum() - 100 * b / b.sum()).max() <= 1.0, kind
    for name in ("easy_s", "moderate_s", "hard_s"):
        assert abs(full[name] - less[name]) <= 36, name


def test_an_old_watch_on_a_walk_writes_two_points_a_minute_and_a_pause_is_still_one() -> None:
    """Garmin's smart recording of a slow activity: points up to 30 s apart, and no second of it is lost."""
    t = np.arange(3600)
    beats, way = np.round(104 + 12 * np.sin(t / 700)), 1.4 * t
    at = np.append(np.cumsum(np.random.default_rng(3).integers(2, 30, 300)), 3599)
    at = np.unique([0, 1800, 1801, *at[at < 3600]])  # the timer is stopped at 1800
    thin = track(at + 600 * (at > 1800), heart_rate=beats[at], distance=way[at])
    full = track(heart_rate=beats, distance=way)
    a, b = computed(full, "walking"), computed(thin, "walking")
    for name in ("trimp", "heart_rate_load", "edwards_trimp", "efficiency_factor"):
        if name in a:
            assert b[name] == pytest.approx(a[name], rel=0.01), name
    context, by = Context("walking", athlete=ATHLETE), {"heart_rate": ("max", ())}
    told, few = (time_in_zones(made, context, by)["heart_rate"]["seconds"] for made in (full, thin))
    assert sum(few) == pytest.approx(3600, abs=30)
    assert np.abs(np.array(told) / sum(told) - np.array(few) / sum(few)).max() <= 0.01


@pytest.mark.parametrize("sport", ["cycling", "running"])
def test_a_heart_rate_of_the_warm_up_alone_makes_no_efficiency(sport: str) -> None:
    beats, n = np.where(np.arange(HOUR) < 600, 110.0, 150.0), np.arange(HOUR)
    whole = {"power": np.full(HOUR, 200.0), "distance": 3.0 * n}
    assert computed(track(heart_rate=beats, **whole), sport)["efficiency_factor"] < 1.45
    strap_lost = results(track(heart_rate=np.where(n < 600, beats, np.nan), **whole), sport)
    assert "efficiency_factor" not in strap_lost.metrics, "1.8: of a fit person"
    assert "missing for more than a fifth" in strap_lost.reasons["efficiency_factor"]


def test_on_the_flat_graded_pace_is_the_pace_whatever_the_device_calls_moving() -> None:
    """With a watch whose timer kept running at traffic lights: the page shows pace and graded pace side by side."""
    way = 3.0 * (np.arange(1800) - np.clip(np.arange(1800) - 600, 0, 600))
    made = track(distance=way, altitude=np.full(1800, 100.0))
    for moving in (1200.0, 1799.0):
        found = computed(made, "running", device={"moving_s": moving})
        assert found["graded_speed"] == pytest.approx(way[-1] / moving, rel=0.002)
        assert found["pace_load"] == pytest.approx(1200 / 3600 * (3 / 4) ** 2 * 100, rel=0.01)


def test_a_jump_of_the_way_is_no_race() -> None:
    way = 2.5 * np.arange(4000.0)
    way[2000:] += 2900.0
    assert computed(track(distance=way), "running")["vdot"] < 80, "over ten minutes 95: nobody runs that"


def test_an_hour_on_the_spot_is_an_hour_of_load_by_rating() -> None:
    """With weights or on a climbing wall, the little distance there is says nothing about the duration."""
    spot = track(distance=np.minimum(np.arange(3600.0), 90.0))
    found = computed(spot, "strength", device={"rpe": 7.0})
    assert found["moving_s"] < 120
    assert found["rpe_load"] == pytest.approx(100, rel=0.01)
    with_a_stop = track(distance=3.0 * np.minimum(np.arange(4500.0), 3600.0))
    assert computed(with_a_stop, "running", device={"rpe": 7.0})["rpe_load"] == pytest.approx(100, rel=0.01)


def test_without_thresholds_the_reason_is_told_and_nothing_is_0() -> None:
    found = results(an_hour(), "cycling", {})
    assert "load" not in found.metrics
    assert (
        found.reasons["power_load"]
        == "It needs your threshold power (FTP) in this sport, which is not known for that day."
    )
    assert "threshold" in found.reasons["load"]


@pytest.mark.parametrize(
    ("known", "basis"),
    [
        (("threshold_power", "threshold_speed", "hearts"), 1),
        (("threshold_speed", "hearts"), 2),
        (("hearts",), 4),
    ],
)
def test_the_ladder(known: tuple[str, ...], basis: int) -> None:
    hearts = ("max_heart_rate", "resting_heart_rate", "threshold_heart_rate")
    names = [n for k in known for n in (hearts if k == "hearts" else (k,))]
    found = computed(an_hour(), "running", {n: ATHLETE[n] for n in names})
    assert found["load_basis"] == basis


def test_decoupling_only_where_it_means_something() -> None:
    short = results(track(power=np.full(1800, 200.0), heart_rate=np.full(1800, 140.0)))
    assert "40 minutes" in short.reasons["decoupling"]
    wild = np.repeat([100.0, 300.0] * 6, 300)
    assert "steady" in results(track(power=wild, heart_rate=np.full(3600, 140.0))).reasons["decoupling"]


def test_the_winner() -> None:
    device_first, ours_first = METRICS["ascent_m"], METRICS["normalized_power"]
    assert winner(device_first, 3.0, 2.0, 1.0) == 3.0
    assert winner(device_first, None, 2.0, 1.0) == 2.0
    assert winner(device_first, None, 0.0, 1.0) == 1.0  # 0: the device has not measured it
    assert winner(ours_first, None, 2.0, 1.0) == 1.0
    assert winner(ours_first, None, 2.0, None) == 2.0
    assert winner(ours_first, None, None, None) is None


def test_every_metric_comes_after_what_it_needs_and_is_documented() -> None:
    done: set[str] = set()
    for one in in_order():
        assert {*one.needs, *one.after} <= done, one.name
        done.add(one.name)
        assert one.doc.strip(), one.name
        if one.compute and "as for" not in one.doc:
            assert "Definition:" in one.doc, one.name
    assert done == set(METRICS)


HOUR = 3600


def known_for(seconds: int, value: float, n: int = HOUR) -> np.ndarray:
    """A channel that ends after some seconds."""
    return np.where(np.arange(n) < seconds, value, np.nan)


@given(st.integers(60, HOUR), st.sampled_from([("cycling", "power"), ("running", "distance")]))
@settings(max_examples=25, deadline=None)
def test_what_covers_only_a_part_does_not_stand_for_the_whole(seconds: int, of: tuple[str, str]) -> None:
    """When a meter dies early, the next rung gives the load, as if the meter had never been there."""
    sport, channel = of
    hearts = np.full(HOUR, 165.0)
    first = known_for(seconds, 200.0) if channel == "power" else known_for(seconds, 3.0) * np.arange(HOUR)
    found = computed(track(heart_rate=hearts, **{channel: first}), sport)
    by_heart = computed(track(heart_rate=hearts), sport)["load"]
    if seconds >= 0.8 * HOUR + 5:
        assert found["load_basis"] == {"power": 1, "distance": 2}[channel]
    if seconds <= 0.8 * HOUR - 5:
        assert (found["load"], found["load_basis"]) == (pytest.approx(by_heart), 4)


def test_a_heart_rate_of_five_minutes_leaves_the_load_to_the_rating_or_to_none() -> None:
    made = track(heart_rate=known_for(300, 165.0))
    assert computed(made, device={"rpe": 7.0})["load_basis"] == 5
    without = results(made)
    assert "load" not in without.metrics
    assert "load_basis" not in without.metrics
    assert "missing for more than a fifth" in without.reasons["load"]


def test_a_stop_at_a_cafe_without_power_is_not_held_against_the_power() -> None:
    way = np.append(8.0 * np.arange(HOUR), np.full(HOUR, 8.0 * HOUR))
    made = track(distance=way, power=known_for(HOUR, 200.0, 2 * HOUR), heart_rate=np.full(2 * HOUR, 100.0))
    assert computed(made)["load_basis"] == 1


@pytest.mark.parametrize("channel", ["heart_rate", "power", "distance"])
@pytest.mark.parametrize("sport", ["cycling", "running", "hiking"])
def test_a_single_value_makes_no_amount_of_0(sport: str, channel: str) -> None:
    alone = np.full(600, np.nan)
    alone[100] = 150.0
    athlete = ATHLETE | {"critical_power": 230.0, "w_prime_j": 15e3}
    found = computed(track(**{channel: alone}), sport, athlete, device={"rpe": 7.0})
    names = (
        "trimp",
        "edwards_trimp",
        "work_j",
        "w_prime_left_j",
        "energy_j",
        "easy_s",
        "moderate_s",
        "hard_s",
    )
    assert not set(names) & set(found)
    assert found["load_basis"] == 5
    assert found["load"] > 0
