"""What counts: a user's efforts without those that cannot be, or that their owner does not want.

Each activity is judged by itself here (the athlete guard, which compares, comes after: recompute.py), so one
activity's change touches only its own rows.

activities: one row each, columns ACTIVITIES. `fingerprint` is any text that is the same in whatever order files
came in (the original's sha256 and part); it breaks ties that an id must not break.
decisions: columns DECISIONS; what the owner said of an effort, "keep" or "not a record". Kind "*" with key 0 is
said of the whole activity.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from milevault_core.records import DAYS, EFFORTS, KINDS
from milevault_core.records.plausible import IMPOSSIBLE, IMPOSSIBLE_OF, NOT_OWN_LEGS

ACTIVITIES = (
    "activity_id", "fingerprint", "sport", "start_time", "local_day", "is_indoor", "is_virtual", "is_transition",
)  # fmt: skip
DECISIONS = ("activity_id", "kind", "key", "decision")
KEEP, NOT_A_RECORD = "keep", "not a record"
WHOLE = "*"
FIGURES = {"longest_distance": "distance_m", "longest_time": "moving_s", "most_climb": "ascent_m"}
_JOINED = ("fingerprint", "sport", "start_time", "local_day", "is_indoor")


class History(NamedTuple):
    activities: pd.DataFrame  # ACTIVITIES
    efforts: pd.DataFrame  # EFFORTS
    decisions: pd.DataFrame  # DECISIONS


class Admitted(NamedTuple):
    efforts: pd.DataFrame  # EFFORTS, those of _JOINED, and `is_kept`: its owner vouches for it
    days: pd.DataFrame  # DAYS, one row per activity
    left_out: pd.DataFrame  # EFFORTS: the impossible effort for which an activity, or its sensor, is out


def admit(history: History) -> Admitted:
    """The efforts that may be records, before the athlete guard."""
    activities, efforts, decisions = history
    own = ~activities["sport"].isin(NOT_OWN_LEGS).to_numpy() & ~activities["is_transition"].to_numpy(bool)
    activities = activities[own]
    whole = decisions[decisions["kind"] == WHOLE]
    kept = whole.loc[whole["decision"] == KEEP, "activity_id"]
    rejected = whole.loc[whole["decision"] == NOT_A_RECORD, "activity_id"]

    at = pd.Index(activities["activity_id"]).get_indexer(efforts["activity_id"])
    efforts, at = efforts[at >= 0], at[at >= 0]
    vouched = efforts["activity_id"].isin(kept).to_numpy()
    beyond = one_of(efforts["kind"], (IMPOSSIBLE, *IMPOSSIBLE_OF.values()))
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
    return Admitted(admitted, _days(activities, admitted), left_out.reset_index(drop=True))


def _single(efforts: pd.DataFrame, decisions: pd.DataFrame) -> np.ndarray:
    """The decision on each effort, "" where there is none."""
    said = np.full(len(efforts), "", dtype=object)
    if len(decisions):
        names = ["activity_id", "kind", "key"]
        about = pd.MultiIndex.from_frame(decisions[names])
        rows = about.get_indexer(pd.MultiIndex.from_frame(efforts[names]))
        said[rows >= 0] = decisions["decision"].to_numpy(object)[rows[rows >= 0]]
    return said


def one_of(column: pd.Series, names) -> np.ndarray:
    """Which rows of a column of few different texts are one of these names."""
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
