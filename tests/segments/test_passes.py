"""Passes of a segment against the exact truth (bench/segment_tracks.py)."""

import numpy as np
import pytest

from bench import simulate as sim
from bench.segment_tracks import RATES, Recorded, degrees, laps, piece, record, ring, straight, traps
from bench.segments import one
from milevault_core.routes.geometry import cumulative, unproject
from milevault_core.segments.line import Line, line_of
from milevault_core.segments.passes import Pass, passes

STREET = straight(1_000.0)
BLOCK = line_of(*degrees(STREET[40:161]))  # from metre 200 to metre 800


def found(line: Line, made: Recorded) -> list[Pass]:
    return passes(line, made.seconds, made.lat, made.lon)


def walked(xy: list[tuple[float, float, float]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(seconds, x, y) -> seconds, lat, lon, with one point per second and even speed in between."""
    t, x, y = np.array(xy, dtype=float).T
    seconds = np.arange(t[0], t[-1] + 1)
    at = np.column_stack([np.interp(seconds, t, x), np.interp(seconds, t, y)])
    return seconds, *degrees(at)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize(("sigma", "most"), [(0.0, 0.3), (3.0, 1.5)])
def test_times_are_right(rate: str, sigma: float, most: float) -> None:
    rng = np.random.default_rng(3)
    errors, within = [], []
    for shape in ("streets", "trail", "loop") * 8:
        line, made = one(rng, shape, rate, sigma)
        (only,) = found(line, made)
        entry, leave = made.truth[0]
        errors.append(abs(only.seconds - (leave - entry)))
        within.append(errors[-1] <= 2 * only.plus_minus_s)
    assert np.median(errors) <= most
    assert max(errors) < 8
    if sigma:
        assert np.mean(within) >= 0.75


def test_a_gate_between_two_points() -> None:
    # 10 m/s and a point every 4 s, at 0, 40, 80 …: one is on the line at 200 m, so all are moved by 13 m.
    seconds = np.arange(0.0, 100.0, 4.0)
    xy = np.column_stack([10 * seconds + 13.0, np.zeros(25)])
    (only,) = passes(BLOCK, seconds, *degrees(xy))
    assert only.entry_s == pytest.approx(18.7, abs=1e-3)
    assert only.exit_s == pytest.approx(78.7, abs=1e-3)


@pytest.mark.parametrize("sigma", [0.0, 3.0])
def test_four_laps_are_four_passes(sigma: float) -> None:
    rng = np.random.default_rng(8)
    round_ = ring(rng, 900.0)
    length = float(cumulative(round_)[-1])
    part = line_of(*degrees(piece(round_, 0.1 * length, 0.6 * length)))
    for rate in RATES:
        gates = [(0.1 * length + k * length, 0.6 * length + k * length) for k in range(4)]
        made = record(rng, laps(round_, 4), gates, rate, sigma)
        got = found(part, made)
        assert len(got) == 4
        errors = np.abs(np.array([(p.entry_s, p.exit_s) for p in got]) - np.array(made.truth))
        assert np.median(errors) < 0.5 + sigma / 2
        assert errors.max() < 4 + 2 * sigma


def test_whole_rounds_that_overlap_a_little() -> None:
    """The segment is a lap plus 20 m; three of them fit into three laps plus 20 m."""
    rng = np.random.default_rng(2)
    round_ = ring(rng, 800.0)
    length = float(cumulative(round_)[-1])
    path = laps(round_, 4)
    line = line_of(*degrees(piece(path, 100.0, length + 120.0)))
    assert len(found(line, record(rng, path, []))) == 3


def test_directions_are_told_apart() -> None:
    there_and_back = np.concatenate([STREET, STREET[-2::-1]])
    made = record(np.random.default_rng(1), there_and_back, [(200.0, 800.0), (1_200.0, 1_800.0)])
    back = line_of(*degrees(STREET[40:161][::-1]))
    (ours,), (theirs,) = found(BLOCK, made), found(back, made)
    assert (ours.entry_s, ours.exit_s) == pytest.approx(made.truth[0], abs=0.1)
    assert (theirs.entry_s, theirs.exit_s) == pytest.approx(made.truth[1], abs=0.1)


@pytest.mark.parametrize("sigma", [0.0, 3.0])
def test_traps_do_not_count(sigma: float) -> None:
    rng = np.random.default_rng(6)
    for _ in range(4):
        for name, (path, made) in traps(rng, sigma).items():
            assert found(line_of(*degrees(path)), made) == [], name


def test_what_the_traps_are_made_of_counts_when_done_right() -> None:
    """Else the traps would prove nothing: the same segments, passed properly."""
    rng = np.random.default_rng(6)
    for name, (path, _) in traps(rng, 0.0).items():
        line = line_of(*degrees(path))
        into = path[:1] - line.start_way * np.array([[100.0], [50.0], [5.0]])
        away = path[-1:] + line.end_way * np.array([[5.0], [50.0], [100.0]])
        made = record(rng, np.concatenate([into, path, away]), [], sigma=2.0)
        assert len(found(line, made)) == 1, name


def test_out_and_back_that_turns_just_short() -> None:
    half = STREET[40:161]
    line = line_of(*degrees(np.concatenate([half, half[-2::-1]])))
    for turn, count in ((800.0, 1), (795.0, 1), (740.0, 0), (760.0, 0)):
        seconds, lat, lon = walked([(0, 100, 0), (turn - 100, turn, 0), (2 * turn - 200, 100, 0)])
        assert len(passes(line, seconds, lat, lon)) == count, turn


def test_the_last_departure_counts() -> None:
    # Crosses the start, comes back, waits in front of the line for a minute, and goes.
    seconds, lat, lon = walked(
        [(0, 150, 0), (60, 210, 0), (75, 195, 0), (135, 195, 0), (140, 200, 0), (740, 800, 0), (800, 860, 0)]
    )
    (only,) = passes(BLOCK, seconds, lat, lon)
    assert only.entry_s == pytest.approx(140, abs=0.01)
    assert only.exit_s == pytest.approx(740, abs=0.01)


def test_a_stand_on_the_line_with_noise() -> None:
    rng = np.random.default_rng(12)
    for _ in range(10):
        made = record(rng, STREET, [(200.0, 800.0)], sigma=2.0, stand=(199.0, 300))
        (only,) = found(BLOCK, made)
        entry, leave = made.truth[0]
        assert abs(only.seconds - (leave - entry)) < max(12.0, 4 * only.plus_minus_s)
        assert only.entry_s > entry - 200  # the first crossing was 300 s earlier
        assert only.exit_s == pytest.approx(leave, abs=6)


def test_a_recording_paused_across_the_line() -> None:
    """Paused at 199 m, resumed at 201 m two minutes later: starts when resumed. At the end, arrives when paused."""
    seconds = np.concatenate([np.arange(0, 50), np.arange(170, 770), np.arange(900, 950)]).astype(float)
    x = np.concatenate([np.linspace(150, 199, 50), np.linspace(201, 799, 600), np.linspace(801, 850, 50)])
    (only,) = passes(BLOCK, seconds, *degrees(np.column_stack([x, np.zeros(len(x))])))
    assert only.entry_s == pytest.approx(168, abs=2.5)
    assert only.exit_s == pytest.approx(771, abs=2.5)


def test_a_red_light_inside_belongs_to_the_time() -> None:
    rng = np.random.default_rng(5)
    made = record(rng, STREET, [(200.0, 800.0)], sigma=3.0, stand=(500.0, 400))
    (only,) = found(BLOCK, made)
    assert only.seconds == pytest.approx(made.truth[0][1] - made.truth[0][0], abs=8)
    paused = (made.seconds < made.seconds[0] + 100) | (made.seconds > made.seconds[0] + 101)
    assert len(passes(BLOCK, made.seconds[paused], made.lat[paused], made.lon[paused])) == 1


def test_a_track_that_begins_or_ends_inside_has_no_pass() -> None:
    made = record(np.random.default_rng(5), STREET, [(200.0, 800.0)])
    entry, leave = made.truth[0]
    for kept in (made.seconds > entry + 1, made.seconds < leave - 1):
        assert passes(BLOCK, made.seconds[kept], made.lat[kept], made.lon[kept]) == []


def test_a_start_from_a_side_street_and_one_at_a_turn() -> None:
    for y in (-80, 80):
        seconds, lat, lon = walked([(0, 202, y), (80, 202, 0), (678, 800, 0), (700, 822, 0)])
        (only,) = passes(BLOCK, seconds, lat, lon)
        assert only.entry_s == pytest.approx(80, abs=3)
    seconds, lat, lon = walked([(0, 400, 0), (198, 202, 0), (796, 800, 0), (800, 804, 0)])
    (only,) = passes(BLOCK, seconds, lat, lon)
    assert only.entry_s == pytest.approx(198, abs=3)


@pytest.mark.parametrize("place", [(0.0, 179.997), (78.2, 15.6), (-45.0, -180.0)])
def test_anywhere_on_earth(place: tuple[float, float]) -> None:
    lat, lon = unproject(STREET, place)
    lon = (lon + 180) % 360 - 180
    line = line_of(lat[40:161], lon[40:161])
    assert line.length_m == pytest.approx(600, abs=1)
    (only,) = passes(line, np.arange(len(lat)) * 2.0, lat, lon)
    assert only.seconds == pytest.approx(240, abs=0.1)


def test_dirty_tracks() -> None:
    made = record(np.random.default_rng(5), STREET, [(200.0, 800.0)])
    (clean,) = found(BLOCK, made)
    lat, lon = made.lat.copy(), made.lon.copy()
    lat[60:70], lon[65:75] = np.nan, np.nan
    twice = np.sort(np.concatenate([np.arange(len(lat)), np.arange(20, 40)]))
    (only,) = passes(BLOCK, made.seconds[twice], lat[twice], lon[twice])
    assert only.seconds == pytest.approx(clean.seconds, abs=1)
    assert passes(BLOCK, np.array([]), np.array([]), np.array([])) == []
    assert passes(BLOCK, made.seconds, np.full(len(lat), np.nan), lon) == []


def test_noise_finds_no_pass_twice() -> None:
    rng = np.random.default_rng(14)
    path = sim.way(rng, 3_000.0, "trail")
    line = line_of(*degrees(piece(path, 500.0, 2_000.0)))
    assert [len(found(line, record(rng, path, [], "1hz", 4.0))) for _ in range(25)] == [1] * 25


def stadium() -> np.ndarray:
    """A lap of 400 m on a track with two straights and two bends."""
    straight_m, radius = 84.39, 36.5
    side, bend = np.linspace(0, straight_m, 18)[:-1], np.linspace(0, np.pi, 24)[:-1]
    return np.concatenate([
        np.stack([side, np.zeros(17)], axis=1),
        np.stack([straight_m + radius * np.sin(bend), radius - radius * np.cos(bend)], axis=1),
        np.stack([straight_m - side, np.full(17, 2 * radius)], axis=1),
        np.stack([-radius * np.sin(bend), radius + radius * np.cos(bend)], axis=1),
        np.zeros((1, 2)),
    ])  # fmt: skip


@pytest.mark.parametrize("sigma", [0.0, 3.0])
@pytest.mark.parametrize("part", [(20.0, 80.0), (50.0, 250.0), (100.0, 497.0)])
def test_laps_of_a_400_m_track(part: tuple[float, float], sigma: float) -> None:
    """Each lap counts once, on less than 100 m, half a lap and almost a whole one, however it was recorded."""
    round_ = stadium()
    length = float(cumulative(round_)[-1])
    path = laps(round_, 8)
    line = line_of(*degrees(piece(path, *part)))
    gates = [(part[0] + n * length, part[1] + n * length) for n in range(8)]
    gates = [gate for gate in gates if gate[1] < 8 * length - 1]
    for rate in RATES:
        made = record(np.random.default_rng(4), path, gates, rate, sigma, speed=4.0)
        got = found(line, made)
        assert len(got) == len(gates), rate
        errors = [abs(p.seconds - (leave - entry)) for p, (entry, leave) in zip(got, made.truth, strict=True)]
        assert np.median(errors) < 0.5 + sigma / 2, rate
        assert max(errors) < 1.5 + sigma, rate  # a straight line between two points is shorter than the bend


def test_a_tunnel() -> None:
    """Without positions for 20 s, the path is clear. For two minutes, it is unknown and there is no pass."""
    made = record(np.random.default_rng(5), STREET, [(200.0, 800.0)])
    middle = np.mean(made.truth[0])
    for silence, count in ((20, 1), (120, 0)):
        lat, lon = made.lat.copy(), made.lon.copy()
        inside = np.abs(made.seconds - middle) < silence / 2
        lat[inside], lon[inside] = np.nan, np.nan
        assert len(passes(BLOCK, made.seconds, lat, lon)) == count


def test_an_out_and_back_over_itself_has_one_pass_each_way() -> None:
    """Twice out and back on one street: two passes on the way out, and neither reaches into the way back."""
    path = np.concatenate([STREET, STREET[-2::-1], STREET[1:], STREET[-2::-1]])
    gates = [(200.0, 800.0), (2_200.0, 2_800.0)]
    for rate in RATES:
        made = record(np.random.default_rng(3), path, gates, rate, 2.0)
        got = found(BLOCK, made)
        assert [(p.entry_s, p.exit_s) for p in got] == [pytest.approx(t, abs=6) for t in made.truth], rate


def stood(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ten minutes at each line at 1 Hz with a receiver that jitters and drifts; leaves at 700 s, arrives at 1300 s."""
    rng = np.random.default_rng(seed)
    seconds = np.arange(0.0, 2_001.0)
    jitter = rng.normal(0, 2.5, (len(seconds), 2))
    x = np.interp(seconds, [0, 100, 700, 1_300, 1_900, 2_000], [100, 200, 200, 800, 800, 900])
    xy = np.column_stack([x, np.zeros(len(x))]) + np.cumsum(jitter, axis=0) * 0.05 + 0.5 * jitter
    return seconds, *degrees(xy)


def test_long_stands_at_both_lines_with_a_receiver_that_wanders() -> None:
    """Found, although the jitter makes the path many times longer; the stops are not part of the time."""
    got = [passes(BLOCK, *stood(seed)) for seed in range(40)]
    assert [len(each) for each in got] == [1] * 40
    errors = np.array([abs(only.seconds - 600) for (only,) in got])
    assert np.median(errors) < 10
    assert np.mean(errors < 45) >= 0.9


@pytest.mark.parametrize("beyond", [0.0, 1.0, 3.0])
def test_a_pause_just_beyond_the_start_or_before_the_end_is_a_wait(beyond: float) -> None:
    """Recorded up to there and again ten minutes later; no receiver can tell on which side of the line that was."""
    seconds, lat, lon = walked([(0, 100, 0), (800, 900, 0)])
    later = seconds + 600.0 * (seconds > 100 + beyond)
    (only,) = passes(BLOCK, later, lat, lon)
    assert (only.entry_s, only.exit_s) == pytest.approx((700, 1_300), abs=1)
    later = seconds + 600.0 * (seconds > 700 - beyond)
    (only,) = passes(BLOCK, later, lat, lon)
    assert (only.entry_s, only.exit_s) == pytest.approx((100, 700), abs=1)


def test_who_climbs_slowly_through_the_gates_does_not_wait() -> None:
    for speed in (0.15, 0.3, 0.6):
        seconds = np.arange(0.0, 800 / speed)
        xy = np.column_stack([100 + speed * seconds, np.zeros(len(seconds))])
        (only,) = passes(BLOCK, seconds, *degrees(xy))
        assert (only.entry_s, only.exit_s) == pytest.approx((100 / speed, 700 / speed), abs=0.5)
