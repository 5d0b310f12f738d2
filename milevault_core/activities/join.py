"""Joins consecutive recordings of one workout (a watch that was stopped and started again) into one."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from milevault_core import track
from milevault_core.activities import track_edits
from milevault_core.activities.fill import take_local_time
from milevault_core.activities.kept_totals import of_both
from milevault_core.activities.prepare import Prepared
from milevault_core.activities.summary import summarise, told_zone
from milevault_core.activities.track_edits import TrackEdit
from milevault_core.formats import Channel, Recording


def joined(parts: Sequence[Prepared]) -> Prepared:
    """One prepared recording from several, each complete in itself. Where two overlap in time, the earlier one's points
    are kept. The distance of each part continues from the one before; the time between them is a pause. If the first
    does not give its time zone, the next one that does counts."""
    ordered = sorted(parts, key=lambda one: (one.row["start_time"], one.facts["part"]))
    whole = ordered[0]
    for part in ordered[1:]:
        if _adds(whole, part):
            whole = _two(whole, part)
    return whole


def _adds(a: Prepared, b: Prepared) -> bool:
    """Whether the second part goes on after the first. True if either has no points, because then nothing contradicts
    it."""
    if not len(a.cleaned) or not len(b.cleaned):
        return True
    ends = a.cleaned["time"].to_numpy()[-1]
    return bool((b.cleaned["time"].to_numpy() > ends).sum() > 1)


def _two(a: Prepared, b: Prepared) -> Prepared:
    rows_a, rows_b = len(a.recording.track), len(b.recording.track)
    b, first_m = _what_follows(a, b)
    later = b.cleaned
    if len(a.cleaned) and len(later):
        later = later[later["time"].to_numpy() > a.cleaned["time"].to_numpy()[-1]].copy()
        known = a.cleaned["distance"].dropna()
        if len(known):
            later["distance"] = later["distance"] - first_m + known.iloc[-1]
        if "seq" in later:
            later["seq"] = np.arange(len(later)) + len(a.cleaned)
    later = later.set_axis(later.index + rows_a)
    cleaned = pd.concat([a.cleaned, later]) if len(later) else a.cleaned
    recording = replace(
        a.recording,
        track=pd.concat([a.recording.track, b.recording.track], ignore_index=True),
        laps=_below(a.recording.laps, _without_foreign_steps(a.recording, b.recording)),
        lengths=_below(a.recording.lengths, b.recording.lengths),
        sets=_below(a.recording.sets, b.recording.sets), totals=_totals(a, b), timer=[],
        channels=_channels(a.recording, b.recording, rows_a, rows_b),
        problems=[*a.recording.problems, *b.recording.problems],
        device=a.recording.device or b.recording.device, understood=min(a.recording.understood, b.recording.understood),
    )  # fmt: skip
    columns = track.arrays(cleaned)
    summary = summarise(recording, columns)
    figures = summary.figures
    row = {**a.row, **figures, "elapsed_s": figures["elapsed_s"] or 0.0, "point_count": len(cleaned),
           "device": recording.device, "understood": recording.understood}  # fmt: skip
    made = Prepared(recording, cleaned, columns, row, a.facts, summary)
    if told_zone(a.columns, a.recording) == ("", None):
        take_local_time(made, b)
        made.recording = replace(made.recording, utc_offset_s=b.recording.utc_offset_s)
    return made


def _without_foreign_steps(first: Recording, second: Recording) -> pd.DataFrame:
    """The laps of the second, without its workout steps if they belong to another workout than the first's."""
    if not len(second.laps) or first.details.get("workout") == second.details.get("workout"):
        return second.laps
    return second.laps.assign(workout_step=np.nan)


def _below(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    if not len(first) or not len(second):
        return first if len(first) else second
    return pd.concat([first.astype(object), second.astype(object)], ignore_index=True).infer_objects()


def _totals(a: Prepared, b: Prepared) -> dict[str, float]:
    """The device totals that hold for both together. The moving time is the sum of the parts' own: because of the pause
    between them, the timer would look like that of a device that is stopped at every halt."""
    moving = a.row["moving_s"], b.row["moving_s"]
    seconds = [part.row["moving_s"] or part.row["elapsed_s"] or 0.0 for part in (a, b)]
    out = of_both(a.recording.totals, b.recording.totals, (seconds[0], seconds[1]))
    if moving[0] and moving[1]:
        out["moving_s"] = float(sum(moving))
    begins, ends = a.row["start_time"], b.row["start_time"]
    return out | {"elapsed_s": (ends - begins).total_seconds() + float(b.row["elapsed_s"] or 0.0)}


def _what_follows(a: Prepared, b: Prepared) -> tuple[Prepared, float]:
    """The second part without what the first also recorded (its laps, lengths and totals as well), and the distance at
    which the rest begins."""
    if not len(a.cleaned) or not len(b.cleaned):
        return b, 0.0
    ends, times = a.cleaned["time"].to_numpy()[-1], b.cleaned["time"].to_numpy()
    if times[0] > ends:
        return b, 0.0
    kept = times >= ends
    metres = b.cleaned["distance"].to_numpy(dtype=float)
    known = np.isfinite(metres)
    first_m, whole_m, told_m = 0.0, 0.0, b.recording.totals.get("distance_m", np.nan)
    if (known & kept).any():
        at_end_m = np.interp(ends.astype("i8"), times[known].astype("i8"), metres[known])
        first_m, whole_m = at_end_m - metres[known & kept][0], metres[known][-1]
    b = replace(b, row=dict(b.row))
    track_edits.apply(b, [TrackEdit("trim", start=float(ends.astype("datetime64[us]").astype("i8")) / 1e6)])
    if whole_m > 0 and np.isfinite(told_m) and "distance_m" not in b.recording.totals:
        b.recording.totals["distance_m"] = told_m * (1.0 - at_end_m / whole_m)
    return b, first_m


def _channels(a: Recording, b: Recording, rows_a: int, rows_b: int) -> list[Channel]:
    found: dict[tuple[str, str], Channel] = {}
    for one, before, after in ((a, 0, rows_b), (b, rows_a, 0)):
        for channel in one.channels:
            values = np.asarray(channel.values, "f4")
            key = (channel.name, channel.developer)
            padded = np.concatenate((np.full(before, np.nan, "f4"), values, np.full(after, np.nan, "f4")))
            if key in found:
                padded = np.where(np.isnan(padded), found[key].values, padded)
            found[key] = replace(channel, values=padded)
    return list(found.values())
