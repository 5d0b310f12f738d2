"""Random numbers from named streams, and mathematics without the C library."""

import ast
from pathlib import Path

import numpy as np
import pytest

from milevault_core import demo
from milevault_core.demo import draws, exact

FOLDER = Path(demo.__file__).parent
# Functions whose last bit depends on the machine: the C library, vector units, fused multiply-add, BLAS.
UNEVEN = {
    "sin", "cos", "tan", "arctan2", "exp", "log", "log1p", "power", "hypot", "interp", "convolve", "dot", "matmul",
    "einsum", "mean", "std", "default_rng", "standard_normal", "now", "today", "utcnow", "localtime",
}  # fmt: skip


def test_streams_depend_on_their_names_only():
    one = draws.stream(7, "gps").random_raw(5)
    draws.stream(7, "body").random_raw(100)
    assert (draws.stream(7, "gps").random_raw(5) == one).all()
    assert (draws.stream(8, "gps").random_raw(5) != one).all()


def test_the_raw_numbers_are_those_of_pcg64():
    """If these change, so does every byte. numpy promises that they never change."""
    assert draws.stream("check").random_raw(2).tolist() == [10733395593014403031, 10898579772008051147]


def test_draws_have_the_distribution_they_say():
    normal = draws.normals(draws.stream("n"), 200_000)
    assert abs(normal.mean()) < 0.01
    assert abs(normal.std() - 1) < 0.01
    assert np.abs(normal).max() < 3.5
    even = draws.uniforms(draws.stream("u"), 200_000, 2.0, 4.0)
    assert even.min() >= 2.0
    assert even.max() < 4.0
    assert abs(even.mean() - 3.0) < 0.01
    whole = draws.integers(draws.stream("i"), 10_000, -1, 2)
    assert set(whole.tolist()) == {-1, 0, 1, 2}


def test_sine_is_one():
    turns = np.linspace(-3, 3, 10_001)
    assert np.abs(exact.sine(turns) - np.sin(2 * np.pi * turns)).max() < 1e-5


@pytest.mark.parametrize("tau", [2.0, 5.0, 45.0, 600.0])
def test_lag_is_the_loop_it_stands_for(tau):
    x = draws.uniforms(draws.stream("lag"), 3_001)
    y, slow = x[0], []
    for value in x:
        y += (value - y) / tau
        slow.append(y)
    assert np.abs(exact.lag(x, tau) - slow).max() < 1e-12


def test_lerp_is_interp():
    knots = np.array([0.0, 1.0, 1.5, 4.0])
    values = np.array([2.0, -1.0, 0.0, 10.0])
    x = np.linspace(-1, 5, 301)
    assert np.allclose(exact.lerp(x, knots, values), np.interp(x, knots, values), atol=1e-12)


@pytest.mark.parametrize(
    # life.py makes no numbers: it only asks for today's date and passes it on
    "file",
    [f for f in sorted(FOLDER.glob("*.py")) if f.name != "life.py"],
    ids=lambda f: f.name,
)
def test_nothing_uneven_is_used(file):
    """No function that rounds differently on other machines, no clock, and no power of anything but a constant."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Attribute):
            assert node.attr not in UNEVEN, f"line {node.lineno}: {node.attr}"
        if isinstance(node, ast.Import):
            assert "math" not in [alias.name for alias in node.names]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            assert isinstance(node.left, ast.Constant), f"line {node.lineno}: a power"
