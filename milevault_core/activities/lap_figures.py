"""Laps of a track that was cut or corrected: unaffected laps stay as they are, the others are measured again."""

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd


def cut_laps(
    laps: pd.DataFrame, points: pd.DataFrame, start: float | None, stop: float | None, keep: bool
) -> pd.DataFrame:
    """Laps (formats.LAP_COLUMNS) after a trim (keep) or a cut. points: the track that is left; start, stop: seconds
    since 1970, None for an open end. A lap that lost a part gets the time and figures of what is left."""
    if not len(laps) or "start_time" not in laps:
        return laps
    low = -np.inf if start is None else start
    high = np.inf if stop is None else stop
    first, last = spans(laps)
    rows = []
    seconds = points["time"].to_numpy().astype("datetime64[us]").astype("i8") / 1e6
    for row, a, b in zip(laps.to_dict("records"), first, last, strict=True):
        if not np.isfinite(a + b):
            continue
        overlap = min(b, high) - max(a, low)
        if keep:
            if overlap >= (b - a) - 0.5:
                rows.append(row)
            elif overlap > 0:
                rows.append(_measured(row, points, seconds, max(a, low), min(b, high), 0.0))
        elif overlap <= 0.5:
            rows.append(row)
        elif overlap < (b - a) - 0.5:
            rows.append(_measured(row, points, seconds, a, b, overlap))
    return pd.DataFrame(rows, columns=laps.columns)


def spans(laps: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Start and end of each lap in seconds since 1970; NaN where a lap does not give them."""
    # Plain arrays: there are so few laps that each pandas call takes longer than everything else.
    begin = np.asarray(laps["start_time"])
    if begin.dtype.kind != "M":
        begin = pd.to_datetime(laps["start_time"]).to_numpy()
    begin = begin.astype("datetime64[us]")
    first = np.where(np.isnat(begin), np.nan, begin.astype("i8") / 1e6)
    took = np.asarray(laps["elapsed_s"], float)
    if "timer_s" in laps:
        took = np.where(np.isnan(took), np.asarray(laps["timer_s"], float), took)
    return first, first + took


def measured_again(
    laps: pd.DataFrame, points: pd.DataFrame, start: float | None, stop: float | None, channel: str,
    names: Collection[str],
) -> pd.DataFrame:  # fmt: skip
    """Laps after one quantity of the points was corrected between two times (seconds since 1970, None: an open end).
    Laps that overlap them get the mean and maximum of their points; their other columns in `names` become NaN."""
    columns = [name for name in names if name in laps]
    if not len(laps) or not columns:
        return laps
    first, last = spans(laps)
    touched = ~(
        (last <= (-np.inf if start is None else start)) | (first > (np.inf if stop is None else stop))
    )
    seconds = points["time"].to_numpy().astype("datetime64[us]").astype("i8") / 1e6
    values = points[channel].to_numpy(dtype=float)
    changed = {name: laps[name].to_numpy(dtype=float, na_value=np.nan).copy() for name in columns}
    for i in np.flatnonzero(touched):
        held = values[(seconds >= first[i]) & (seconds < last[i]) & np.isfinite(values)]
        for name, kept in changed.items():
            kept[i] = np.nan
            if len(held) and name in (f"avg_{channel}", f"max_{channel}"):
                kept[i] = held.max() if name.startswith("max") else held.mean()
    return laps.assign(**changed)


def _measured(
    row: dict[str, Any], points: pd.DataFrame, seconds: np.ndarray, start: float, stop: float, gone_s: float
) -> dict[str, Any]:
    """A lap's row for what lies between two times in the track that is left; `gone_s` seconds of it were cut out."""
    part = points[(seconds >= start - 1e-6) & (seconds <= stop + 1e-6)]
    out: dict[str, Any] = {name: None if isinstance(value, str) else np.nan for name, value in row.items()}
    out |= {name: row[name] for name in ("trigger", "intensity", "stroke", "workout_step") if name in row}
    out["start_time"] = np.datetime64(round(start * 1e6), "us")
    out["elapsed_s"] = stop - start
    # The lap's pauses do not count either; only its own timer knows of them.
    ran = float(np.fmin(row.get("timer_s") or np.nan, stop - start - gone_s))
    if "timer_s" in out:
        out["timer_s"] = ran
    metres = points["distance"].to_numpy(dtype=float)
    known = np.isfinite(metres)
    if known[(seconds >= start) & (seconds <= stop)].sum() > 1:  # laps rarely end at a point
        first_m, last_m = np.interp((start, stop), seconds[known], metres[known])
        out["distance_m"] = float(last_m - first_m)
        if ran > 0:
            out["avg_speed"] = out["distance_m"] / ran
    for name in ("heart_rate", "cadence", "power"):
        values = part[name].dropna()
        if len(values):
            out[f"avg_{name}"] = float(values.mean())
            if f"max_{name}" in out:
                out[f"max_{name}"] = float(values.max())
    return {name: out.get(name, np.nan) for name in row}
