"""What nobody can have done, as devices really write it, is cut out; the rest counts and is never too fast."""

import numpy as np
import pandas as pd
import pytest

from milevault_core import track as tracks
from milevault_core.records.cut import GLITCH_S, believed, merged, without
from milevault_core.records.efforts import curves, efforts
from milevault_core.records.mean_max import CURVE_DURATIONS
from milevault_core.records.performance import Performance
from milevault_core.records.plausible import IMPOSSIBLE, STRETCH, world_record_s

START = np.datetime64("2025-03-01T07:00:00", "us")


def performance(speed, sport="running", noise=None, **more) -> Performance:
    """One point per second; speed: m/s of each second. noise: "whole" metres, "jitter" of times, "gps"."""
    rng = np.random.default_rng(3)
    seconds = np.arange(len(speed) + 1.0)
    way = np.append(0.0, np.cumsum(speed))
    if noise == "whole":
        way = np.floor(way)
    if noise == "jitter":
        seconds = seconds + np.append(0.0, rng.uniform(-0.4, 0.4, len(speed)))
    if noise == "gps":
        way = np.append(0.0, np.cumsum(np.abs(speed + rng.normal(0, 0.8, len(speed)))))
    times = START + (seconds * 1e6).astype("timedelta64[us]")
    track = tracks.from_columns({"time": times, "distance": way, **more})
    figures = {"distance_m": way[-1], "elapsed_s": seconds[-1], "moving_s": seconds[-1], "ascent_m": 100.0}
    return Performance(track, sport, figures=figures, source="gps")


def times(found) -> dict:
    return {e.key: e for e in found if e.kind == "best_time"}


def one(found, kind):
    return next((e for e in found if e.kind == kind), None)


@pytest.mark.parametrize("noise", [None, "whole", "jitter", "gps"])
def test_an_ultra_keeps_all_but_its_last_seconds_in_a_car(noise):
    speed = np.full(40_000, 2.6)
    speed[-40:] = np.concatenate([np.linspace(2.6, 12, 10), np.full(30, 12.0)])
    clean, found = efforts(performance(speed[:-40], noise=noise)), efforts(performance(speed, noise=noise))
    assert one(found, IMPOSSIBLE) is None
    assert one(found, STRETCH) is not None
    mine, true = times(found), times(clean)
    assert set(mine) == set(true)
    for key, effort in mine.items():
        assert effort.value == pytest.approx(true[key].value, rel=0.01)
        assert effort.t1_s < 39_975
    assert one(found, "longest_distance").value == pytest.approx(
        one(clean, "longest_distance").value, rel=0.001
    )


@pytest.mark.parametrize("noise", [None, "whole", "gps"])
def test_a_drive_home_takes_nothing_from_the_run_before_it(noise):
    speed = np.concatenate([np.full(3_700, 2.9), np.zeros(60)])
    drive = np.concatenate([np.linspace(0, 11.5, 30), np.full(200, 11.5), np.linspace(11.5, 0, 20), np.zeros(70),
                            np.linspace(0, 11.8, 30), np.full(180, 11.8), np.zeros(20)])  # fmt: skip
    found = efforts(performance(np.concatenate([speed, drive]), noise=noise))
    assert one(found, IMPOSSIBLE) is None
    assert set(times(found)) >= {400, 1_000, 5_000, 10_000}
    assert all(e.t1_s <= 3_765 for e in times(found).values())
    clean = times(efforts(performance(speed, noise=noise)))
    assert all(times(found)[k].value == pytest.approx(clean[k].value, rel=0.02) for k in clean)
    assert one(found, "most_climb") is None, "nobody knows what of it the car climbed"


def test_a_glitch_costs_its_metres_and_no_distance():
    speed = np.full(3_434, 3.0)  # 10.3 km
    speed[1_000:1_012] = 11.5
    found = efforts(performance(speed))
    best = times(found)[10_000]
    assert 10_000 / 3 <= best.value <= 10_000 / 3 + 25
    assert one(found, STRETCH).value == pytest.approx(12 * 11.5, abs=40)


@pytest.mark.parametrize("step", [13.0, 40.0, 900.0])
def test_one_step_too_fast_cuts_no_run(step):
    """A device that writes whole metres has too many of them in one second: the 10 km still count, slightly slower."""
    speed = np.full(3_434, 3.0)
    speed[[700, 2_000]] = step
    best = times(efforts(performance(speed, noise="whole")))[10_000]
    assert 10_000 / 3 <= best.value <= 10_000 / 3 + 3


