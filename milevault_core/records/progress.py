"""From candidates to records: each improvement on the one before, the current record, the best of each year."""

import numpy as np
import pandas as pd

from milevault_core.records import KINDS

GROUP = ("kind", "sport", "is_indoor", "key")
# day: local; for a period, its first day. previous, gain: the record before and by how much it was beaten (positive),
# NaN for a first record. season: year of `day`.
RECORDS = (
    *GROUP, "activity_id", "start_time", "day", "last_day", "value", "previous", "gain", "t0_s", "t1_s", "source",
    "season", "is_improvement", "is_current", "is_season_best",
)  # fmt: skip


def progress(candidates: pd.DataFrame) -> pd.DataFrame:
    """Records (columns RECORDS) of candidates: GROUP, activity_id, fingerprint, start_time, day, last_day, value,
    t0_s, t1_s, source.

    In order of start; an equal value does not replace the earlier one. Rows that are neither an improvement nor a
    season's best are left out.
    """
    if candidates.empty:
        return pd.DataFrame(columns=list(RECORDS))
    lower = [k.name for k in KINDS.values() if k.lower_is_better]
    value = candidates["value"].to_numpy(float)
    cost = np.where(candidates["kind"].isin(lower).to_numpy(), value, -value)
    group, order = in_order(candidates, cost)
    season = candidates["day"].dt.year.to_numpy()[order]
    group, value, cost = group[order], value[order], cost[order]
    starts = np.flatnonzero(np.append(True, np.diff(group) != 0))

    before = np.empty(len(cost))
    current, best_of_season = np.zeros(len(cost), dtype=bool), np.zeros(len(cost), dtype=bool)
    for a, b in zip(starts.tolist(), np.append(starts[1:], len(cost)).tolist(), strict=True):
        part = cost[a:b]
        before[a] = np.inf
        np.minimum.accumulate(part[:-1], out=before[a + 1 : b])
        current[a + np.flatnonzero(part < before[a:b])[-1]] = True
        ordered = np.lexsort((np.arange(b - a), part, season[a:b]))
        first = np.append(True, np.diff(season[a:b][ordered]) != 0)
        best_of_season[a + ordered[first]] = True
    improvement = cost < before
    kept = improvement | best_of_season
    previous = np.where(improvement & np.isfinite(before), np.abs(before), np.nan)
    found = candidates.iloc[order[kept]].reset_index(drop=True)
    columns = {name: found[name] for name in RECORDS if name in found}
    columns |= {
        "previous": previous[kept], "gain": np.abs(value - previous)[kept], "season": season[kept],
        "is_improvement": improvement[kept], "is_current": current[kept], "is_season_best": best_of_season[kept],
    }  # fmt: skip
    return pd.DataFrame({name: columns[name] for name in RECORDS})


def in_order(frame: pd.DataFrame, cost: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(number of each row's group, rows in order): by group, start and cost, with ties broken by fingerprint."""
    kind, sport, fingerprint = (
        pd.factorize(frame[name], sort=True)[0] for name in ("kind", "sport", "fingerprint")
    )
    indoor, key = frame["is_indoor"].to_numpy(bool), frame["key"].to_numpy(float)
    start = frame["start_time"].to_numpy("datetime64[us]")
    order = np.lexsort((fingerprint, cost, start, key, indoor, sport, kind))
    differs = np.zeros(len(frame), dtype=bool)
    for column in (kind, sport, indoor, key):
        differs[1:] |= np.diff(column[order].astype(float)) != 0
    group = np.empty(len(frame), dtype=np.int64)
    group[order] = np.cumsum(differs)
    return group, order
