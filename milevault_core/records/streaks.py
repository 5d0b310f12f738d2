"""Days and weeks in a row."""

import numpy as np
import pandas as pd

from milevault_core.records import ALL_SPORTS, CANDIDATES, record
from milevault_core.records.calendar import DAY, WEEK, first_day, last_day, numbers


@record(
    "streak_days", "Days in a row", "days", over="periods", section="streaks", order=1, heads={"": {0: 15}}
)
def streak_days(days: pd.DataFrame, first_weekday: int = 0) -> pd.DataFrame:
    """Local days in a row with at least one activity, by sport and over all sports."""
    return _streaks(days, DAY, first_weekday)


@record("streak_weeks", "Weeks in a row", "weeks", over="periods", section="streaks", order=2)
def streak_weeks(days: pd.DataFrame, first_weekday: int = 0) -> pd.DataFrame:
    """Weeks in a row with at least one activity, by sport and over all sports."""
    return _streaks(days, WEEK, first_weekday)


def _streaks(days: pd.DataFrame, period: float, first_weekday: int) -> pd.DataFrame:
    """Every streak with its first and last day; for weeks, of the first and the last week."""
    found = []
    number = numbers(days["local_day"].to_numpy(), period, first_weekday)
    sport = days["sport"].to_numpy(str)
    for name in [ALL_SPORTS, *np.unique(sport)]:
        held = np.unique(number if name == ALL_SPORTS else number[sport == name])
        if len(held) == 0:
            continue
        breaks = np.flatnonzero(np.diff(held) > 1)
        first, last = held[np.append(0, breaks + 1)], held[np.append(breaks, len(held) - 1)]
        window = {
            "day": first_day(first, period, first_weekday),
            "last_day": last_day(last, period, first_weekday),
        }
        found.append(pd.DataFrame({"sport": name, "key": 0.0, **window, "value": (last - first + 1.0)}))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(CANDIDATES))
