"""The most in a day, week, month and year."""

import numpy as np
import pandas as pd

from milevault_core.records import ALL_SPORTS, CANDIDATES, record
from milevault_core.records.calendar import PERIODS, first_day, last_day, numbers


@record("most_distance", "Most distance", "m", key_unit="period", over="periods")
def most_distance(days: pd.DataFrame) -> pd.DataFrame:
    """Metres in one day, week, month and year, by sport."""
    return _most(days, "distance_m", with_all=False)


@record("most_time", "Most time", "s", key_unit="period", over="periods")
def most_time(days: pd.DataFrame) -> pd.DataFrame:
    """Moving time in one day, week, month and year, by sport and over all sports."""
    return _most(days, "moving_s", with_all=True)


@record("most_ascent", "Most climb in a period", "m", key_unit="period", over="periods")
def most_ascent(days: pd.DataFrame) -> pd.DataFrame:
    """Metres climbed in one day, week, month and year, by sport and over all sports."""
    return _most(days, "ascent_m", with_all=True)


@record("most_activities", "Most activities", "", key_unit="period", over="periods")
def most_activities(days: pd.DataFrame) -> pd.DataFrame:
    """Activities in one day, week, month and year, by sport and over all sports."""
    return _most(days.assign(count=1.0), "count", with_all=True)


def _most(days: pd.DataFrame, figure: str, with_all: bool) -> pd.DataFrame:
    # Sorted before summing: the same floating-point sum whatever order the activities came in.
    days = days[days[figure] > 0].sort_values(figure)
    names, sport = np.unique(days["sport"].to_numpy(str), return_inverse=True)
    value = days[figure].to_numpy(float)
    found = []
    for period in PERIODS:
        number = numbers(days["local_day"].to_numpy(), period)
        found.append(_sums(sport, number, value, period).assign(sport=lambda f: names[f["sport"]]))
        if with_all:
            found.append(_sums(np.zeros_like(sport), number, value, period).assign(sport=ALL_SPORTS))
    return pd.concat(found, ignore_index=True)[list(CANDIDATES)]


def _sums(sport: np.ndarray, number: np.ndarray, value: np.ndarray, period: float) -> pd.DataFrame:
    """Candidates of one period length; `sport` by number."""
    pairs, group = np.unique(np.stack([sport, number]), axis=1, return_inverse=True)
    begin, end = first_day(pairs[1], period), last_day(pairs[1], period)
    sums = np.bincount(group.ravel(), weights=value, minlength=pairs.shape[1])
    return pd.DataFrame({"sport": pairs[0], "key": period, "day": begin, "last_day": end, "value": sums})
