"""Splits, and the figures of a stretch."""

from dataclasses import fields
from itertools import pairwise

import numpy as np
import pytest

from milevault_core.activities import splits, stretch
from milevault_core.metrics import Context
from milevault_core.metrics.climb import climb_series, climbed
from milevault_core.metrics.moving import moving_s
from milevault_core.track import arrays
from milevault_core.view.activities.along import moving
from tests.builders.tracks import ride


def of(track, start: int, stop: int) -> stretch.Figures:
    slope = stretch.grades(track)
    graded = stretch.graded_metres(track, slope)
    return stretch.figures(track, start, stop, moving(track), graded, climb_series(track))


@pytest.mark.parametrize("unit_m", [1_000.0, 1_609.344, 100.0])
def test_splits_add_up(unit_m: float) -> None:
    track = ride(3_600, pause_at=1_000)
    found = splits.cuts(track, unit_m)
    whole = of(track, 0, len(track))
    assert all(a[1] - 1 == b[0] for a, b in pairwise(found))
    assert sum(m for _, _, m in found) == pytest.approx(whole.distance_m, abs=1e-6)
    each = [of(track, a, b) for a, b, _ in found]
    assert sum(one.elapsed_s for one in each) == pytest.approx(whole.elapsed_s)
    assert sum(one.moving_s for one in each) == pytest.approx(whole.moving_s, abs=0.01)
    for one, (_, _, metres) in zip(each, found, strict=True):
        assert one.distance_m == pytest.approx(metres, abs=12)  # one point per second at up to 12 m/s


@pytest.mark.parametrize("noise_m", [0.0, 0.3, 4.0], ids=["smooth", "barometer", "receiver"])
@pytest.mark.parametrize("unit_m", [1_000.0, 250.0])
def test_the_climbs_of_the_splits_are_the_activitys(noise_m: float, unit_m: float) -> None:
    track = hilly(noise_m)
    whole = of(track, 0, len(track))
    assert (whole.ascent_m, whole.descent_m) == pytest.approx(climbed(track))
    assert whole.ascent_m > 150
    each = [of(track, a, b) for a, b, _ in splits.cuts(track, unit_m)]
    assert sum(one.ascent_m for one in each) == pytest.approx(whole.ascent_m)
    assert sum(one.descent_m for one in each) == pytest.approx(whole.descent_m)
    assert min(min(one.ascent_m, one.descent_m) for one in each) >= 0


def test_a_split_climbs_what_lies_in_it() -> None:
    track = hilly(0.0)
    first, second = (
        of(track, a, b) for a, b, _ in splits.cuts(track, 1_800.0)[:2]
    )  # up a hill and down again
    assert (first.ascent_m, first.descent_m) == pytest.approx((100, 0), abs=2)
    assert (second.ascent_m, second.descent_m) == pytest.approx((0, 100), abs=2)


def test_the_climb_series_begins_at_nothing_and_ends_with_the_whole() -> None:
    rng = np.random.default_rng(5)
    for noise_m in (0.0, 0.5, 3.0):
        track = hilly(noise_m)
        track.loc[rng.random(len(track)) < 0.1, "altitude"] = np.nan
        up, down = climb_series(track)
        assert (up[0], down[0]) == (0, 0)
        assert (up[-1], down[-1]) == pytest.approx(climbed(track))
        assert min(np.diff(up).min(), np.diff(down).min()) >= 0
    flat = track.assign(altitude=5.0)
    assert climb_series(flat)[0].tolist() == [0.0] * len(flat)
    assert np.isnan(climb_series(track.assign(altitude=np.nan))[0]).all()


def hilly(noise_m: float):
    """Two hills of 100 m, each 10 minutes up and 10 down at 3 m/s; noise correlated over 40 s."""
    track = ride(2_401)
    seconds = np.arange(2_401.0)
    rng, keep = np.random.default_rng(7), np.exp(-1 / 40)
    noise = np.zeros(len(seconds))
    for i, push in enumerate(rng.normal(0, noise_m * np.sqrt(1 - keep**2), len(seconds))):
        noise[i] = keep * noise[i - 1] + push if i else push
    hill = np.interp(seconds % 1_200, [0, 600, 1_200], [0, 100, 0])
    return track.assign(distance=3.0 * seconds, altitude=np.round(300 + hill + noise, 1))


