"""Days, weeks, months and years by number. Registers nothing itself."""

import numpy as np
from numpy.typing import ArrayLike

_MONDAY = np.datetime64("1970-01-05", "D")
# The key of a period is roughly its length in days, so that periods sort. Weeks begin on Monday.
DAY, WEEK, MONTH, YEAR = 1.0, 7.0, 30.0, 365.0
PERIODS = (DAY, WEEK, MONTH, YEAR)
_UNITS = {MONTH: "datetime64[M]", YEAR: "datetime64[Y]"}


def numbers(local_days: ArrayLike, period: float) -> np.ndarray:
    """The number of the period that each local day is in; neighbouring periods differ by one."""
    days = np.asarray(local_days, dtype="datetime64[s]").astype("datetime64[D]")
    if period in _UNITS:
        return days.astype(_UNITS[period]).astype(np.int64)
    return (days - _MONDAY).astype(np.int64) // int(period)


def first_day(number: np.ndarray, period: float) -> np.ndarray:
    """The first day of each period, datetime64[s]; its last day is the day before `first_day(number + 1)`."""
    if period in _UNITS:
        return number.astype(_UNITS[period]).astype("datetime64[s]")
    days = number * int(period) + _MONDAY.astype(np.int64)
    return days.astype("datetime64[D]").astype("datetime64[s]")


def last_day(number: np.ndarray, period: float) -> np.ndarray:
    """The last day of each period, datetime64[s], shape of `number`."""
    return first_day(number + 1, period) - np.timedelta64(86_400, "s")
