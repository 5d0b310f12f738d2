"""Early warning of illness: resting heart rate, HRV, respiration and skin temperature together, compared with the
user's own normal. Not a diagnosis: the values look the same after a hard week, a short night or alcohol, or in heat.

For each metric, take the night's distance from the median of the previous 28 nights, in robust standard deviations and
in the direction of illness (heart rate, respiration and temperature up, HRV down); the score is the mean of them. The
bound is chosen so that for simulated healthy people, whose nights depend on each other, at most one night in 60 is
above it (tests/health/test_illness.py).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from milevault_core.health.normal import normal_band

DIRECTION = {"rhr": 1.0, "hrv_last_night": -1.0, "resp_avg": 1.0, "skin_temp_dev": 1.0}
AT_LEAST = 3  # of the four metrics must have a value
BOUND = 2.6
MOST = 4.0  # limit for a single metric, so that no metric decides alone
_BAND = 1.5  # standard deviations in half the width of normal_band
LEAST_SPREAD = {"rhr": 1.0, "hrv_last_night": 3.0, "resp_avg": 0.25, "skin_temp_dev": 0.15}
BEFORE = 3  # a warning up to this many days before an illness, or on its first day, has foretold it


def scores(days: pd.DataFrame) -> pd.DataFrame:
    """The score of each night. days: by date (DatetimeIndex), with the columns of DIRECTION, NaN if not measured.

    Returns, for all days from the first to the last, "score" (NaN with fewer than three of the four metrics) and each
    metric's part in standard deviations.
    """
    parts = {}
    for name, direction in DIRECTION.items():
        if name not in days or days[name].notna().sum() == 0:
            continue
        values = days[name].astype(float).sort_index().asfreq("D")
        band = normal_band(values)
        spread = ((band["high"] - band["median"]) / _BAND).clip(lower=LEAST_SPREAD[name])
        parts[name] = (direction * (values - band["median"]) / spread).clip(-MOST, MOST)
    if not parts:
        return pd.DataFrame({"score": pd.Series(dtype=float, index=pd.DatetimeIndex([]))})
    found = pd.DataFrame(parts)
    enough = found.notna().sum(axis=1) >= AT_LEAST
    return found.assign(score=found.mean(axis=1).where(enough))


@dataclass(frozen=True)
class Record:
    """How good the warnings have been so far. illnesses: marked illnesses with a score on the first day or in the three
    days before; foretold: how many of them had a warning then; words: nights with a warning; false: how many of these
    were neither in the three days before an illness nor during one; nights: healthy nights with a score."""

    illnesses: int
    foretold: int
    words: int
    false: int
    nights: int


def record(score: pd.Series, ill_days: set[pd.Timestamp]) -> Record:
    """Compare the score, by date, with the days marked as ill."""
    firsts = {day for day in ill_days if day - pd.Timedelta(days=1) not in ill_days}
    near = {day - pd.Timedelta(days=k) for day in firsts for k in range(BEFORE + 1)} | ill_days
    known = score.dropna()
    said = known.index[known > BOUND]
    judged = [first for first in firsts if any(_before(first, k) in known.index for k in range(BEFORE + 1))]
    foretold = [first for first in judged if any(_before(first, k) in said for k in range(BEFORE + 1))]
    healthy = [day for day in known.index if day not in near]
    return Record(len(judged), len(foretold), len(said), sum(day not in near for day in said), len(healthy))


def _before(day: pd.Timestamp, k: int) -> pd.Timestamp:
    return day - pd.Timedelta(days=k)


def is_above(score: float) -> bool:
    return bool(np.isfinite(score) and score > BOUND)
