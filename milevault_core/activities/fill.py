"""Fills what the primary recording lacks from the others: aligned by time, never across gaps."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from milevault_core.activities.clocks import WHOLE
from milevault_core.activities.prepare import Prepared
from milevault_core.activities.summary import local_time, summarise, told_zone
from milevault_core.formats import Channel
from milevault_core.track import arrays

COLUMNS = ("altitude", "heart_rate", "cadence", "power", "temperature")
_SMOOTH = frozenset(
    ("altitude", "heart_rate", "temperature")
)  # interpolated; the others jump, so the nearest value is taken
ZONE_S = 900.0  # a clock that is off by this much may be in another time zone
GAP_S = 15.0  # longest gap that is filled, or three of the other recording's usual steps


def fill(primary: Prepared, others: Sequence[tuple[Prepared, float]]) -> list[dict[str, int]]:
    """Fill columns and channels that the primary recording does not have at all. Each is taken from the first of the
    others that has it, and from further ones that cover a different part of the time. Each of the others comes with the
    seconds to add to its times. The figures are computed again; calories are the sum of such parts, but are not taken
    from a recording that lasts longer. If neither the place nor the file of the primary recording gives its time zone,
    the first of the others that does counts.

    Returns what was taken from each of the others: name -> number of points filled.
    """
    cleaned, recording = primary.cleaned.copy(), primary.recording
    taken: list[dict[str, int]] = []
    added: dict[tuple[str, str], Channel] = {}
    lacks = [name for name in COLUMNS if not np.isfinite(cleaned[name].to_numpy()).any()]
    own_calories = recording.totals.get("calories")
    own, taken_for = {(c.name, c.developer) for c in recording.channels}, _Taken()
    for other, shift_s in others:
        mine: dict[str, int] = {}
        taken.append(mine)
        if not len(cleaned) or not len(other.cleaned):
            continue
        rows = _Rows(_seconds(cleaned, cleaned), _seconds(other.cleaned, cleaned) + shift_s)
        for name in lacks:
            if not taken_for.may(name, rows):
                continue
            values = rows.fit(other.cleaned[name].to_numpy(), name in _SMOOTH)
            if np.isfinite(values).any():
                cleaned[name] = _first_known(cleaned[name].to_numpy(), values)
                mine[name] = int(np.isfinite(values).sum())
                taken_for.add(name, rows)
        for channel in other.recording.channels:
            key = (channel.name, channel.developer)
            if key in own or not taken_for.may(key, rows):
                continue
            values = rows.fit(np.asarray(channel.values, float)[other.cleaned.index.to_numpy()], False)
            if np.isfinite(values).any():
                full = _by_row(values, primary)
                if key in added:
                    full = _first_known(added[key].values, full)
                added[key] = Channel(channel.name, channel.unit, full, channel.developer)
                mine[channel.name] = int(np.isfinite(values).sum())
                taken_for.add(key, rows)
        calories = other.recording.totals.get("calories")
        is_longer = WHOLE * other.row["elapsed_s"] > primary.row["elapsed_s"]
        if calories and not own_calories and not is_longer and taken_for.may("calories", rows):
            recording.totals = recording.totals | {"calories": recording.totals.get("calories", 0) + calories}
            mine["calories"] = 1
            taken_for.add("calories", rows)
    if any(taken):
        primary.cleaned, primary.columns = cleaned, arrays(cleaned)
        primary.recording = replace(recording, channels=[*recording.channels, *added.values()])
        primary.summary = summarise(primary.recording, primary.columns)
        figures = primary.summary.figures
        primary.row |= {**figures, "elapsed_s": figures["elapsed_s"] or 0.0}
    if told_zone(primary.columns, primary.recording) == ("", None):
        for other, shift_s in others:
            if abs(shift_s) < ZONE_S and take_local_time(primary, other):
                break
    return taken


def take_local_time(primary: Prepared, other: Prepared) -> bool:
    """Show the primary recording in the time zone of the other one, if the other's place or file gives one. Returns
    whether it does."""
    zone, told_s = told_zone(other.columns, other.recording)
    if not zone and told_s is None:
        return False
    told = replace(other.recording, utc_offset_s=told_s)
    names = ("time_zone", "utc_offset_s", "local_day")
    found = local_time(primary.row["start_time"], other.columns, told, lambda: "UTC")
    primary.row |= dict(zip(names, found, strict=True))
    return True


def _by_row(values: np.ndarray, primary: Prepared) -> np.ndarray:
    """Values of the cleaned points in the shape of a channel: one per row of the recording's own track."""
    full = np.full(len(primary.recording.track), np.nan, dtype="f4")
    full[primary.cleaned.index.to_numpy()] = values
    return full


def _seconds(track: pd.DataFrame, since: pd.DataFrame) -> np.ndarray:
    first = since["time"].to_numpy()[0]
    return (track["time"].to_numpy() - first).astype("timedelta64[us]").astype(float) / 1e6


def _first_known(values: np.ndarray, others: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(values), values, others)


class _Taken:
    """The times for which each thing was taken; another recording may add to it outside these times."""

    def __init__(self) -> None:
        self.times: dict[object, list[tuple[float, float]]] = {}

    def may(self, name: object, rows: "_Rows") -> bool:
        first, last = rows.there[0], rows.there[-1]
        return all(min(last, end) - max(first, start) <= GAP_S for start, end in self.times.get(name, []))

    def add(self, name: object, rows: "_Rows") -> None:
        self.times.setdefault(name, []).append((rows.there[0], rows.there[-1]))


class _Rows:
    """Two series of times on the same clock, and the mapping of values from one to the other."""

    def __init__(self, here: np.ndarray, there: np.ndarray) -> None:
        self.here, self.there = here, there
        usual = float(np.median(np.diff(there))) if len(there) > 1 else 0.0
        self.gap = max(GAP_S, 3 * usual)

    def fit(self, values: np.ndarray, smooth: bool) -> np.ndarray:
        """The values at the times `here`; NaN before, after and within gaps."""
        known = np.isfinite(values)
        out = np.full(len(self.here), np.nan)
        if not known.any():
            return out
        t, v = self.there[known], values[known]
        after = np.searchsorted(t, self.here).clip(0, len(t) - 1)
        before = np.where(t[after] == self.here, after, np.maximum(after - 1, 0))
        inside = (self.here >= t[0]) & (self.here <= t[-1]) & (t[after] - t[before] <= self.gap)
        if smooth:
            fitted = np.interp(self.here, t, v)
        else:
            nearer = np.where(self.here - t[before] <= t[after] - self.here, before, after)
            fitted = v[nearer]
        out[inside] = fitted[inside]
        return out
