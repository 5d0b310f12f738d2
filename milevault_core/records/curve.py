"""Power, heart rate and speed curves of an athlete: the best mean for each duration. Registers nothing itself."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from milevault_core.records.mean_max import CURVE_DURATIONS

RECENT_DAYS = 42


def best_curves(stored: pd.DataFrame, today: date) -> pd.DataFrame:
    """The best of many activities' curves: all time, this year, the last 42 days (today is one of them).

    stored: one row per activity that counts, columns activity_id, local_day, values (float32 arrays of
    CURVE_DURATIONS, see efforts.curves). Returns long rows: span ("all", "year", "recent"), duration_s, value,
    activity_id. Durations longer than every activity of the span are left out. Equal values go to the earlier day.
    """
    columns = ["span", "duration_s", "value", "activity_id"]
    stored = stored.sort_values(["local_day", "activity_id"], ignore_index=True)
    day = stored["local_day"].to_numpy("datetime64[s]").astype("datetime64[D]")
    spans = {
        "all": np.ones(len(stored), dtype=bool),
        "year": (day >= np.datetime64(date(today.year, 1, 1)))
        & (day <= np.datetime64(date(today.year, 12, 31))),
        "recent": (day > np.datetime64(today - timedelta(days=RECENT_DAYS))) & (day <= np.datetime64(today)),
    }
    if stored.empty:
        return pd.DataFrame(columns=columns)
    table = np.stack(stored["values"].to_list()).astype(float)
    table = np.where(np.isnan(table), -np.inf, table)
    ids = stored["activity_id"].to_numpy()
    found = []
    for span, inside in spans.items():
        if not inside.any():
            continue
        rows = table[inside].argmax(axis=0)
        value = table[inside].max(axis=0)
        held = np.isfinite(value)
        durations = np.array(CURVE_DURATIONS)[held]
        part = {
            "span": span,
            "duration_s": durations,
            "value": value[held],
            "activity_id": ids[inside][rows][held],
        }
        found.append(pd.DataFrame(part))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)
