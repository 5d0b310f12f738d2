"""The most in a day, week, month and year."""

import numpy as np
import pandas as pd

from milevault_core.records import ALL_SPORTS, CANDIDATES, record

# The key of a period is its name in days, so that it sorts; weeks begin on Monday.
PERIODS = {1.0: "D", 7.0: "W-SUN", 30.0: "M", 365.0: "Y"}


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
    days = days[days[figure] > 0]
    if days.empty:
        return pd.DataFrame(columns=list(CANDIDATES))
    if with_all:
        days = pd.concat([days, days.assign(sport=ALL_SPORTS)])
    # Sorted before summing: the same floating-point sum whatever order the activities came in.
    days = days.sort_values(["sport", "local_day", figure])
    found = []
    for key, frequency in PERIODS.items():
        period = pd.to_datetime(days["local_day"]).dt.to_period(frequency)
        sums = days.groupby([days["sport"], period])[figure].sum().reset_index()
        periods = pd.PeriodIndex(sums["local_day"])
        found.append(
            pd.DataFrame(
                {
                    "sport": sums["sport"],
                    "key": key,
                    "day": periods.start_time.to_numpy().astype("datetime64[D]").astype("datetime64[s]"),
                    "last_day": periods.end_time.to_numpy().astype("datetime64[D]").astype("datetime64[s]"),
                    "value": sums[figure].astype(np.float64),
                }
            )
        )
    return pd.concat(found, ignore_index=True)
