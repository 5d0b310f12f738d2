"""Segments that reach the ends of a recording: its own activity passes them, and so do others that begin there."""

import numpy as np
import pytest

from bench.segment_tracks import degrees, straight
from milevault_core.actions import segments as actions
from milevault_core.derive import clean
from milevault_core.segments.draw import INSET_M, draw, inside, metres
from milevault_core.segments.passes import passes
from tests.segments.test_passes import walked
from tests.segments.test_stored import THROUGH, TO_AND_FRO, add, efforts


def test_the_whole_of_a_track_is_passed_by_itself_and_by_others() -> None:
    """Twenty runs of the same path from the same door, each with 3 m of noise."""
    rng = np.random.default_rng(5)
    seconds, lat, lon = walked([(0, 0, 0), (400, 900, 0), (700, 900, 600)])
    line = inside(draw(lat, lon)).line
    assert line.length_m == pytest.approx(1_500 - 2 * INSET_M, abs=4)  # the line cuts the corner
    assert len(passes(line, seconds, lat, lon)) == 1
    assert not passes(draw(lat, lon).line, seconds, lat, lon)  # which is why the line is shortened
    noisy = 0
    for _ in range(20):
        error = rng.normal(0, 3, (len(seconds), 2))
        error = np.cumsum(error, 0) * 0.1 + error * 0.3
        error *= 3 / error.std()
        a, b = degrees(np.column_stack([np.interp(seconds, [0, 400, 700], [0, 900, 900]),
                                        np.interp(seconds, [0, 400, 700], [0, 0, 600])]) + error)  # fmt: skip
        noisy += len(passes(line, seconds, a, b))
    assert noisy == 20


def test_heights_stay_where_they_were() -> None:
    lat, lon = degrees(straight(1_000.0))
    drawn = draw(lat, lon, np.linspace(100, 200, len(lat)))
    shorter = inside(drawn)
    assert shorter.gain_m == pytest.approx(96, abs=1)
    assert len(shorter.altitudes) == len(shorter.line.points)
    assert shorter.altitudes[0] == pytest.approx(102, abs=0.5)


@pytest.mark.parametrize(("length", "before", "after", "left"), [
    (1_000, 0, 0, 960), (1_000, 500, 0, 980), (1_000, 0, 12, 972), (1_000, 20, 900, 1_000), (100, 0, 0, 80),
    (55, 0, 0, 55),
])  # fmt: skip
def test_only_as_far_as_is_needed(length: float, before: float, after: float, left: float) -> None:
    x = np.linspace(0, length, 60)
    drawn = inside(draw(*degrees(np.column_stack([x, np.zeros(60)]))), before, after)
    assert drawn.line.length_m == pytest.approx(left, abs=1)


def test_how_far_a_way_is() -> None:
    lat, lon = degrees(straight(300.0))
    assert metres(lat, lon) == pytest.approx(300, abs=1)
    assert metres(lat[:1], lon[:1]) == metres(np.full(5, np.nan), np.full(5, np.nan)) == 0


def test_a_stretch_from_the_first_point_on_has_its_own_effort(user: int) -> None:
    first, other = add(user, 0, *THROUGH), add(user, 1, *TO_AND_FRO)
    for span in ((0, 401), (0, 200), (200, 401), (100, 300)):
        drawn = actions.of_stretch(user, first, span)
        actions.make(user, f"rows {span}", "run", drawn)
    clean.clean(user)
    found = efforts(user).groupby("segment_id")["activity_id"].apply(list).tolist()
    assert found == [[first, other, other]] * 4
