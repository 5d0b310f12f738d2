"""All of a user's records: a pure function of activities, their efforts and the owner's decisions.

Adding an activity never worsens what is known: the best of what counts and what waits. It can make a record that came
later look implausible for the athlete; that one then waits in the queue, and is shown as waiting (docs/decisions/0020).
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from milevault_core.records import EFFORTS, KINDS
from milevault_core.records.admit import FIGURES, History, admit, one_of
from milevault_core.records.guard import typical, waits
from milevault_core.records.plausible import IMPOSSIBLE, IMPOSSIBLE_OF
from milevault_core.records.progress import GROUP, RECORDS, in_order, progress

Group = tuple[str, str, bool, float]
# share: by how much the effort is faster than what it is held against (guard.typical): 0.19 is "19 % faster".
WAITING = (*GROUP, "activity_id", "start_time", "day", "value", "typical", "share", "t0_s", "t1_s", "source")
_NAMES = {"local_day": "day"}
_REST = (
    "activity_id", "fingerprint", "start_time", "local_day", "value", "t0_s", "t1_s", "source", "is_kept",
)  # fmt: skip


class Records(NamedTuple):
    records: pd.DataFrame  # progress.RECORDS
    waiting: pd.DataFrame  # WAITING: the queue; none of them counts until it is kept
    left_out: pd.DataFrame  # EFFORTS: why an activity, or one sensor of it, does not count


def compute(history: History, groups: set[Group] | None = None) -> Records:
    """The records. With `groups` only those of these groups and of the kinds over periods (see `affected`);
    `history` must then hold all rows of `rows_needed(groups)`, of every activity."""
    admitted = admit(history)
    efforts = admitted.efforts
    if groups is not None:
        rows = zip(*(efforts[name].tolist() for name in GROUP), strict=True)
        efforts = efforts[np.fromiter((row in groups for row in rows), bool, len(efforts))]
    efforts = efforts.rename(columns=_NAMES).reset_index(drop=True)
    waiting = _waiting(efforts)
    counted = efforts.drop(index=waiting.index).assign(last_day=lambda f: f["day"])
    counted = pd.concat([f for f in (counted, *_periods(admitted.days)) if len(f)] or [counted])
    waiting = waiting.sort_values([*GROUP, "start_time", "value", "fingerprint"], ignore_index=True)
    return Records(_typed(progress(counted)), waiting[list(WAITING)], admitted.left_out[list(EFFORTS)])


def counted(history: History) -> set[tuple]:
    """What of these activities counts, a row each of GROUP and all that a record depends on; JSON holds it."""
    efforts = admit(history).efforts
    columns = []
    for name in (*GROUP, *_REST):
        values = efforts[name].to_numpy()
        columns.append(
            (values.astype("M8[us]").astype("i8") if values.dtype.kind == "M" else values).tolist()
        )
    return set(zip(*columns, strict=True))


def touched(before: set[tuple], after: set[tuple]) -> set[Group]:
    """The groups whose candidates differ between two sets of `counted` rows of the changed activities."""
    return {row[: len(GROUP)] for row in before ^ after}


def affected(before: History, after: History) -> set[Group]:
    """The groups whose candidates differ; `before` and `after` need hold the changed activities only."""
    return touched(counted(before), counted(after))


def rows_needed(groups: set[Group]) -> set[tuple[str, float | None]]:
    """(kind, key) of the stored efforts that `compute` needs for these groups; key None stands for every key."""
    always = (*FIGURES, IMPOSSIBLE, *IMPOSSIBLE_OF.values())
    return {(kind, key) for kind, _, _, key in groups} | {(kind, None) for kind in always}


def replace(stored: Records, fresh: Records, groups: set[Group]) -> Records:
    """The stored records with `fresh = compute(…, groups)` in place of what it recomputed."""
    periods = {k.name for k in KINDS.values() if k.over == "periods"}

    def put(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
        stale = [g in groups or g[0] in periods for g in old[list(GROUP)].itertuples(index=False, name=None)]
        parts = [part for part in (old[~np.array(stale, dtype=bool)], new) if len(part)]
        if not parts:
            return new
        return pd.concat(parts).sort_values([*GROUP, "start_time", "day"], kind="stable", ignore_index=True)

    return Records(
        _typed(put(stored.records, fresh.records)), put(stored.waiting, fresh.waiting), fresh.left_out
    )


def _waiting(efforts: pd.DataFrame) -> pd.DataFrame:
    """Rows of efforts, index kept, that are implausible for the athlete and not vouched for."""
    part = efforts[one_of(efforts["kind"], (k.name for k in KINDS.values() if k.guarded))]
    value, start = part["value"].to_numpy(float), part["start_time"].to_numpy()
    kept = part["is_kept"].to_numpy(bool)
    against, held = np.full(len(part), np.nan), np.zeros(len(part), dtype=bool)
    group, order = in_order(part, value)
    for rows in np.split(order, np.flatnonzero(np.diff(group[order])) + 1) if len(part) else ():
        held[rows] = waits(value[rows], start[rows]) & ~kept[rows]
        against[rows] = typical(value[rows], start[rows])
    return part[held].assign(typical=against[held], share=1 - value[held] / against[held])


def _periods(days: pd.DataFrame) -> list[pd.DataFrame]:
    """Candidates of the kinds over periods, in the columns of the others."""
    found = {kind.name: kind.compute(days) for kind in KINDS.values() if kind.over == "periods"}
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
    """Fixed dtypes, so that an empty frame looks like a full one."""
    columns = {}
    for name in RECORDS:
        column, wanted = records[name], _TYPES.get(name)
        columns[name] = column if wanted is None or column.dtype == wanted else column.astype(wanted)
    return pd.DataFrame(columns)
