"""Lines of segments, their cells, and duplicates."""

import numpy as np
import pytest

from bench import simulate as sim
from bench.segment_tracks import SHAPES, degrees, piece, record, straight
from bench.segments import one
from milevault_core.routes.geometry import unproject
from milevault_core.segments.cells import candidate_cells, may_pass, track_cells
from milevault_core.segments.duplicates import duplicates
from milevault_core.segments.line import line_of
from milevault_core.segments.passes import passes

STREET = straight(1_000.0)


def test_length_gates_and_corridor() -> None:
    line = line_of(*degrees(STREET))
    assert line.length_m == pytest.approx(1_000)
    assert line.start_way == pytest.approx([1, 0])
    assert line.end_way == pytest.approx([1, 0])
    assert line.corridor_m == 35
    assert len(line.turns) == 0
    assert line_of(*degrees(STREET[:41])).corridor_m == 15  # 200 m


def test_standing_adds_nothing() -> None:
    rng = np.random.default_rng(1)
    stand = STREET[100] + rng.normal(0, 1, (300, 2))
    assert line_of(*degrees(np.concatenate([STREET[:100], stand, STREET[100:]]))).length_m < 1_030


def test_where_a_line_turns_back() -> None:
    line = line_of(*degrees(np.concatenate([STREET, STREET[-2::-1]])))
    assert line.turns == pytest.approx(np.array([[1_000.0, 0.0]]), abs=5)


def test_too_short() -> None:
    with pytest.raises(ValueError, match="at least 50 m"):
        line_of(*degrees(STREET[:9]))
    with pytest.raises(ValueError, match="there are none"):
        line_of(np.full(5, np.nan), np.full(5, np.nan))


def test_saved_and_read_again_it_is_the_same() -> None:
    line = line_of(*degrees(sim.way(np.random.default_rng(3), 2_000, "streets")))
    again = line_of(*line.places())
    assert again.length_m == pytest.approx(line.length_m, rel=0.01)
    assert again.start == pytest.approx(line.start, abs=0.01)
    assert again.end == pytest.approx(line.end, abs=0.01)


def test_every_pass_touches_the_cells() -> None:
    rng = np.random.default_rng(16)
    for i in range(60):
        line, made = one(rng, SHAPES[i % 3], ("1hz", "5s", "smart")[i % 3], 6.0)
        cells = frozenset(track_cells(made.lat, made.lon).tolist())
        if passes(line, made.seconds, made.lat, made.lon):
            assert may_pass(candidate_cells(line), cells)


@pytest.mark.parametrize("place", [(82.0, 20.0), (0.0, 179.9995), (-60.0, -179.9)])
def test_cells_around_a_gate_leave_no_hole(place: tuple[float, float]) -> None:
    line = line_of(*unproject(STREET, place))
    start, _, _ = candidate_cells(line)
    angle = np.linspace(0, 2 * np.pi, 100)
    for radius in (0.0, 10.0, 25.0, 35.0):
        lat, lon = unproject(radius * np.stack([np.cos(angle), np.sin(angle)], axis=1), line.origin)
        for a, o in zip(lat, lon, strict=True):
            assert np.isin(track_cells(np.array([a]), np.array([o])), start).all()


def test_elsewhere_is_no_candidate() -> None:
    wanted = candidate_cells(line_of(*degrees(STREET)))
    for moved in ([0.0, 400.0], [-700.0, 0.0], [700.0, 0.0]):
        cells = frozenset(track_cells(*degrees(STREET + np.array(moved))).tolist())
        assert not may_pass(wanted, cells)


def test_duplicates_are_pointed_out() -> None:
    rng = np.random.default_rng(7)
    path = sim.way(rng, 4_000, "trail")
    made = record(rng, piece(path, 990.0, 2_505.0), [], sigma=3.0)
    new = line_of(made.lat, made.lon)
    known = {
        1: line_of(*degrees(piece(path, 1_000.0, 2_500.0))),
        2: line_of(*degrees(piece(path, 1_000.0, 2_500.0)[::-1])),
        3: line_of(*degrees(piece(path, 1_000.0, 2_900.0))),  # goes further
        4: line_of(*degrees(piece(path, 1_100.0, 2_500.0))),  # begins later
        5: line_of(*degrees(sim.detour(rng, piece(path, 1_000.0, 2_500.0), 0.4, 200.0))),
        6: line_of(*degrees(piece(path, 1_000.0, 2_500.0) + 5_000.0)),
    }
    assert duplicates(new, known) == {1: "same", 2: "reverse"}
