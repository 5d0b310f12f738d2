"""All of a user's records: a pure function of activities, their efforts and the user's decisions.

Adding an activity never worsens the best of what counts and what waits. It can make a later record look implausible
for the athlete; that record then waits to be confirmed, and is shown as waiting (docs/decisions/0020).
"""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from milevault_core.records import EFFORTS, KINDS
from milevault_core.records.eligibility import FIGURES, History, admit
from milevault_core.records.outliers import waiting as find_waiting
from milevault_core.records.plausible import IMPOSSIBLE, IMPOSSIBLE_OF, STRETCH
from milevault_core.records.progress import GROUP, RECORDS, progress

Group = tuple[str, str, bool, float | None]  # key None: every key
# typical, share: what a doubted effort is compared with and by how much it is better (outliers.waiting); NaN where it
# only overlaps a doubted stretch. is_asked: true for the one effort per stretch that the user is asked about.
WAITING = (
    *GROUP, "activity_id", "start_time", "day", "value", "typical", "share", "t0_s", "t1_s", "source", "is_asked",
)  # fmt: skip
_NAMES = {"local_day": "day"}
_REST = (
    "activity_id", "fingerprint", "start_time", "local_day", "value", "t0_s", "t1_s", "source", "is_kept",
)  # fmt: skip


class Records(NamedTuple):
    records: pd.DataFrame  # progress.RECORDS
    waiting: pd.DataFrame  # WAITING: none of them counts until it is kept
    left_out: pd.DataFrame  # EFFORTS: why an activity, a stretch of it or a sensor does not count


def compute(history: History, groups: set[Group] | None = None, first_weekday: int = 0) -> Records:
    """The records. With `groups`, only those of these groups and of the kinds over periods (see `touched`);
    `history` must then hold all rows of `rows_needed(groups)`, for every activity.
    Weeks begin on `first_weekday` (0 is Monday)."""
    admitted = admit(history)
    efforts = admitted.efforts
    if groups is not None:
        rows = zip(*(efforts[name].tolist() for name in GROUP), strict=True)
        wanted = (row in groups or (*row[:3], None) in groups for row in rows)
        efforts = efforts[np.fromiter(wanted, bool, len(efforts))]
    efforts = efforts.rename(columns=_NAMES).reset_index(drop=True)
    waiting = find_waiting(efforts)
    counted = efforts.drop(index=waiting.index).assign(last_day=lambda f: f["day"])
    counted = pd.concat(
        [f for f in (counted, *_periods(admitted.days, first_weekday)) if len(f)] or [counted]
    )
    waiting = waiting.sort_values([*GROUP, "start_time", "value", "fingerprint"], ignore_index=True)
    return Records(_typed(progress(counted)), waiting[list(WAITING)], admitted.left_out[list(EFFORTS)])


def counted(history: History) -> set[tuple[Any, ...]]:
    """What counts of these activities: rows of GROUP and all that a record depends on, in values that fit in JSON."""
    efforts = admit(history).efforts
    columns = []
    for name in (*GROUP, *_REST):
        values = efforts[name].to_numpy()
        columns.append(
            (values.astype("M8[us]").astype("i8") if values.dtype.kind == "M" else values).tolist()
        )
    return set(zip(*columns, strict=True))


def touched(before: set[tuple[Any, ...]], after: set[tuple[Any, ...]]) -> set[Group]:
    """The groups whose records may differ between two sets of `counted` rows of the changed activities. A doubted
    effort of one kind and key holds back others over the same stretch, so every key of every such kind is included."""
    groups: set[Group] = {row[: len(GROUP)] for row in before ^ after}
    for kind, sport, is_indoor, _ in list(groups):
        of = KINDS[kind].stretch if kind in KINDS else ""
        groups |= {(k.name, sport, is_indoor, None) for k in KINDS.values() if of and k.stretch == of}
    return groups


def rows_needed(groups: set[Group]) -> set[tuple[str, float | None]]:
    """(kind, key) of the stored efforts that `compute` needs for these groups; key None stands for every key."""
    always = (*FIGURES, IMPOSSIBLE, STRETCH, *IMPOSSIBLE_OF.values())
    return {(kind, key) for kind, _, _, key in groups} | {(kind, None) for kind in always}


def _periods(days: pd.DataFrame, first_weekday: int) -> list[pd.DataFrame]:
    """Candidates of the kinds over periods, with the columns of the other candidates."""
    found = {
        kind.name: kind.compute(days, first_weekday) for kind in KINDS.values() if kind.over == "periods"
    }
    found = {name: rows[rows["sport"].map(KINDS[name].fits).astype(bool)] for name, rows in found.items()}
    found = {name: rows for name, rows in found.items() if len(rows)}
    if not found:
        return []
    rows = pd.concat(found.values(), ignore_index=True)
    return [
        rows.assign(
            kind=np.repeat(list(found), [len(part) for part in found.values()]), is_indoor=False, activity_id=pd.NA,
            fingerprint="", start_time=rows["day"], t0_s=np.nan, t1_s=np.nan, source="",
        )
    ]  # fmt: skip


_TYPES = (
    {"activity_id": "Int64", "is_indoor": bool, "key": float, "value": float, "season": "int64"}
    | {name: "datetime64[us]" for name in ("start_time", "day", "last_day")}
    | dict.fromkeys(("previous", "gain", "t0_s", "t1_s"), float)
    | dict.fromkeys(("is_improvement", "is_current", "is_season_best"), bool)
)


def _typed(records: pd.DataFrame) -> pd.DataFrame:
    """The records with fixed dtypes, so that an empty frame looks like a full one."""
    columns = {}
    for name in RECORDS:
        column, wanted = records[name], _TYPES.get(name)
        columns[name] = column if wanted is None or column.dtype == wanted else column.astype(wanted)
    return pd.DataFrame(columns)
