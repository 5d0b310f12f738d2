"""The sports' colours are visible on both backgrounds and distinguishable for colour-blind users."""

import tomllib
from itertools import combinations

import numpy as np
import pytest

from milevault_core.sports import SPORTS
from milevault_core.view.parts import colours
from tests.view.test_config import ROOT, contrast

GROUNDS = [tomllib.loads((ROOT / ".streamlit/config.toml").read_text())["theme"][m]["backgroundColor"]
           for m in ("light", "dark")]  # fmt: skip
MAIN = ("ride", "run", "swim", "walk", "gym")
# Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB.
EYES = {
    "all cones": np.eye(3),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                              [-0.011820, 0.042940, 0.968881]]),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                            [-0.003882, -0.048116, 1.051998]]),
}  # fmt: skip


def lab(colour: str, eye: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (D65) of a colour as this kind of vision sees it."""
    srgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(eye @ linear, 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ linear / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_the_measure_itself() -> None:
    black, white = lab("#000000", np.eye(3)), lab("#ffffff", np.eye(3))
    assert np.linalg.norm(white - black) == pytest.approx(100, abs=0.1)
    red, green = (lab(c, EYES["deuteranopia"]) for c in ("#b75e5e", "#7d7d2e"))
    assert np.linalg.norm(red - green) < np.linalg.norm(lab("#b75e5e", np.eye(3)) - lab("#7d7d2e", np.eye(3)))


@pytest.mark.parametrize("is_dark", [False, True])
def test_every_colour_shows_on_its_ground(is_dark: bool) -> None:
    for name, both in colours.FAMILIES.items():
        assert contrast(both[is_dark], GROUNDS[is_dark]) >= 3, name
    for colour in (colours.BETTER[is_dark], colours.WORSE[is_dark]):
        assert contrast(colour, GROUNDS[is_dark]) >= 4.5, "these are letters"


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("is_dark", [False, True])
def test_they_stay_apart(is_dark: bool, eye: str) -> None:
    seen = {name: lab(both[is_dark], EYES[eye]) for name, both in colours.FAMILIES.items()}
    for one, other in combinations(seen, 2):
        least = 10 if one in MAIN and other in MAIN else 6
        assert np.linalg.norm(seen[one] - seen[other]) >= least, (one, other)


@pytest.mark.parametrize("sport", SPORTS)
def test_every_sport_has_one(sport: str) -> None:
    assert colours.of_sport(sport) == colours.FAMILIES[colours.family(sport)][0]
    assert colours.of_sport(sport, True).startswith("#")
