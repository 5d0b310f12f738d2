"""A day's series as rows, for writing straight into the database."""

import numpy as np
import pandas as pd

from milevault_core.demo.health import Day


def samples(day: Day) -> pd.DataFrame:
    """Columns time (datetime64[us], UTC), metric and value; what was not measured is left out.

    metric: "hr" (bpm), "stress" (0-100), "body_battery" (0-100), "respiration" (breaths a minute), "hrv" (ms).
    Equal to what the day's FIT files hold.
    """
    minute = day.midnight + 60 * (np.arange(day.minutes) + 1)
    nightly = day.midnight + day.night.bed * 60 + 300 * (np.arange(len(day.night.hrv)) + 1)
    series = (
        ("hr", minute, day.heart_rate, day.heart_rate > 0, 1),
        ("stress", minute, day.stress, day.stress >= 0, 1),
        ("body_battery", minute, day.body_battery, day.body_battery > 0, 1),
        ("respiration", minute, day.respiration, day.respiration > 0, 100),
        ("hrv", nightly, day.night.hrv, day.night.hrv > 0, 128),
    )
    return pd.DataFrame(
        {
            "time": np.concatenate([at[on] for _, at, _, on, _ in series])
            .astype("datetime64[s]")
            .astype("M8[us]"),
            "metric": np.repeat([name for name, *_ in series], [int(on.sum()) for *_, on, _ in series]),
            "value": np.concatenate([values[on] / scale for _, _, values, on, scale in series]),
        }
    )
