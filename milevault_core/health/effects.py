"""The effect of hard days on the following night. It must not raise false alarms: training comes in blocks and seasons,
and so does everything else, so any two series of one person are correlated.

Method: the centred 29-day median is subtracted, which removes seasons and blocks, and the lowest and highest 1 % are
clipped. The interval of the difference of means comes from a bootstrap of 14-day blocks, which keeps the dependence
between consecutive nights; its level is corrected for the number of questions (Bonferroni). With fewer than 20 nights
in a group, or an interval that includes zero, no effect is claimed. For simulated athletes without any effect, the
method without these corrections claims one in 52-62 % of cases.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

WINDOW, AT_LEAST = 29, 10  # days in the subtracted median, and how many of them must have a value
BLOCK, ROUNDS = 14, 500
ENOUGH = 20  # nights in each group
LEVEL = 0.93  # for all questions together; 0.90 is wanted, but with a year of nights such intervals are too narrow
HARD = 0.75  # a hard day has a load above this quantile of the days with training


@dataclass(frozen=True)
class Effect:
    """The nights after days with a load above `threshold`, compared with the others. difference: of the means, in the
    metric's unit; low and high: its interval; all three are NaN if there are too few nights."""

    metric: str
    threshold: float
    after_hard: int
    after_other: int
    difference: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")

    @property
    def is_claimed(self) -> bool:
        return bool(self.low > 0 or self.high < 0)


def hard_from(load: pd.Series) -> float:
    """The load above which a day is hard: the upper quartile of the days with training; NaN if there are none."""
    trained = load[load > 0]
    return float(trained.quantile(HARD)) if len(trained) else float("nan")


def effects(
    load: pd.Series, outcomes: Mapping[str, pd.Series], threshold: float | None = None
) -> list[Effect]:
    """The effect of hard days on each outcome of the next day, the day on which the night ends.

    load: by date (DatetimeIndex), days without training are 0 or missing; outcomes: metric -> values by date.
    """
    limit = hard_from(load) if threshold is None else threshold
    level = 1 - (1 - LEVEL) / max(1, len(outcomes))
    return [_effect(name, load, values, limit, level) for name, values in outcomes.items()]


def _effect(metric: str, load: pd.Series, values: pd.Series, limit: float, level: float) -> Effect:
    known = values.dropna().sort_index()
    if known.empty or not np.isfinite(limit):
        return Effect(metric, limit, 0, 0)
    days = pd.date_range(known.index[0], known.index[-1], freq="D")
    outcome = known.reindex(days)
    middle = outcome.rolling(WINDOW, center=True, min_periods=AT_LEAST).median()
    rest = _without_outliers((outcome - middle).to_numpy(float))
    before = load.reindex(days - pd.Timedelta(days=1)).fillna(0.0).to_numpy(float)
    is_known, is_hard = np.isfinite(rest), before > limit
    hard, other = int((is_known & is_hard).sum()), int((is_known & ~is_hard).sum())
    if min(hard, other) < ENOUGH:
        return Effect(metric, limit, hard, other)
    low, high = _interval(rest, is_hard, level)
    difference = float(np.mean(rest[is_known & is_hard]) - np.mean(rest[is_known & ~is_hard]))
    return Effect(metric, limit, hard, other, difference, low, high)


def _interval(rest: np.ndarray, is_hard: np.ndarray, level: float) -> tuple[float, float]:
    """The interval of the difference of means, from resampled blocks of days, each with its nights and whether the day
    before was hard."""
    n = len(rest)
    draw = np.random.default_rng(14)  # the same nights give the same interval
    starts = draw.integers(0, n, (ROUNDS, n // BLOCK + 1))
    places = ((starts[:, :, None] + np.arange(BLOCK)) % n).reshape(ROUNDS, -1)[:, :n]
    known = np.isfinite(rest)
    value = np.where(known, rest, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        hard, other = (
            (value * group)[places].sum(axis=1) / (known & group)[places].sum(axis=1)
            for group in (is_hard, ~is_hard)
        )
    differences = hard - other
    differences = differences[np.isfinite(differences)]
    if len(differences) < ROUNDS // 2:
        return float("nan"), float("nan")
    low, high = np.quantile(differences, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _without_outliers(rest: np.ndarray) -> np.ndarray:
    """The values with the lowest and highest 1 % clipped, so that a night with a loose strap does not decide."""
    known = rest[np.isfinite(rest)]
    return np.clip(rest, *np.quantile(known, [0.01, 0.99])) if len(known) else rest
