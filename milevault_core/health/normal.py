"""The user's own normal range of a metric, from the previous 28 days. Missing days stay missing."""

import numpy as np
import pandas as pd

DAYS, ENOUGH = 28, 10  # days to look back, and how many of them must have a value
_SD = 1.4826  # standard deviation of a normal distribution, in median absolute deviations


def normal_band(values: pd.Series) -> pd.DataFrame:
    """The normal range of each day, from the 28 days before it, without the day itself.

    values: by date (DatetimeIndex, days may be missing). Returns "median", "low" and "high" for the same dates and the
    days between them: the median, and 1.5 robust standard deviations (from the median absolute deviation) to each side;
    NaN if fewer than 10 of the 28 days have a value.
    """
    by_day = values.sort_index().asfreq("D")
    raw = by_day.to_numpy(np.float64)
    if not len(raw):
        return pd.DataFrame({"median": [], "low": [], "high": []}, index=by_day.index)
    padded = np.concatenate([np.full(DAYS, np.nan), raw[:-1]])
    windows = np.lib.stride_tricks.sliding_window_view(padded, DAYS)
    enough = np.count_nonzero(~np.isnan(windows), axis=1) >= ENOUGH
    median, spread = np.full(len(raw), np.nan), np.full(len(raw), np.nan)
    median[enough] = np.nanmedian(windows[enough], axis=1)
    spread[enough] = np.nanmedian(np.abs(windows[enough] - median[enough, None]), axis=1) * _SD
    band = {"median": median, "low": median - 1.5 * spread, "high": median + 1.5 * spread}
    return pd.DataFrame(band, index=by_day.index)
