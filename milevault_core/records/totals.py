"""The most in a day, week, month and year."""

from typing import Any

import numpy as np
import pandas as pd

from milevault_core.records import ALL_SPORTS, CANDIDATES, record
from milevault_core.records.calendar import PERIODS, first_day, last_day, numbers
from milevault_core.records.fits import CLIMB, DISTANCE


@record(
    "most_distance", "Most distance", "m", key_unit="period", over="periods", section="periods", order=1,
    title="Most distance in a {key}", sports=DISTANCE,
)  # fmt: skip
def most_distance(days: pd.DataFrame, first_weekday: int = 0) -> pd.DataFrame:
    """Metres in one day, week, month and year, by sport."""
    return _most(days, "distance_m", first_weekday, with_all=False)


@record(
    "most_time", "Most time", "s", key_unit="period", over="periods", section="periods", order=2,
    title="Most time in a {key}", heads={"": {7: 14}},
)  # fmt: skip
def most_time(days: pd.DataFrame, first_weekday: int = 0) -> pd.DataFrame:
    """Moving time in one day, week, month and year, by sport and over all sports."""
    return _most(days, "moving_s", first_weekday, with_all=True)


@record(
    "most_ascent", "Most climb", "m", key_unit="period", over="periods", section="periods", order=3,
    title="Most climb in a {key}", quantity="altitude", sports=CLIMB | {ALL_SPORTS},
)  # fmt: skip
def most_ascent(days: pd.DataFrame, first_weekday: int = 0) -> pd.DataFrame:
    """Metres climbed in one day, week, month and year, by sport and over all sports."""
    return _most(days, "ascent_m", first_weekday, with_all=True)


@record(
    "most_activities", "Most activities", "", key_unit="period", over="periods", section="periods", order=4,
    title="Most activities in a {key}", heads={"": {365: 16}},
)  # fmt: skip
def most_activities(days: pd.DataFrame, first_weekday: int = 0) -> pd.DataFrame:
    """Activities in one day, week, month and year, by sport and over all sports."""
    return _most(days, "", first_weekday, with_all=True)


def _most(days: pd.DataFrame, figure: str, first_weekday: int, with_all: bool) -> pd.DataFrame:
    value = days[figure].to_numpy(float) if figure else np.ones(len(days))
    # Sorted before summing, so that the floating-point sum does not depend on the order of the activities.
    held = np.flatnonzero(value > 0)
    held = held[np.argsort(value[held], kind="stable")]
    value, day = value[held], days["local_day"].to_numpy()[held]
    sport, names = pd.factorize(days["sport"].to_numpy()[held], sort=True)
    if with_all:
        names, sport = np.append(names, ALL_SPORTS), np.append(sport, np.full(len(sport), len(names)))
        value, day = np.tile(value, 2), np.tile(day, 2)
    found: dict[str, list[Any]] = {name: [] for name in CANDIDATES}
    for period in PERIODS:
        number = numbers(day, period, first_weekday)
        low = number.min(initial=0)
        width = int(number.max(initial=0) - low) + 1
        pairs, group = np.unique(sport * width + (number - low), return_inverse=True)
        found["sport"].append(names[pairs // width])
        found["key"].append(np.full(len(pairs), period))
        found["day"].append(first_day(pairs % width + low, period, first_weekday))
        found["last_day"].append(last_day(pairs % width + low, period, first_weekday))
        found["value"].append(np.bincount(group, weights=value, minlength=len(pairs)))
    return pd.DataFrame({name: np.concatenate(parts) for name, parts in found.items()})
