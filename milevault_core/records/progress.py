"""From candidates to records: each improvement on the one before, the current record, the best of each year."""

import numpy as np
import pandas as pd

from milevault_core.records import KINDS

GROUP = ("kind", "sport", "is_indoor", "key")
# day: local; of a period its first. previous, gain: the record before and by how much it was beaten (positive),
# NaN for a first one. season: year of `day`.
RECORDS = (
    *GROUP, "activity_id", "start_time", "day", "last_day", "value", "previous", "gain", "t0_s", "t1_s", "source",
    "season", "is_improvement", "is_current", "is_season_best",
)  # fmt: skip


def progress(candidates: pd.DataFrame) -> pd.DataFrame:
    """Records (columns RECORDS) of candidates: GROUP, activity_id, fingerprint, start_time, day, last_day, value,
    t0_s, t1_s, source.

    In order of start; of equals the earlier one holds. Rows that are neither an improvement nor a season's best
    are left out.
    """
    if candidates.empty:
        return pd.DataFrame(columns=list(RECORDS))
    lower = candidates["kind"].map({k.name: k.lower_is_better for k in KINDS.values()}).to_numpy(bool)
    frame = candidates.assign(cost=np.where(lower, 1.0, -1.0) * candidates["value"].to_numpy(float))
    frame = frame.sort_values([*GROUP, "start_time", "cost", "fingerprint"], ignore_index=True)
    cost = frame["cost"].to_numpy()
    season = frame["day"].dt.year.to_numpy()
    group = frame.groupby(list(GROUP), sort=False).ngroup().to_numpy()
    starts = np.flatnonzero(np.append(True, np.diff(group) != 0))
    ends = np.append(starts[1:], len(frame))

    previous = np.full(len(frame), np.nan)
    improvement, current, best_of_season = (np.zeros(len(frame), dtype=bool) for _ in range(3))
    for a, b in zip(starts, ends, strict=True):
        part = cost[a:b]
        before = np.append(np.inf, np.minimum.accumulate(part)[:-1])
        better = part < before
        improvement[a:b] = better
        previous[a:b] = np.where(np.isfinite(before), np.abs(before), np.nan)
        current[a + np.flatnonzero(better)[-1]] = True
        ordered = np.lexsort((np.arange(b - a), part, season[a:b]))
        first = np.append(True, np.diff(season[a:b][ordered]) != 0)
        best_of_season[a + ordered[first]] = True
    frame["season"] = season
    frame["previous"] = np.where(improvement, previous, np.nan)
    frame["gain"] = np.where(improvement, np.abs(frame["value"].to_numpy(float) - previous), np.nan)
    frame["is_improvement"], frame["is_current"] = improvement, current
    frame["is_season_best"] = best_of_season
    return frame.loc[improvement | best_of_season, list(RECORDS)].reset_index(drop=True)
