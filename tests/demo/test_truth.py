"""The truth is consistent with itself, with the geometry, and with measurements of noise-free paths."""

import numpy as np
import pytest

from milevault_core.demo import exact, places, routes, segments, truth
from milevault_core.demo.activity import activities
from milevault_core.demo.gps import MISSING, SEMICIRCLES
from milevault_core.demo.recording import recordings
from milevault_core.geo.sphere import haversine_m
from tests.demo.made import YEARS, S, all_of_s, one_of_each


@pytest.mark.parametrize("place", places.PLACES.values(), ids=lambda p: p.name)
def test_the_literals_of_a_place_are_its_latitudes(place):
    assert place.cosine == pytest.approx(np.cos(np.radians(place.lat)), abs=1e-15)
    assert place.tangent == pytest.approx(np.tan(np.radians(place.lat)), abs=1e-14)


@pytest.mark.parametrize("name", places.PLACES)
def test_lengths_are_those_on_the_globe(name):
    for route in routes.catalog(S.seed, name):
        path = routes.path(S.seed, route)
        lat, lon = places.to_degrees(path.place, path.x, path.y)
        on_globe = haversine_m(lat[:-1], lon[:-1], lat[1:], lon[1:]).sum()
        assert on_globe == pytest.approx(path.length_m, rel=5e-6), route.id


@pytest.mark.parametrize("name", places.PLACES)
def test_activities_begin_in_the_time_zone_of_their_place(name):
    from tzfpy import get_tz

    place = places.PLACES[name]
    for x in (-2500, 0, 2500):
        lat, lon = places.to_degrees(place, np.array([x]), np.array([x / 2]))
        assert get_tz(float(lon[0]), float(lat[0])) == place.time_zone


def test_reverse_is_the_same_line_and_the_opposite_climb():
    route = routes.find(S.seed, "home", "home-running-5")
    there, back = routes.path(S.seed, route), routes.path(S.seed, route, reverse=True)
    assert np.allclose(there.x, back.x[::-1], atol=1e-9)
    assert np.allclose(there.y, back.y[::-1], atol=1e-9)
    assert back.length_m == pytest.approx(there.length_m, abs=1e-6)
    up = np.maximum(np.diff(there.z), 0).sum()
    assert np.maximum(-np.diff(back.z), 0).sum() == pytest.approx(up, rel=0.01)


def test_a_loop_begun_elsewhere_is_as_long_and_in_the_same_place():
    route = routes.find(S.seed, "home", "home-running-5")
    plain, shifted = routes.path(S.seed, route), routes.path(S.seed, route, shift=12)
    # The corner at the start is round in one path and sharp in the other.
    assert shifted.length_m == pytest.approx(plain.length_m, abs=15)
    assert (shifted.x[0], shifted.y[0]) != (plain.x[0], plain.y[0])
    for x, y in zip(shifted.x[::9], shifted.y[::9], strict=True):
        assert np.hypot(plain.x - x, plain.y - y).min() < 130  # the next vertex is at most half a block away


def test_laps_of_a_route_repeat_it():
    route = routes.find(S.seed, "home", "home-track")
    assert routes.path(S.seed, route).length_m == pytest.approx(400, abs=0.2)
    assert routes.path(S.seed, route, laps=25).length_m == pytest.approx(10_000, abs=4)


def test_device_distance_is_the_true_one():
    for made in all_of_s():
        if "distance" in made.columns:
            assert made.columns["distance"][-1] / 100 == pytest.approx(made.distance_m, abs=0.006), made.key
            assert (np.diff(made.columns["distance"]) >= 0).all()


def test_positions_are_the_path_and_a_little_noise():
    made = one_of_each()["long"]
    path = routes.path(
        made.athlete.seed, made.session.route, made.session.reverse, made.session.shift, made.session.laps
    )
    assert made.journey is not None
    at = exact.lerp(made.seconds.astype(float), made.journey.t, made.journey.s)
    lat, lon = places.to_degrees(path.place, exact.lerp(at, path.s, path.x), exact.lerp(at, path.s, path.y))
    good = made.columns["lat"] != MISSING
    good[made.spikes] = False
    off = haversine_m(lat, lon, made.columns["lat"] / SEMICIRCLES, made.columns["lon"] / SEMICIRCLES)[good]
    assert 1 < np.median(off) < 6
    assert off.max() < 25


