"""Two attempts against the exact truth: the gap is right if one stopped, began elsewhere or recorded every 5 s."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import simulate
from milevault_core.routes import profile as profiles
from milevault_core.routes.compare import compare, typical
from milevault_core.routes.geometry import cumulative, unproject
from milevault_core.routes.prepare import prepare
from milevault_core.routes.relation import line

PLACE = (47.0, 179.995)  # across the date line, to test that as well


class Attempt:
    """A noise-free 1 Hz run along `path` from `begin` metres on, and when it passed each place of the path."""

    def __init__(self, rng, path, pauses, every, begin=0):
        k = int(begin / simulate.SPACING)
        own = np.concatenate([path[k:-1], path[: k + 1]]) if k else path
        t, xy, s = simulate.record(rng, own, rate="1hz", pauses=pauses, noise=False)
        self.t, self.s, self.begin, self.length = t, s, cumulative(path)[k], s[-1]
        keep = np.unique(np.append(np.arange(0, len(t), every), len(t) - 1))
        lat, lon = unproject(xy[keep], PLACE)
        self.track = (t[keep], lat, np.mod(lon + 180, 360) - 180)

    def elapsed(self, metres):
        """Seconds from the path's start to `metres`, around the loop if needed, stops included."""
        moves = np.flatnonzero(np.diff(self.s, append=np.inf) > 0)  # the moment of leaving a place
        at = np.mod(np.asarray(metres) - self.begin, self.length) if self.begin else np.asarray(metres)
        passed = np.interp(at, self.s[moves], self.t[moves])
        if not self.begin:
            return passed
        first = np.interp(self.length - self.begin, self.s[moves], self.t[moves])
        return np.where(at >= self.length - self.begin, passed - first, passed - first + self.t[-1])

    def stands(self):
        """Metres along the path where it stood still."""
        return np.mod(self.s[:-1][np.diff(self.s) == 0] + self.begin, self.length)


def away_from(metres, places, reach=25.0):
    return np.all(np.abs(np.asarray(metres)[:, None] - np.asarray(places)[None, :]) > reach, axis=1)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10_000), st.sampled_from(["loop", "eight", "streets", "trail"]), st.floats(1_500, 9_000),
    st.integers(0, 3), st.sampled_from([1, 5]), st.floats(0.1, 0.9), st.booleans(),
)  # fmt: skip
def test_the_gap_is_right_within_a_second_and_a_half(seed, shape, length, pauses, every, begin, elsewhere):
    rng = np.random.default_rng(seed)
    path = simulate.way(rng, length, shape)
    closed = np.hypot(*(path[0] - path[-1])) < 40
    path = np.concatenate([path, path[:1]]) if closed else path
    other = Attempt(rng, path, 0, 1)
    mine = Attempt(rng, path, pauses, every, begin * other.length if elsewhere and closed else 0)
    route = line(prepare(*other.track))
    a, b = (profiles.profile(*x.track, route) for x in (mine, other))
    if a is None:  # a few of the generated paths cross themselves at the start, so the relation rejects them
        pytest.skip("not recognised")
    true_metres = a.metres / a.metres[-1] * other.length
    true_gap = mine.elapsed(true_metres) - other.elapsed(true_metres)
    inner = away_from(true_metres, mine.stands()) & (true_metres > 30) & (true_metres < other.length - 30)
    error = (a.elapsed - b.elapsed - (true_gap - true_gap[0]))[inner]
    assert np.abs(error).max() <= 1.5


def test_a_stop_is_told_apart_from_slowness():
    rng = np.random.default_rng(3)
    path = simulate.way(rng, 4_000, "streets")
    other, mine = Attempt(rng, path, 0, 1), Attempt(rng, path, 1, 1)
    route = line(prepare(*other.track))
    a, b = (profiles.profile(*x.track, route) for x in (mine, other))
    table = compare(a, b)
    stood = (np.diff(mine.s) == 0).sum()
    assert abs(table["stop_s"].sum() - stood) <= 1.5
    where = table.loc[table["stop_s"].abs().idxmax()]
    assert where["start_m"] - 20 <= mine.stands()[0] / other.length * a.metres[-1] <= where["end_m"] + 20
    assert abs(table["pace_s"].sum() - (mine.t[-1] - other.t[-1] - stood)) <= 1.5
    assert np.allclose(table["lost_s"], table["stop_s"] + table["pace_s"])
    assert np.allclose(table["gap_s"], table["lost_s"].cumsum())
    assert not table["off"].any()


def test_the_watch_paused_itself_and_wrote_nothing():
    rng = np.random.default_rng(4)
    path = simulate.way(rng, 3_000, "trail")
    mine, other = Attempt(rng, path, 1, 1), Attempt(rng, path, 0, 1)
    t, lat, lon = mine.track
    still = np.append(np.diff(mine.s) == 0, False)
    stood = still.sum()
    still[np.flatnonzero(still)[0]] = False
    a = profiles.profile(t[~still], lat[~still], lon[~still], line(prepare(*other.track)))
    assert abs(a.stopped[-1] - stood) <= 1.5


def test_a_detour_is_marked_as_off_the_route():
    rng = np.random.default_rng(5)
    path = simulate.way(rng, 6_000, "trail")
    other, mine = Attempt(rng, path, 0, 1), Attempt(rng, simulate.detour(rng, path, 0.04, 120.0), 0, 1)
    route = line(prepare(*other.track))
    table = compare(*(profiles.profile(*x.track, route) for x in (mine, other)))
    assert 1 <= table["off"].sum() <= 6


def test_profiles_of_two_routes_are_refused_and_bytes_keep_them():
    rng = np.random.default_rng(6)
    runs = [Attempt(rng, simulate.way(rng, n, "trail"), 1, 1) for n in (2_000, 3_000)]
    a, b = (profiles.profile(*x.track, line(prepare(*x.track))) for x in runs)
    with pytest.raises(ValueError, match="different routes"):
        compare(a, b)
    again = profiles.unpack(profiles.pack(a))
    assert np.allclose(again.metres, a.metres)
    assert np.allclose(again.elapsed, a.elapsed, atol=0.01)
    assert (again.off == a.off).all()
    assert profiles.profile(*runs[0].track, line(prepare(*runs[1].track))) is None


def test_typical_times_are_quartiles():
    metres = np.array([0.0, 50.0])
    some = [profiles.Profile(metres, np.array([0.0, s]), metres * 0, metres > 99) for s in (10.0, 20.0, 30.0)]
    assert typical(some).iloc[1].to_list() == [50.0, 15.0, 20.0, 25.0]
    assert typical([]).empty
