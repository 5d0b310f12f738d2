"""A user's cuts and corrections of a recording, applied to its prepared form. The file stays untouched: edits are
applied again whenever the activity is built from its files, and each can be undone.

    trim      only what lies between two times is kept
    cut       a stretch is taken out; its time becomes a pause, the distance closes up
    spike     one quantity becomes unknown within a stretch
    altitude  elevation times a factor plus an offset

Times are seconds since 1970 (UTC), so that an edit means the same after the file has been read again.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd

from milevault_core import track
from milevault_core.activities.kept_totals import after_a_cut, swum_lengths
from milevault_core.activities.lap_figures import cut_laps, measured_again
from milevault_core.activities.prepare import Prepared
from milevault_core.activities.summary import offset_in, summarise
from milevault_core.formats import Recording
from milevault_core.metrics.seconds import gap_of
from milevault_core.problems import BadFile, thousands

PREFIX = "track:"  # starts the names of these edits among an activity's edits
ROUNDED_S = 1.0  # devices write the start of a length in whole seconds
CHANNELS = ("heart_rate", "power", "cadence", "speed", "altitude", "temperature", "position")
# The device's totals that no longer hold once a channel is edited.
_TOTALS = {
    "heart_rate": ("avg_heart_rate", "max_heart_rate"),
    "power": ("avg_power", "max_power", "normalized_power", "tss", "intensity_factor"),
    "cadence": ("avg_cadence", "max_cadence"),
    "speed": ("max_speed",),
    "altitude": ("ascent_m", "descent_m"),
    "temperature": ("avg_temperature",),
    "position": (),
}


@dataclass(frozen=True)
class TrackEdit:
    """One edit. `start`, `stop`: seconds since 1970, both inclusive; None is an open end."""

    kind: str  # trim | cut | spike | altitude
    start: float | None = None
    stop: float | None = None
    channel: str = ""
    factor: float = 1.0
    offset: float = 0.0
    split_off: int | None = None  # for a trim: the activity that was made from the part cut off

    def __post_init__(self) -> None:
        numbers = [v for v in (self.start, self.stop, self.factor, self.offset) if v is not None]
        if self.kind not in ("trim", "cut", "spike", "altitude") or not np.isfinite(numbers).all():
            raise ValueError("There is no such edit.")
        if self.start is not None and self.stop is not None and self.start > self.stop:
            raise ValueError("The stretch ends before it begins.")
        if self.kind == "spike" and self.channel not in CHANNELS:
            raise ValueError(f"{self.channel!r} cannot be edited.")
        if self.kind == "trim" and self.start is None and self.stop is None:
            raise ValueError("Say where the activity begins or ends.")
        if self.kind in ("cut", "spike") and (self.start is None or self.stop is None):
            raise ValueError("Say which stretch.")
        if self.kind == "altitude" and not (0 < self.factor <= 10 and abs(self.offset) <= 10_000):
            raise ValueError(f"The factor lies between 0 and 10, the offset within {thousands(10_000)} m.")

    def pack(self) -> str:
        return json.dumps({k: v for k, v in asdict(self).items() if v is not None}, sort_keys=True)


def unpack(value: str) -> TrackEdit:
    """An edit as `pack` wrote it. Raises ValueError."""
    return TrackEdit(**json.loads(value))


def of(edits: Mapping[str, str]) -> list[TrackEdit]:
    """The track edits among all edits of an activity, in the order in which they were made."""
    return [unpack(edits[name]) for name in sorted(edits) if name.startswith(PREFIX)]


def name_at(microseconds: int) -> str:
    """The name of an edit made at this time (microseconds since 1970): names sort in the order of the edits, and stay
    distinct when two activities become one."""
    return f"{PREFIX}{microseconds:017d}"


def apply(prepared: Prepared, edits: Iterable[TrackEdit]) -> None:
    """Apply the edits to a prepared recording and compute its figures again. A recording without points stays as it is.

    Raises BadFile when nothing would be left of it.
    """
    edits = list(edits)
    if not edits or not len(prepared.cleaned):
        return
    cleaned, recording = prepared.cleaned.copy(), prepared.recording
    before = _span(cleaned)
    for edit in edits:
        cleaned, recording = _one(cleaned, recording, edit)
        if len(cleaned) < 2:
            raise BadFile("The edits leave nothing of this activity.")
    if _span(cleaned) < before or len(cleaned) < len(prepared.cleaned):
        share = _share(cleaned, prepared.cleaned)
        totals = after_a_cut(recording.totals, share, prepared.recording.lengths, recording.lengths)
        recording = replace(recording, totals=totals, timer=[])
    prepared.recording, prepared.cleaned, prepared.columns = recording, cleaned, track.arrays(cleaned)
    prepared.summary = summarise(recording, prepared.columns)
    figures = prepared.summary.figures
    start = track.aware(prepared.columns["time"][0])
    offset_s = offset_in(prepared.row["time_zone"], start)  # the start may lie beyond a clock change now
    offset_s = prepared.row["utc_offset_s"] if offset_s is None else offset_s
    prepared.row |= {**figures, "elapsed_s": figures["elapsed_s"] or 0.0, "start_time": start,
                     "utc_offset_s": offset_s, "local_day": _local_day(start, offset_s),
                     "point_count": len(cleaned)}  # fmt: skip


def _one(cleaned: pd.DataFrame, recording: Recording, edit: TrackEdit) -> tuple[pd.DataFrame, Recording]:
    inside = _inside(cleaned["time"].to_numpy(), edit)
    if edit.kind in ("trim", "cut"):
        keep = edit.kind == "trim"
        lengths = _lengths_left(recording.lengths, edit)
        left_m = np.nan
        if swum_lengths(recording.lengths) and cleaned["distance"].notna().any():
            left_m = cleaned["distance"].max() * swum_lengths(lengths) / swum_lengths(recording.lengths)
        at = int(np.argmax(inside)) if inside.any() and not keep else 0
        part = _closed_up(cleaned[inside if keep else ~inside].copy(), at, left_m)
        # Laps are measured after the distance has closed up, else they would include the distance taken out.
        laps = cut_laps(recording.laps, part, edit.start, edit.stop, keep)
        sets = _rows_within(recording.sets, edit, keep)
        return part, replace(recording, laps=laps, lengths=lengths, sets=sets)
    if edit.kind == "altitude":
        cleaned["altitude"] = cleaned["altitude"] * edit.factor + edit.offset
        if edit.factor == 1.0:  # a constant offset changes no climb
            return cleaned, recording
        return cleaned, _without(recording, cleaned, edit, "altitude")
    columns = ["lat", "lon", "speed"] if edit.channel == "position" else [edit.channel]
    cleaned.loc[inside, columns] = np.nan
    return cleaned, _without(recording, cleaned, edit, edit.channel)


def _inside(time: np.ndarray, edit: TrackEdit) -> np.ndarray:
    seconds = time.astype("datetime64[us]").astype("i8") / 1e6
    start = -np.inf if edit.start is None else edit.start
    stop = np.inf if edit.stop is None else edit.stop
    return (seconds >= start - 1e-6) & (seconds <= stop + 1e-6)


def _closed_up(part: pd.DataFrame, at: int, left_m: float = np.nan) -> pd.DataFrame:
    """Close the distance up where rows were taken out before row `at`: it continues from its last value (from 0 if
    there is none).

    In a pool it ends at `left_m`, the distance of the lengths that are left, because the points show a length only at
    the wall."""
    metres = part["distance"].to_numpy(dtype=float).copy()
    after = np.flatnonzero(np.isfinite(metres[at:])) + at
    if not len(after):
        return part
    before = np.flatnonzero(np.isfinite(metres[:at]))
    base = metres[before[-1]] if len(before) else 0.0
    if np.isfinite(left_m):
        metres[at:] = np.maximum(metres[at:] - (metres[after[-1]] - left_m), base)
    else:
        metres[at:] -= metres[after[0]] - base
    return part.assign(distance=metres)


def _lengths_left(lengths: pd.DataFrame, edit: TrackEdit) -> pd.DataFrame:
    """The pool lengths that are completely left; a length that was cut into no longer counts."""
    if not len(lengths):
        return lengths
    begin = pd.to_datetime(lengths["start_time"]).to_numpy().astype("datetime64[us]")
    first = np.where(np.isnat(begin), np.nan, begin.astype("i8") / 1e6)
    took = lengths["elapsed_s"].fillna(lengths["timer_s"]).fillna(0.0).to_numpy(dtype=float)
    start = -np.inf if edit.start is None else edit.start
    stop = np.inf if edit.stop is None else edit.stop
    lost = np.fmin(first + took, stop) - np.fmax(first, start)  # seconds of each length within the stretch
    if edit.kind == "trim":
        lost = took - lost
    return lengths[~(lost > ROUNDED_S)].reset_index(drop=True)


def _rows_within(rows: pd.DataFrame, edit: TrackEdit, keep: bool) -> pd.DataFrame:
    """The sets whose start is kept."""
    if not len(rows) or "start_time" not in rows:
        return rows
    time = pd.to_datetime(rows["start_time"]).to_numpy()
    inside = _inside(time, edit) | np.isnat(time)
    return rows[inside if keep else ~inside | np.isnat(time)].reset_index(drop=True)


def _without(recording: Recording, cleaned: pd.DataFrame, edit: TrackEdit, channel: str) -> Recording:
    gone = _TOTALS[channel]
    laps = measured_again(recording.laps, cleaned, edit.start, edit.stop, channel, gone)
    return replace(recording, totals={k: v for k, v in recording.totals.items() if k not in gone}, laps=laps)


def _span(cleaned: pd.DataFrame) -> float:
    time = cleaned["time"].to_numpy()
    return float((time[-1] - time[0]) / np.timedelta64(1, "s"))


def _share(left: pd.DataFrame, whole: pd.DataFrame) -> float:
    """Share of the recorded seconds that is left. What counts as a pause is judged from the whole track, because a
    swimmer has one point per length."""
    steps, kept = (np.diff(one["time"].to_numpy()) / np.timedelta64(1, "s") for one in (whole, left))
    gap = gap_of(steps)
    return float(kept[kept <= gap].sum() / max(steps[steps <= gap].sum(), 1.0))


def _local_day(start: datetime, offset_s: int) -> date:
    return (start.astimezone(UTC) + timedelta(seconds=offset_s)).date()
