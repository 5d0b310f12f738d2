"""A warning before an illness: on at most one healthy night in 60, even with correlated values; an onset is seen."""

import numpy as np
import pandas as pd
import pytest

from milevault_core.health import illness
from tests.health.invented import NIGHTS, days, related

SPREAD = {"rhr": 2.5, "hrv_last_night": 8.0, "resp_avg": 0.6, "skin_temp_dev": 0.35}


def nights(number: int, rho: float, common: float) -> pd.DataFrame:
    """A healthy year. common: the share of variance that all four metrics have in common."""
    draw = np.random.default_rng(number)
    shared = related(draw, NIGHTS, rho)
    season = 0.5 * draw.normal() * np.sin(2 * np.pi * np.arange(NIGHTS) / 365 + draw.uniform(0, 6))
    return pd.DataFrame(
        {
            name: 50
            + way
            * SPREAD[name]
            * (np.sqrt(1 - common) * related(draw, NIGHTS, rho) + np.sqrt(common) * shared + season)
            for name, way in illness.DIRECTION.items()
        },
        index=days(NIGHTS),
    )


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.8])
@pytest.mark.parametrize("common", [0.0, 0.5, 0.7])
def test_healthy_nights_are_left_alone(rho: float, common: float) -> None:
    score = pd.concat([illness.scores(nights(n, rho, common))["score"] for n in range(12)]).dropna()
    assert (score > illness.BOUND).mean() <= 1 / 60


def test_an_onset_is_seen() -> None:
    seen = 0
    for n in range(20):
        year = nights(n, 0.3, 0.3)
        onset = days(NIGHTS)[200:203]
        for name, way in illness.DIRECTION.items():
            year.loc[onset, name] += 4 * way * SPREAD[name]
        seen += bool((illness.scores(year).loc[onset, "score"] > illness.BOUND).any())
    assert seen >= 16


def test_it_needs_three_of_the_four() -> None:
    year = nights(1, 0.0, 0.0)
    assert illness.scores(year[["rhr", "hrv_last_night"]])["score"].isna().all()
    assert illness.scores(year[["rhr", "hrv_last_night", "resp_avg"]])["score"].notna().any()
    assert illness.scores(year.iloc[:0])["score"].empty


def test_its_own_record_is_kept() -> None:
    score = pd.Series(0.0, index=days(100))
    score.iloc[[20, 48, 70]] = 5.0
    ill = set(days(100)[50:54]) | set(days(100)[90:92])
    found = illness.record(score, ill)
    assert (found.illnesses, found.foretold, found.words, found.false) == (2, 1, 3, 2)
