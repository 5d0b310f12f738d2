"""Efforts that are implausible for this athlete: they wait until the user has decided.

An effort is doubted if it is better than the athlete's second percentile by more than its kind's margin (Guard; 15 %
for a best time) and at least ten efforts of earlier activities exist. With fewer, only the table of world records
applies.

"Earlier" is by start time, so the order of imports does not matter. The percentile is a rank: the r-th best of all
other efforts, with r = 2 % of the number of earlier ones, at least 2. The rank depends only on earlier efforts, but the
efforts compared are all that are known, so later efforts can confirm an effort but never make it wait. Two wrong
efforts do not confirm each other.

Everything that overlaps the stretch of a doubted effort waits with it: what is wrong with the 400 m is also in the
10 km around it. The user is asked about each stretch once, with the doubted effort that covers most of it.
"""

import numpy as np
import pandas as pd

from milevault_core.records import KINDS
from milevault_core.records.eligibility import one_of, overlap, stretches
from milevault_core.records.progress import in_order

EARLIER = 10
SHARE = 0.02


def typical(values: np.ndarray, start: np.ndarray) -> np.ndarray:
    """What each effort is compared with: the r-th lowest of the others, NaN with fewer than EARLIER before it.

    values: lower is better (negate the values of other kinds); start: when the activity began, in any order. One
    value per effort, all of the same shape (n,).
    """
    out = np.full(len(values), np.nan)
    earlier = np.searchsorted(np.sort(start), start, "left")
    rank = np.maximum(2, np.ceil(SHARE * earlier)).astype(int)
    held = earlier >= EARLIER
    if not held.any():
        return out
    ordered = np.sort(values)
    own = np.searchsorted(ordered, values, "left")  # how many are better than this one
    out[held] = ordered[np.where(own < rank, rank, rank - 1)[held]]
    return out


def waiting(efforts: pd.DataFrame) -> pd.DataFrame:
    """The rows of efforts (index kept) that wait, with `typical` and `share` (0.19: 19 % better than typical; NaN for
    efforts that only overlap a doubted stretch), and `is_asked`: true for one effort per stretch."""
    part = efforts[one_of(efforts["kind"], (k.name for k in KINDS.values() if k.stretch))]
    part = part.assign(typical=_against(part))
    lower = one_of(part["kind"], (k.name for k in KINDS.values() if k.lower_is_better))
    value, usual = part["value"].to_numpy(float), part["typical"].to_numpy(float)
    part["share"] = np.where(lower, 1 - value / usual, value / usual - 1)
    free = ~part["is_kept"].to_numpy(bool)
    doubted = free & (part["share"].to_numpy() > _margins(part))  # NaN is never doubted
    near = free & part["activity_id"].isin(part["activity_id"][doubted]).to_numpy()
    part, doubted = part[near], doubted[near]
    is_asked, waits = _asked(part, doubted)
    found = part.assign(is_asked=is_asked)[waits]
    found.loc[~doubted[waits], ["typical", "share"]] = np.nan
    return found


def _asked(part: pd.DataFrame, doubted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(mask of the rows to ask about, mask of the rows that wait) for activities with doubted efforts."""
    activity, of = part["activity_id"].to_numpy(), stretches(part["kind"])
    begin, end = part["t0_s"].to_numpy(float), part["t1_s"].to_numpy(float)
    key, kind = part["key"].to_numpy(float), part["kind"].to_numpy(object)
    is_asked, waits = np.zeros(len(part), dtype=bool), np.zeros(len(part), dtype=bool)
    for one, what in {(a, w) for a, w in zip(activity[doubted], of[doubted], strict=True)}:
        own = np.flatnonzero((activity == one) & (of == what))
        todo = own[doubted[own]]
        while len(todo):
            first = todo[np.argmin(begin[todo])]
            t0, t1 = begin[first], end[first]
            while True:  # windows that overlap, and those that overlap them in turn
                mine = todo[overlap(begin[todo], end[todo], t0, t1)]
                if end[mine].max() <= t1:
                    break
                t1 = end[mine].max()
            is_asked[max(mine, key=lambda row: (end[row] - begin[row], key[row], kind[row]))] = True
            waits[own[overlap(begin[own], end[own], t0, t1)]] = True
            todo = todo[~np.isin(todo, mine)]
    return is_asked, waits


def _against(part: pd.DataFrame) -> np.ndarray:
    """What each effort is compared with, NaN for none."""
    usual = np.full(len(part), np.nan)
    kind, value = part["kind"].to_numpy(object), part["value"].to_numpy(float)
    start, activity = part["start_time"].to_numpy(), part["activity_id"].to_numpy()
    group, order = in_order(part, value)
    for rows in np.split(order, np.flatnonzero(np.diff(group[order])) + 1) if len(part) else ():
        known = KINDS[kind[rows[0]]]
        if known.guard is not None:
            sign = 1 if known.lower_is_better else -1
            usual[rows] = sign * typical(sign * value[rows], start[rows])
    for name in {k.name for k in KINDS.values() if k.guard and k.guard.against == "shortest"}:
        rows = np.flatnonzero(kind == name)
        key = part["key"].to_numpy(float)[rows]
        shortest = rows[key == key.min(initial=np.inf)]
        of = dict(zip(activity[shortest].tolist(), usual[shortest].tolist(), strict=True))
        usual[rows] = [of.get(one, np.nan) for one in activity[rows].tolist()]
    return usual


def _margins(part: pd.DataFrame) -> np.ndarray:
    """How much better an effort must be to be doubted; infinite for kinds without a guard."""
    pairs = list(zip(part["kind"].tolist(), part["key"].tolist(), strict=True))
    of = {(kind, key): (g.margin(key) if (g := KINDS[kind].guard) else np.inf) for kind, key in set(pairs)}
    return np.array([of[pair] for pair in pairs], dtype=float)
