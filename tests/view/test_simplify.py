"""Simplification against a plain recursive Douglas-Peucker, and outlines."""

import base64
import re
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milevault_core.geo.simplify import significance, simplify, unwrap
from milevault_core.geo.sphere import DEGREE_M
from milevault_core.view.activities import outline


def away(x, y, a: int, b: int) -> np.ndarray:
    """Distances of the points between a and b from the line a-b."""
    start, end = np.array([x[a], y[a]]), np.array([x[b], y[b]])
    point = np.column_stack((x[a + 1 : b], y[a + 1 : b]))
    way = end - start
    share = np.clip((point - start) @ way / max(way @ way, 1e-12), 0, 1)
    return np.hypot(*(point - start - share[:, None] * way).T)


def douglas_peucker(x, y, tolerance: float) -> set[int]:
    """The textbook algorithm; the indices of the points to keep."""
    kept, todo = {0, len(x) - 1}, [(0, len(x) - 1)]
    while todo:
        a, b = todo.pop()
        if b - a < 2:
            continue
        d = away(x, y, a, b)
        if d.max() > tolerance:
            split = a + 1 + int(d.argmax())
            kept.add(split)
            todo += [(a, split), (split, b)]
    return kept


def walk(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    steps = np.random.default_rng(seed).normal(0, 5, (n, 2))
    return np.cumsum(steps[:, 0]), np.cumsum(steps[:, 1])


@settings(max_examples=60, deadline=None)
@given(st.integers(3, 300), st.integers(0, 10_000), st.sampled_from([0.5, 2.0, 10.0, 50.0]))
def test_equals_the_textbook(n, seed, tolerance):
    x, y = walk(n, seed)
    weight = significance(x, y, np.array([0, n - 1]), tolerance)
    assert set(np.flatnonzero(weight > 0)) | {0, n - 1} == douglas_peucker(x, y, tolerance)


@settings(max_examples=30, deadline=None)
@given(st.integers(3, 300), st.integers(0, 10_000), st.sampled_from([8.0, 30.0]))
def test_a_threshold_on_the_weight_is_a_coarser_douglas_peucker(n, seed, tolerance):
    x, y = walk(n, seed)
    weight = significance(x, y, np.array([0, n - 1]), 0.5)
    assert set(np.flatnonzero(weight > tolerance)) | {0, n - 1} == douglas_peucker(x, y, tolerance)


def test_few_points_close_to_the_line():
    t = np.linspace(0, 20 * np.pi, 20_000)
    lat, lon = 47 + 0.05 * np.sin(t / 10), 13 + 0.08 * np.sin(t / 7)
    kept = simplify(lat, lon, np.zeros(len(t), bool), 3000)
    assert len(kept) <= 3000
    assert (kept[0], kept[-1]) == (0, len(t) - 1)
    x, y = (lon - 13) * DEGREE_M * np.cos(np.radians(47)), (lat - 47) * DEGREE_M
    assert max(away(x, y, a, b).max(initial=0) for a, b in pairwise(kept)) < 3.0


def test_both_sides_of_a_gap_are_kept_and_many_gaps_do_not_break_the_bound():
    lat, lon = (v / DEGREE_M for v in walk(9000, 1))
    cut = np.zeros(9000, bool)
    cut[[100, 4000]] = True
    kept = simplify(lat, lon, cut, 3000)
    assert {99, 100, 3999, 4000} <= set(kept)
    cut[::3] = True
    assert len(simplify(lat, lon, cut, 3000)) <= 3000


def test_unwrap():
    assert unwrap(np.array([179.9, -179.9, 179.8])).tolist() == pytest.approx([179.9, 180.1, 179.8])
    assert unwrap(np.array([13.0, 13.1])).tolist() == [13.0, 13.1]
    assert len(unwrap(np.array([]))) == 0


def path_of(picture: str) -> list[np.ndarray]:
    root = ElementTree.fromstring(picture)
    d = next(e for e in root if e.tag.endswith("path")).get("d")
    return [np.array([[float(v) for v in p.split()] for p in part.split("L")]) for part in d.split("M")[1:]]


def test_an_outline_keeps_proportions_and_stays_inside():
    angle = np.linspace(0, 2 * np.pi, 60)
    lat, lon = 60 + 0.01 * np.sin(angle), 10 + 0.02 * np.cos(angle)  # a circle: at 60° a degree east is half
    (points,) = path_of(outline.svg(lat, lon))
    assert np.ptp(points[:, 0]) == pytest.approx(np.ptp(points[:, 1]), abs=0.5)
    assert points.min() >= 4.9
    assert points[:, 0].max() <= 91.1
    assert points[:, 1].max() <= 59.1
    assert points[:, 1].min() == pytest.approx(points[15, 1], abs=0.2), "north is up"


def test_an_outline_with_a_hole_and_across_the_antimeridian():
    lat = np.array([0.0, 0.1, np.nan, 0.2, 0.3])
    lon = np.array([179.9, 179.95, np.nan, -179.95, -179.9])
    parts = path_of(outline.svg(lat, lon))
    assert [len(p) for p in parts] == [2, 2]
    assert parts[1][:, 0].min() > parts[0][:, 0].max(), "eastwards"


@pytest.mark.parametrize("lat", [[], [1.0], [np.nan, np.nan], [1.0, np.nan]])
def test_no_outline(lat):
    assert outline.svg(np.array(lat), np.array(lat)) == ""
    assert outline.data_uri("").startswith("data:image/svg+xml;base64,")


def test_one_spot_and_the_uri():
    picture = outline.svg(np.full(5, 47.0), np.full(5, 13.0))
    assert "nan" not in picture
    assert len(picture) < 2000
    uri = outline.data_uri(picture)
    assert base64.b64decode(re.sub("^[^,]*,", "", uri)).decode() == picture