def test_spikes_are_far_off_and_known():
    found = 0
    for made in activities(YEARS, 0, 200):
        for row in made.spikes:
            found += 1
            lat, lon = made.columns["lat"] / SEMICIRCLES, made.columns["lon"] / SEMICIRCLES
            near = next(k for k in range(row - 1, -1, -1) if k not in made.spikes)
            assert haversine_m(lat[near], lon[near], lat[row], lon[row]) > 800
    assert found, "one outdoor activity of forty has a spike"


@pytest.mark.parametrize("kind", ["easy", "tempo", "commute", "hike", "long"])
def test_best_efforts_are_the_fastest_windows(kind):
    """Compared with windows starting every 2 m: none is faster, and one is about as fast."""
    way = one_of_each()[kind].journey
    assert way is not None
    # Make distance strictly increasing, with pauses of next to no length, so that np.interp is unambiguous.
    s = way.s + np.arange(len(way.s)) * 1e-7
    for distance, best in truth.best_efforts(way).items():
        begin = np.arange(0.0, way.s[-1] - distance, 2.0)
        took = np.interp(begin + distance, s, way.t) - np.interp(begin, s, way.t)
        assert best <= took.min() + 1e-3
        assert best == pytest.approx(took.min(), rel=0.004)


def test_best_efforts_of_an_even_journey():
    """3 m/s for 1,000 s, a stop of 100 s, then 4 m/s for 1,000 s: 3 km are best at 4 m/s, 5 km include the stop."""
    from milevault_core.demo.motion import journey

    knots = np.arange(0, 7001, 20.0)
    speed = np.where(knots[:-1] < 3000, 3.0, 4.0)
    way = journey(knots, speed, [(150, 100)])
    best = truth.best_efforts(way)
    assert way.seconds == 2100
    assert best[1000.0] == pytest.approx(250.0)
    assert best[3218.688] == pytest.approx(3218.688 / 4)
    assert best[5000.0] == pytest.approx(1000 / 3 + 100 + 1000)
    assert way.moving_s == pytest.approx(2000)


def test_segments_are_passed_where_they_lie():
    """Each pass starts at the segment's start and ends at its end."""
    count = 0
    for made in all_of_s():
        session = made.session
        for name, start, lasts in made.segment_passes:
            count += 1
            segment = next(s for s in segments.catalog(S.seed, session.place) if s.id == name)
            path = routes.path(S.seed, session.route, session.reverse, session.shift, session.laps)
            line = segments.line(S.seed, segment)
            for second, end in ((start, 0), (start + lasts, -1)):
                at = exact.lerp(np.array([second]), made.journey.t, made.journey.s)
                x, y = exact.lerp(at, path.s, path.x), exact.lerp(at, path.s, path.y)
                assert np.hypot(x - line[0][end], y - line[1][end])[0] < 0.01
    assert count > 20


def test_the_other_way_round_is_no_pass():
    route = routes.find(S.seed, "home", "home-running-5")
    there = {name for name, _, _ in segments.passes(S.seed, routes.path(S.seed, route), "running")}
    back = {
        name for name, _, _ in segments.passes(S.seed, routes.path(S.seed, route, reverse=True), "running")
    }
    assert there
    assert not {name for name in there if name.startswith(route.id)} & back


def test_laps_of_the_route_pass_its_segments_as_often():
    route = routes.find(S.seed, "home", "home-running-5")
    once, thrice = (segments.passes(S.seed, routes.path(S.seed, route, laps=n), "running") for n in (1, 3))
    assert len(thrice) >= 3 * len(once) > 0


def test_days_add_up_to_the_activities():
    truths = [one for _, one in recordings(S)]
    days = truth.daily_totals(truths)
    assert days["activities"].sum() == S.activities == len(truths)
    for name in ("distance_m", "elapsed_s", "moving_s", "ascent_m"):
        assert days[name].sum() == pytest.approx(sum(one[name] for one in truths))
    for one in truths:
        local = np.datetime64(one["start"] + one["utc_offset_s"], "s").astype("datetime64[D]")
        assert str(local) == one["day"].isoformat()
        assert one["moving_s"] <= one["elapsed_s"] + 1e-6
        assert one["timer_s"] <= one["elapsed_s"]


def test_routes_are_taken_often_and_both_ways():
    from milevault_core.demo import plan

    members = truth.route_members(YEARS)
    assert sum(len(numbers) > 20 for numbers in members.values()) > 15
    of = {s.number: s for s in plan.sessions(YEARS)}
    both = [r for r, numbers in members.items() if {of[n].reverse for n in numbers} == {True, False}]
    assert len(both) > 15
    assert any(of[n].shift for numbers in members.values() for n in numbers)