def test_what_is_left_is_not_as_fast_as_the_world_record():
    """Cutting out only the window would leave a rest that is exactly as fast as the record."""
    speed = np.full(5_000, 3.0)
    for begin, top in ((800, 10.8), (2_500, 9.6), (4_000, 11.9)):
        speed[begin : begin + 90] = top * np.sin(np.linspace(0, np.pi, 90)) ** 0.3
    found = times(efforts(performance(np.maximum(speed, 3.0), noise="gps")))
    for distance in (400, 1_000, 1_609.344, 3_218.688):
        assert found[distance].value > 1.5 * world_record_s("running", distance)


def test_a_pool_swim_with_uneven_lengths_keeps_the_others():
    rng = np.random.default_rng(4)
    took = rng.normal(26, 1.0, 80)
    took[20], took[21] = 7.0, 45.0  # a turn detected far too early
    took[60], took[61] = 8.5, 9.0  # one length counted as two
    begin = np.append(0.0, np.cumsum(took)[:-1])
    lengths = pd.DataFrame({
        "start_time": START + (begin * 1e6).astype("timedelta64[us]"), "elapsed_s": took, "distance_m": 25.0,
        "is_active": True,
    })  # fmt: skip
    figures = {"distance_m": 2_000.0, "elapsed_s": took.sum(), "moving_s": took.sum(), "pool_length_m": 25.0}
    found = efforts(Performance(tracks.empty(), "swimming", None, lengths, figures))
    assert one(found, IMPOSSIBLE) is None
    best = times(found)
    assert set(best) >= {50, 100, 200, 400, 1_500}
    assert best[50].value > 44
    assert best[1_500].value > 1_500 / 25 * 24
    paces = [best[d].value / d for d in sorted(best)]
    assert (np.diff([best[d].value for d in sorted(best)]) > 0).all(), "further takes longer"
    assert min(paces) == pytest.approx(paces[0], rel=0.1)


def test_its_owner_vouches_for_it_and_all_of_it_counts():
    speed = np.full(3_000, 3.0)
    speed[1_000:1_060] = 12.0
    vouched = performance(speed)
    vouched.is_vouched = True
    assert times(efforts(vouched))[400].value == pytest.approx(400 / 12)
    assert one(efforts(vouched), STRETCH) is None


@pytest.mark.parametrize("of", ["way", "heart_rate", "altitude"])
def test_a_stretch_its_owner_took_out_is_no_part_of_anything(of):
    speed, heart, altitude = np.full(3_600, 3.0), np.full(3_601, 150.0), np.full(3_601, 10.0)
    speed[1_000:1_100], heart[1_000:1_100] = 6.0, 215.0
    altitude[1_000:1_100] = 500.0
    some = performance(speed, heart_rate=heart, altitude=altitude)
    some.rejected = {of: [(1_010.0, 1_090.0)]}
    found = efforts(some)
    clean = {"best_time": 400 / 3, "heart_rate": 150.0, "highest_altitude": 10.0}
    wild = {"best_time": 400 / 6, "heart_rate": 215.0, "highest_altitude": 500.0}
    kind = {"way": "best_time", "heart_rate": "heart_rate", "altitude": "highest_altitude"}
    for name, values in ((n, clean if kind[of] == n else wild) for n in clean):
        key = {"best_time": 400, "heart_rate": 60, "highest_altitude": 0}[name]
        value = next(e.value for e in found if e.kind == name and e.key == key)
        if kind[of] != name or of == "way":
            assert value == pytest.approx(values[name], rel=0.03), name
        elif of == "altitude":
            assert value > 10.0, "what lies beside the stretch still counts"


def test_the_speed_curve_begins_where_it_is_no_noise():
    found = curves(performance(np.full(3_600, 3.0), noise="gps"))["speed"]
    at = {d: k for k, d in enumerate(CURVE_DURATIONS)}
    assert np.isnan(found[: at[10]]).all()
    assert found[at[10]] < 5


def test_stretches():
    assert merged([(0, 10), (5, 12), (13, 20)]) == [(0, 12), (13, 20)]
    assert merged([(0, 60), (100, 170), (400, 420)]) == [(0, 170), (400, 420)]
    t = np.arange(200.0)
    short = without([(t, 3 * t)], [(50.0, 60.0)])
    assert [(d[0], d[-1]) for _, d in short] == [(0, 567)]
    parts = without([(t, 3 * t)], [(50.0, 60.0 + GLITCH_S)])
    assert [(float(a[0]), float(a[-1])) for a, _ in parts] == [(0, 50), (90, 199)]
    assert believed([(t, 3 * t)], "running")[1].stretches == ()
    assert believed([(t, 30 * t)], "yoga")[1].stretches == ()
