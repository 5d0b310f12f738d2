"""Days and weeks in a row."""

import numpy as np
import pandas as pd

from milevault_core.records import ALL_SPORTS, CANDIDATES, record

_FIRST_MONDAY = np.datetime64("1970-01-05", "D")


@record("streak_days", "Days in a row", "days", over="periods")
def streak_days(days: pd.DataFrame) -> pd.DataFrame:
    """Local days in a row with at least one activity, by sport and over all sports."""
    return _streaks(days, 1)


@record("streak_weeks", "Weeks in a row", "weeks", over="periods")
def streak_weeks(days: pd.DataFrame) -> pd.DataFrame:
    """Weeks in a row, Monday to Sunday, with at least one activity, by sport and over all sports."""
    return _streaks(days, 7)


def _streaks(days: pd.DataFrame, length: int) -> pd.DataFrame:
    """Every streak with its first and last day; of a week those of the week."""
    found = []
    local = days["local_day"].to_numpy("datetime64[s]").astype("datetime64[D]")
    number = (local - _FIRST_MONDAY).astype(np.int64) // length
    sport = days["sport"].to_numpy(object)
    for name in [ALL_SPORTS, *sorted(set(sport))]:
        numbers = np.unique(number if name == ALL_SPORTS else number[sport == name])
        if len(numbers) == 0:
            continue
        breaks = np.flatnonzero(np.diff(numbers) > 1)
        first = numbers[np.append(0, breaks + 1)]
        last = numbers[np.append(breaks, len(numbers) - 1)]
        found.append(
            pd.DataFrame(
                {
                    "sport": name,
                    "key": 0.0,
                    "day": (_FIRST_MONDAY + first * length).astype("datetime64[s]"),
                    "last_day": (_FIRST_MONDAY + last * length + (length - 1)).astype("datetime64[s]"),
                    "value": (last - first + 1).astype(np.float64),
                }
            )
        )
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(CANDIDATES))
