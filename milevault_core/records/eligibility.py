"""What counts: a user's efforts without the impossible ones and those the user rejected.

Each activity is judged by itself here (the guard that compares efforts with the athlete's others comes later:
recompute.py), so a change to one activity touches only its own rows.

activities: one row each, columns ACTIVITIES. `fingerprint` is any text that does not depend on the order in which
files came in (the original's sha256 and part); it breaks ties, which an id must not do. decisions: columns DECISIONS;
what the user decided about an effort, "keep" or "not a record". Kind "*" with key 0 is about the whole activity. t0_s,
t1_s: the stretch that the decision is about, NaN for none; the decision then holds for every effort over any part of
that stretch (see Kind.stretch).
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from milevault_core.records import DAYS, EFFORTS, KINDS
from milevault_core.records.plausible import IMPOSSIBLE, IMPOSSIBLE_OF, NOT_OWN_LEGS, STRETCH

ACTIVITIES = (
    "activity_id", "fingerprint", "sport", "start_time", "local_day", "is_indoor", "is_virtual", "is_transition",
    "date_doubted",
)  # fmt: skip
DECISIONS = ("activity_id", "kind", "key", "decision", "t0_s", "t1_s")
KEEP, NOT_A_RECORD = "keep", "not a record"
WHOLE = "*"
FIGURES = {"longest_distance": "distance_m", "longest_time": "moving_s", "most_climb": "ascent_m"}
_JOINED = ("fingerprint", "sport", "start_time", "local_day", "is_indoor")


class History(NamedTuple):
    activities: pd.DataFrame  # ACTIVITIES
    efforts: pd.DataFrame  # EFFORTS
    decisions: pd.DataFrame  # DECISIONS


class EligibleEfforts(NamedTuple):
    efforts: pd.DataFrame  # EFFORTS, _JOINED, and `is_kept`: the user vouches for it
    days: pd.DataFrame  # DAYS, one row per activity
    left_out: pd.DataFrame  # EFFORTS: why an activity, a stretch of it, or a sensor is left out


def admit(history: History) -> EligibleEfforts:
    """The efforts that may be records, before the comparison with the athlete's other efforts (outliers.py)."""
    activities, efforts, decisions = history
    own = ~activities["sport"].isin(NOT_OWN_LEGS).to_numpy() & ~activities["is_transition"].to_numpy(bool)
    own &= ~activities["date_doubted"].to_numpy(bool)  # the date cannot be right
    activities = activities[own]
    whole = decisions[decisions["kind"] == WHOLE]
    kept = whole.loc[whole["decision"] == KEEP, "activity_id"]
    rejected = whole.loc[whole["decision"] == NOT_A_RECORD, "activity_id"]

    at = pd.Index(activities["activity_id"]).get_indexer(efforts["activity_id"])
    efforts, at = efforts[at >= 0], at[at >= 0]
    vouched = efforts["activity_id"].isin(kept).to_numpy()
    beyond = one_of(efforts["kind"], (IMPOSSIBLE, STRETCH, *IMPOSSIBLE_OF.values()))
    left_out = efforts[beyond & ~vouched]

    known = one_of(efforts["kind"], (k.name for k in KINDS.values() if k.over == "activity"))
    single = _single(efforts, decisions)
    is_kept = vouched | (single == KEEP)
    out = efforts["activity_id"].isin(left_out.loc[left_out["kind"] == IMPOSSIBLE, "activity_id"]).to_numpy()
    for sensor, kind in IMPOSSIBLE_OF.items():
        faulty = left_out.loc[left_out["kind"] == kind, "activity_id"]
        out = out | ((efforts["kind"] == sensor) & efforts["activity_id"].isin(faulty)).to_numpy()
    no_place = activities["is_virtual"].to_numpy(bool)[at]
    places = one_of(efforts["kind"], (k.name for k in KINDS.values() if k.real_place))
    counts = (
        known
        & (is_kept | ~out)
        & ~(no_place & places)
        & ~efforts["activity_id"].isin(rejected).to_numpy()
        & (single != NOT_A_RECORD)
    )
    admitted = efforts.loc[counts, list(EFFORTS)].reset_index(drop=True)
    for name in _JOINED:
        admitted[name] = activities[name].to_numpy()[at[counts]]
    admitted["is_kept"] = is_kept[counts]
    return EligibleEfforts(admitted, _days(activities, admitted), left_out.reset_index(drop=True))


def _single(efforts: pd.DataFrame, decisions: pd.DataFrame) -> np.ndarray:
    """The decision on each effort, "" where there is none. A decision about a stretch holds for all efforts that
    overlap it."""
    said = np.full(len(efforts), "", dtype=object)
    decisions = decisions[decisions["kind"] != WHOLE]
    rows = np.flatnonzero(efforts["activity_id"].isin(decisions["activity_id"]).to_numpy())
    if not len(rows):
        return said
    part = efforts.iloc[rows]
    activity, key = part["activity_id"].to_numpy(), part["key"].to_numpy(float)
    kind, stretch = part["kind"].to_numpy(object), stretches(part["kind"])
    begin, end = part["t0_s"].to_numpy(float), part["t1_s"].to_numpy(float)
    for row in decisions.itertuples(index=False):
        about = activity == row.activity_id
        known = KINDS.get(row.kind)
        if known is not None and known.stretch and row.t0_s == row.t0_s:
            about &= (stretch == known.stretch) & overlap(begin, end, row.t0_s, row.t1_s)
        else:
            about &= (kind == row.kind) & (key == row.key)
        said[rows[about]] = row.decision
    return said


def stretches(kinds: pd.Series) -> np.ndarray:
    """What each effort's window is a stretch of, by its kind; "" for nothing."""
    codes, there = pd.factorize(kinds)
    names = [KINDS[name].stretch if name in KINDS else "" for name in there]
    return np.array(names, dtype=object)[codes] if len(there) else np.empty(0, dtype=object)


def overlap(
    begin: np.ndarray, end: np.ndarray, first: np.ndarray | float, last: np.ndarray | float
) -> np.ndarray:
    """Whether two windows share more than a moment, or are identical."""
    return (np.minimum(end, last) > np.maximum(begin, first)) | ((begin == first) & (end == last))


def one_of(column: pd.Series, names: Iterable[str]) -> np.ndarray:
    """Mask of the rows with one of these names, for a column of few distinct texts."""
    codes, there = pd.factorize(column)
    wanted = set(names)
    return np.array([name in wanted for name in there], dtype=bool)[codes] if len(there) else codes == 0


def _days(activities: pd.DataFrame, admitted: pd.DataFrame) -> pd.DataFrame:
    """One row per activity with its figures that count."""
    days = {"local_day": activities["local_day"].to_numpy(), "sport": activities["sport"].to_numpy()}
    index = pd.Index(activities["activity_id"])
    kind, value = admitted["kind"], admitted["value"].to_numpy(float)
    for name, figure in FIGURES.items():
        rows = one_of(kind, (name,))
        days[figure] = np.full(len(activities), np.nan)
        days[figure][index.get_indexer(admitted["activity_id"].to_numpy()[rows])] = value[rows]
    return pd.DataFrame({name: days[name] for name in DAYS})
