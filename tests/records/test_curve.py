from datetime import date

import numpy as np
import pandas as pd

from milevault_core.records.curve import best_curves
from milevault_core.records.mean_max import CURVE_DURATIONS


def stored(*rows):
    frame = pd.DataFrame(rows, columns=["activity_id", "local_day", "values"])
    return frame.assign(local_day=pd.to_datetime(frame["local_day"]))


def flat(value, longest=18_000):
    return np.where(np.array(CURVE_DURATIONS) <= longest, value, np.nan).astype(np.float32)


def test_spans_and_who_holds_what():
    rows = stored(
        (1, "2024-06-01", flat(300.0)),
        (2, "2025-01-01", flat(280.0, 600)),
        (3, "2025-11-12", flat(250.0, 3_600)),
        (4, "2025-10-01", flat(260.0, 60)),  # 43 days before
        (5, "2025-11-13", flat(900.0)),  # tomorrow
    )
    found = best_curves(rows[rows["activity_id"] != 5], date(2025, 11, 12))
    held = {(s, d): (v, i) for s, d, v, i in found.itertuples(index=False, name=None)}
    assert held["all", 18_000] == (300, 1)
    assert held["year", 600] == (280, 2)
    assert held["year", 1_200] == (250, 3)
    assert held["recent", 1] == (250, 3)
    assert ("year", 18_000) not in held
    ahead = best_curves(rows, date(2025, 11, 12))
    assert ahead[ahead["span"] == "recent"]["value"].max() == 250


def test_42_days_include_today_and_the_earlier_of_equals_holds():
    rows = stored((1, "2025-10-01", flat(260.0)), (2, "2025-10-02", flat(260.0)))
    recent = best_curves(rows, date(2025, 11, 12))
    assert set(recent[recent["span"] == "recent"]["activity_id"]) == {2}
    assert set(recent[recent["span"] == "all"]["activity_id"]) == {1}
    assert best_curves(rows.iloc[:0], date(2025, 11, 12)).empty