def test_no_way_no_splits() -> None:
    track = ride(100)
    assert splits.cuts(track.assign(distance=np.nan), 1_000.0) == []
    assert splits.cuts(track.iloc[:1], 1_000.0) == []
    assert splits.cuts(track.assign(distance=5.0), 1_000.0) == []


def test_graded_pace_is_faster_uphill_and_the_same_on_the_flat() -> None:
    track = ride(1_200)
    track["distance"] = 3.0 * np.arange(1_200)
    flat = track.assign(altitude=100.0)
    up = track.assign(altitude=100 + 0.1 * track["distance"])
    down = track.assign(altitude=1_000 - 0.1 * track["distance"])
    assert of(flat, 0, 1_200).graded_speed == pytest.approx(of(flat, 0, 1_200).speed, rel=1e-6)
    assert of(up, 0, 1_200).graded_speed == pytest.approx(3.0 * 1.523, rel=0.03)
    assert of(down, 0, 1_200).graded_speed == pytest.approx(3.0 * 0.877, rel=0.03)
    assert stretch.grades(up)[600] == pytest.approx(10.0, abs=0.1)


def test_normalized_power_of_worked_values() -> None:
    """Allen and Coggan: a steady effort gives its own power; 5 min at 300 W and 5 min at 100 W by turns give 255 W."""
    seconds = np.arange(3_600.0)
    assert stretch.normalized_power(seconds, np.full(3_600, 211.0)) == pytest.approx(211)
    turns = np.where((seconds // 300) % 2 == 0, 300.0, 100.0)
    assert stretch.normalized_power(seconds, turns) == pytest.approx(253, abs=4)
    holes = turns.copy()
    holes[1_500:1_800:2] = np.nan
    assert stretch.normalized_power(seconds, holes) == pytest.approx(253, abs=4), (
        "a missing sample is not 0 W"
    )
    assert np.isnan(stretch.normalized_power(seconds[:20], turns[:20]))


def test_many_stretches_at_once_have_the_figures_of_each() -> None:
    track = ride(1_800, pause_at=700)
    random = np.random.default_rng(5)
    for name in ("heart_rate", "power", "altitude", "distance"):
        track.loc[random.random(1_800) < 0.2, name] = np.nan
    track.loc[300:420, ["heart_rate", "distance"]] = np.nan
    spans = [(a, b) for a, b, _ in splits.cuts(track, 1_000.0)]
    spans += [(310, 400), (5, 6), (0, 1_800), (1_799, 1_800), (650, 760)]
    along, graded = moving(track), stretch.graded_metres(track, stretch.grades(track))
    climbs = climb_series(track)
    each = [stretch.figures(track, *span, along, graded, climbs, is_brief=True) for span in spans]
    for one, other in zip(stretch.brief_figures(track, spans, along, graded, climbs), each, strict=True):
        for field in fields(one):
            expected = pytest.approx(getattr(other, field.name), rel=1e-9, nan_ok=True)
            assert getattr(one, field.name) == expected, field.name
    assert stretch.brief_figures(track, [], along, graded, climbs) == []


@pytest.mark.parametrize(("sport", "m_s"), [("swimming", 0.45), ("hiking", 0.35), ("running", 3.0)])
def test_the_splits_of_a_slow_activity_have_its_moving_time(sport: str, m_s: float) -> None:
    """A swimmer in the sea and a walker uphill are slower than the speed that counts as standing for a runner."""
    track = ride(3_601).assign(distance=m_s * np.arange(3_601.0))
    moved = moving(track, sport)
    assert moved[-1] == pytest.approx(moving_s(arrays(track), Context(sport)))
    assert moved[-1] == pytest.approx(3_600)


def test_moving_time_along_the_way_is_that_of_the_activity() -> None:
    """With stops, and with a distance that is written every eight seconds."""
    seconds = np.arange(3_601.0)
    track = ride(3_601).assign(distance=np.floor(3.0 * seconds / 24.0) * 24.0)
    assert moving(track, "running")[-1] == pytest.approx(moving_s(arrays(track), Context("running")), abs=1)
    stopped = ride(3_600, pause_at=1_000)
    assert moving(stopped, "cycling")[-1] == pytest.approx(
        moving_s(arrays(stopped), Context("cycling")), abs=1
    )
