"""Days, weeks, months and years by number. Registers nothing itself."""

import numpy as np
from numpy.typing import ArrayLike

_MONDAY = np.datetime64("1970-01-05", "D")
FIRST_WEEKDAYS = {"monday": 0, "saturday": 5, "sunday": 6}  # users.week_start, as date.weekday() counts
# The key of a period is roughly its length in days, so that periods sort.
DAY, WEEK, MONTH, YEAR = 1.0, 7.0, 30.0, 365.0
PERIODS = (DAY, WEEK, MONTH, YEAR)
_UNITS = {MONTH: "datetime64[M]", YEAR: "datetime64[Y]"}


def numbers(local_days: ArrayLike, period: float, first_weekday: int = 0) -> np.ndarray:
    """The number of the period that each local day is in; neighbouring periods differ by one. Weeks begin on
    `first_weekday` (0 is Monday)."""
    days = np.asarray(local_days, dtype="datetime64[s]").astype("datetime64[D]")
    if period in _UNITS:
        return days.astype(_UNITS[period]).astype(np.int64)
    return (days - _origin(period, first_weekday)).astype(np.int64) // int(period)


def first_day(number: np.ndarray, period: float, first_weekday: int = 0) -> np.ndarray:
    """The first day of each period that `numbers` counted, datetime64[s]."""
    if period in _UNITS:
        return number.astype(_UNITS[period]).astype("datetime64[s]")
    days = number * int(period) + _origin(period, first_weekday).astype(np.int64)
    return days.astype("datetime64[D]").astype("datetime64[s]")


def last_day(number: np.ndarray, period: float, first_weekday: int = 0) -> np.ndarray:
    """The last day of each period, datetime64[s], shape of `number`."""
    return first_day(number + 1, period, first_weekday) - np.timedelta64(86_400, "s")


def _origin(period: float, first_weekday: int) -> np.datetime64:
    """The first day of the period with number 0."""
    return _MONDAY + np.timedelta64(first_weekday if period == WEEK else 0, "D")
