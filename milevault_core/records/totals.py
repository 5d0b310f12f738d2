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
    value, day = days[figure].to_numpy(float), days["local_day"].to_numpy()
    names, sport = np.unique(days["sport"].to_numpy(str), return_inverse=True)
    if with_all:
        names, sport = np.append(names, ALL_SPORTS), np.append(sport, np.full(len(sport), len(names)))
        value, day = np.tile(value, 2), np.tile(day, 2)
    found: dict[str, list] = {name: [] for name in CANDIDATES}
    for period in PERIODS:
        number = numbers(day, period)
        pairs, group = np.unique(np.stack([sport, number]), axis=1, return_inverse=True)
        found["sport"].append(names[pairs[0]])
        found["key"].append(np.full(pairs.shape[1], period))
        found["day"].append(first_day(pairs[1], period))
        found["last_day"].append(last_day(pairs[1], period))
        found["value"].append(np.bincount(group.ravel(), weights=value, minlength=pairs.shape[1]))
    return pd.DataFrame({name: np.concatenate(parts) for name, parts in found.items()})
