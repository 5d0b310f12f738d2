"""Two recordings of one workout that follow each other (a watch that was stopped and started again) as one."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from milevault_core import track
from milevault_core.activities.fill import take_local_time
from milevault_core.activities.prepare import Prepared
from milevault_core.activities.summary import summarise, told_zone
from milevault_core.formats import Channel, Recording

_SUMS = ("timer_s", "moving_s", "distance_m", "ascent_m", "descent_m", "calories", "strokes")
_MOST = ("max_speed", "max_heart_rate", "max_power", "max_cadence")


def joined(parts: Sequence[Prepared]) -> Prepared:
    """One prepared recording from several, each of which is complete in itself. Where two overlap in time, the
    earlier one's points stand. The distance of each part continues from the one before; the time between them is a
    pause. Where the first does not tell its time zone, the next one that does counts."""
    ordered = sorted(parts, key=lambda one: (one.row["start_time"], one.facts["part"]))
    whole = ordered[0]
    for part in ordered[1:]:
        whole = _two(whole, part)
    return whole


def _two(a: Prepared, b: Prepared) -> Prepared:
    rows_a, rows_b = len(a.recording.track), len(b.recording.track)
    later = b.cleaned
    if len(a.cleaned) and len(later):
        later = later[later["time"].to_numpy() > a.cleaned["time"].to_numpy()[-1]].copy()
        known = a.cleaned["distance"].dropna()
        if len(known) and later["distance"].notna().any():
            first = later["distance"].dropna().iloc[0] if len(later) < len(b.cleaned) else 0.0
            later["distance"] = later["distance"] - first + known.iloc[-1]
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
        understood=min(a.recording.understood, b.recording.understood),
    )  # fmt: skip
    columns = track.arrays(cleaned)
    summary = summarise(recording, columns)
    figures = summary.figures
    row = {**a.row, **figures, "elapsed_s": figures["elapsed_s"] or 0.0, "point_count": len(cleaned),
           "understood": recording.understood}  # fmt: skip
    made = Prepared(recording, cleaned, columns, row, a.facts, summary)
    if told_zone(a.columns, a.recording) == ("", None):
        take_local_time(made, b)
        made.recording = replace(made.recording, utc_offset_s=b.recording.utc_offset_s)
    return made


def _without_foreign_steps(first: Recording, second: Recording) -> pd.DataFrame:
    """The laps of the second, without the steps of a workout that is not the one whose steps are kept."""
    if not len(second.laps) or first.details.get("workout") == second.details.get("workout"):
        return second.laps
    return second.laps.assign(workout_step=np.nan)


def _below(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    if not len(first) or not len(second):
        return first if len(first) else second
    return pd.concat([first.astype(object), second.astype(object)], ignore_index=True).infer_objects()


def _totals(a: Prepared, b: Prepared) -> dict[str, float]:
    """The device totals that hold for both together: sums and maxima. Means are recomputed."""
    first, second = a.recording.totals, b.recording.totals
    out = {name: first[name] + second[name] for name in _SUMS if name in first and name in second}
    out |= {name: max(first[name], second[name]) for name in _MOST if name in first and name in second}
    begins, ends = a.row["start_time"], b.row["start_time"]
    return out | {"elapsed_s": (ends - begins).total_seconds() + float(b.row["elapsed_s"] or 0.0)}


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
