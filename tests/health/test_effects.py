"""Effects: at most one athlete in ten gets a false claim, and four of five true effects are found."""

import numpy as np
import pandas as pd

from milevault_core.health import effects
from tests.health.invented import NIGHTS, days, related, training

METRICS = ("hrv_last_night", "rhr", "sleep_s")


def athlete(number: int, planted: float = 0.0) -> list[effects.Effect]:
    draw = np.random.default_rng(number)
    rho, is_in_blocks = (0.0, 0.3, 0.6, 0.8)[number % 4], bool(number // 4 % 2)
    load = pd.Series(training(draw, NIGHTS, is_in_blocks), index=days(NIGHTS))
    season = 0.4 * np.sin(2 * np.pi * np.arange(NIGHTS) / 365 + draw.uniform(0, 6)) if is_in_blocks else 0.0
    after = np.append(0.0, (load > load.quantile(0.75)).to_numpy(float)[:-1])
    outcomes = {
        name: pd.Series(
            related(draw, NIGHTS, rho) + season + planted * after * (name == "hrv_last_night"), days(NIGHTS)
        )
        for name in METRICS
    }
    return effects.effects(load, outcomes)


def test_it_does_not_cry_wolf() -> None:
    """Any of three claims, among 400 athletes with no real effect."""
    wrong = sum(any(one.is_claimed for one in athlete(number)) for number in range(400))
    assert wrong <= 40, wrong


def test_it_finds_half_a_standard_deviation() -> None:
    found = [athlete(number, -0.5)[0] for number in range(100)]
    assert sum(one.is_claimed and one.difference < 0 for one in found) >= 80


def test_the_difference_is_that_of_the_two_groups() -> None:
    load = pd.Series(np.where(np.arange(200) % 4 == 0, 100.0, 10.0), index=days(200))
    after = np.append(0, np.arange(199) % 4 == 0)
    noise = np.random.default_rng(2).normal(0, 0.5, 200)
    hrv = pd.Series(50.0 - 6.0 * after + noise, index=days(200))
    (one,) = effects.effects(load, {"hrv_last_night": hrv}, 50.0)
    assert (one.after_hard, one.after_other) == (50, 150)
    assert abs(one.difference + 6.0) < 0.4
    assert one.low < one.difference < one.high < 0


def test_too_few_nights_are_no_claim() -> None:
    load = pd.Series(np.where(np.arange(60) % 4 == 0, 100.0, 10.0), index=days(60))
    hrv = pd.Series(np.where(np.arange(60) % 4 == 1, 10.0, 90.0), index=days(60))
    (one,) = effects.effects(load, {"hrv_last_night": hrv}, 50.0)
    assert one.after_hard == 15
    assert not one.is_claimed
    assert not effects.effects(load * 0, {"hrv_last_night": hrv})[0].is_claimed
    assert effects.effects(load, {"rhr": hrv.iloc[:0]})[0].after_hard == 0
