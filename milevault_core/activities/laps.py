"""Corrects laps and lengths of a recording that contradict themselves."""

import numpy as np
import pandas as pd

from milevault_core.activities.lap_figures import spans
from milevault_core.formats import Recording
from milevault_core.sports.limits import Limits
from milevault_core.track import LIMITS

OFF, OFF_M = 0.2, 20.0  # share of the distance, and metres: footpods and treadmills are off by up to 15 %
COVERED_S = 10.0  # a lap is compared only if the points reach this close to its start and end


def judged_laps(
    recording: Recording, limits: Limits, elapsed_s: float, columns: dict[str, np.ndarray]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(laps, lengths), corrected. Laps are in order; none is faster than its sport allows or longer than the activity,
    includes what was left out of the cleaned track (`columns`), or contradicts its distance. No two lengths overlap."""
    laps = _laps(_in_order(recording.laps), limits, elapsed_s)
    codes = {problem.code for problem in recording.problems}
    if len(laps) and "untravelled" in codes:
        laps = _without_drives(laps, columns)
    if len(laps) and not len(recording.lengths) and "as_recorded" not in codes:
        laps = _as_far_as_the_points(laps, columns)
    return laps, _one_after_another(recording.lengths)


def _in_order(laps: pd.DataFrame) -> pd.DataFrame:
    """The laps sorted by start, because some devices write them in another order; unchanged if a lap has no start."""
    if len(laps) < 2:
        return laps
    begins = np.asarray(laps["start_time"], "datetime64[us]")
    if np.isnat(begins).any() or (begins[1:] >= begins[:-1]).all():
        return laps
    return laps.iloc[np.argsort(begins, kind="stable")].reset_index(drop=True)


def _as_far_as_the_points(laps: pd.DataFrame, columns: dict[str, np.ndarray]) -> pd.DataFrame:
    """Give laps that the points contradict the distance of the points. A lap is contradicted if it differs by more than
    the error of a footpod or treadmill, both over its own time and up to the start of the next lap (if a lap gives only
    its timer time, its pauses make the difference between the two)."""
    known = np.isfinite(columns["distance"])
    if known.sum() < 2:
        return laps
    time = np.asarray(columns["time"], "datetime64[us]")[known].view("i8") / 1e6
    way = columns["distance"][known]
    first, last = spans(laps)
    until = np.append(first[1:], time[-1])
    told = np.asarray(laps["distance_m"], float)
    metres, most = (np.interp(end, time, way) - np.interp(first, time, way) for end in (last, until))
    wrong = (first >= time[0] - COVERED_S) & (last <= time[-1] + COVERED_S)
    for way_m in (metres, most):
        wrong &= np.abs(told - way_m) > OFF * way_m + OFF_M
    if not wrong.any():
        return laps
    took = np.asarray(laps["timer_s"].fillna(laps["elapsed_s"]), float)
    speed = np.divide(metres, took, out=np.full(len(laps), np.nan), where=took > 0)
    changed = {"distance_m": metres, "avg_speed": speed, "max_speed": np.full(len(laps), np.nan)}
    return laps.assign(
        **{name: np.where(wrong, values, laps[name].astype(float)) for name, values in changed.items()}
    )


def _without_drives(laps: pd.DataFrame, columns: dict[str, np.ndarray]) -> pd.DataFrame:
    """Give laps that count more distance than the track does the track's distance and moving time."""
    known = np.isfinite(columns["distance"])
    if known.sum() < 2:
        return laps
    time = np.asarray(columns["time"], "datetime64[us]")[known].view("i8") / 1e6
    way = columns["distance"][known]
    begins = np.asarray(laps["start_time"], "datetime64[us]")
    first = np.where(np.isnat(begins), np.nan, begins.view("i8") / 1e6)
    timer = np.asarray(laps["timer_s"], float)
    last = first + np.fmax(np.asarray(laps["elapsed_s"], float), timer)
    last[:-1] = np.fmax(last[:-1], first[1:])
    metres = np.interp(last, time, way) - np.interp(first, time, way)
    told = np.asarray(laps["distance_m"], float)
    wrong = told > 1.03 * metres + 20.0
    if not wrong.any():
        return laps
    gone = np.append(0.0, np.cumsum(np.where(np.diff(way) > 0, np.diff(time), 0.0)))
    moved = np.fmin(np.interp(last, time, gone) - np.interp(first, time, gone), timer)
    changed = {"distance_m": np.where(wrong, metres, told), "timer_s": np.where(wrong, moved, timer)}
    speed = np.divide(metres, moved, out=np.full(len(laps), np.nan), where=moved > 0)
    changed["avg_speed"] = np.where(wrong, speed, np.asarray(laps["avg_speed"], float))
    changed["max_speed"] = np.where(wrong, np.nan, np.asarray(laps["max_speed"], float))
    return laps.assign(**changed)


def _laps(laps: pd.DataFrame, limits: Limits, elapsed_s: float) -> pd.DataFrame:
    if not len(laps):
        return laps
    changed = {}
    for name in ("avg_speed", "max_speed"):
        values = np.asarray(laps[name], float)
        if (values > limits.fastest).any():
            changed[name] = np.where(values > limits.fastest, np.nan, values)
    for name in ("elapsed_s", "timer_s"):
        values = np.asarray(laps[name], float)
        if elapsed_s > 0 and (values > elapsed_s + 1).any():
            changed[name] = np.where(values > elapsed_s + 1, elapsed_s, values)
    for name in ("avg_heart_rate", "max_heart_rate"):
        values = np.asarray(laps[name], float)
        silent = values < LIMITS["heart_rate"][0]
        if silent.any():
            changed[name] = np.where(silent, np.nan, values)
    return laps.assign(**changed) if changed else laps


def _one_after_another(lengths: pd.DataFrame) -> pd.DataFrame:
    """Drills are recorded as lengths with the same start, each with its share of the time or with all of it. Put them
    one after the other, within the time until the next start."""
    if len(lengths) < 2:
        return lengths
    start = np.asarray(lengths["start_time"], "datetime64[us]")
    elapsed, timer = (np.asarray(lengths[name], float) for name in ("elapsed_s", "timer_s"))
    took = np.nan_to_num(np.where(np.isnan(elapsed), timer, elapsed))
    same = np.append(False, (start[1:] == start[:-1]) & (took[:-1] > 0))
    if not same.any():
        return lengths
    group = np.cumsum(~same) - 1
    heads = start[~same].astype(np.int64) / 1e6
    room = np.append(np.diff(heads), np.inf)
    total = np.bincount(group, took)
    drill = (np.bincount(group) > 1) & (room > 0) & (total > room + 1.0)
    factor = np.where(drill, room / np.maximum(total, 1e-9), 1.0)[group]
    took = took * factor
    start = start.copy()
    for i in np.flatnonzero(same):
        start[i] = start[i - 1] + np.timedelta64(round(took[i - 1] * 1e6), "us")
    return lengths.assign(start_time=start, elapsed_s=elapsed * factor, timer_s=timer * factor)
