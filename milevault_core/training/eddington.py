"""The Eddington number: the largest E with E days of E km (or miles) or more."""

import numpy as np
import pandas as pd


def number(values: np.ndarray) -> int:
    """The largest E such that E of the values are at least E. values: (n,), one per day, in the unit of E."""
    falling = np.sort(np.asarray(values, float))[::-1]
    return int((falling >= np.arange(1, len(falling) + 1)).sum())


def history(days: pd.Series, metres: pd.Series, unit_m: float = 1000.0) -> pd.DataFrame:
    """The Eddington number on each day on which it grew (day, number). The sum of each local day counts."""
    total = (
        pd.Series(np.asarray(metres, float), index=pd.Index(days))
        .fillna(0.0)
        .groupby(level=0)
        .sum()
        .sort_index()
    )
    found: list[tuple[object, int]] = []
    counts: dict[int, int] = {}
    level = 0
    for day, distance in (total / unit_m).items():
        whole = int(distance + 1e-9)
        counts[whole] = counts.get(whole, 0) + 1
        while sum(c for d, c in counts.items() if d > level) >= level + 1:
            level += 1
            counts = {d: c for d, c in counts.items() if d >= level}
            found.append((day, level))
    return pd.DataFrame(found, columns=["day", "number"]).drop_duplicates(
        "day", keep="last", ignore_index=True
    )


def missing(days: pd.Series, metres: pd.Series, goal: int, unit_m: float = 1000.0) -> int:
    """How many more days of `goal` units are needed to raise the Eddington number to `goal`."""
    total = pd.Series(np.asarray(metres, float), index=pd.Index(days)).fillna(0.0).groupby(level=0).sum()
    return max(goal - int((total / unit_m + 1e-9 >= goal).sum()), 0)
