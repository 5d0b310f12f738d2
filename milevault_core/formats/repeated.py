"""Remove activities that a file holds twice: a FIT file chained to itself, a TCX that repeats an Activity or its
beginning. dispatch.py uses this for all formats; gpx.py compares its tracks itself, before it joins them.
"""

import numpy as np
import pandas as pd

from milevault_core.formats.recording import Reading, Recording
from milevault_core.problems import Problem

_POINT = ("time", "lat", "lon")  # compared columns; sensor values may be in only one of the two


def take_once(reading: Reading) -> None:
    """Keep each activity of a file once, in place: of two copies, the one with more data. The activities that stay
    keep their number (`part`), because it identifies them if the file was imported before."""
    if reading.kind != "activity" or len(reading.recordings) < 2:
        return
    kept: list[Recording] = []
    by_start: dict[tuple, list[int]] = {}
    repeated = 0
    for recording in reading.recordings:
        alike = by_start.setdefault((recording.sport, recording.is_transition, recording.start_time), [])
        twin = next((place for place in alike if _is_same(kept[place], recording)), None)
        if twin is None:
            alike.append(len(kept))
            kept.append(recording)
        else:
            repeated += 1
            kept[twin] = max(kept[twin], recording, key=_amount)
    if repeated:
        said = Problem("activity_repeated", "A duplicate of an activity in the file was left out.")
        reading.recordings = kept
        for recording in kept:
            recording.problems.append(said)


def _is_same(a: Recording, b: Recording) -> bool:
    """Whether two recordings of the same sport and start time are the same, or one is the beginning of the other."""
    if a.start_time is None:
        return False
    n = min(len(a.track), len(b.track))
    if n:
        return all(_equal(a.track[name][:n], b.track[name][:n]) for name in _POINT)
    return (
        len(a.track) == len(b.track)
        and all(a.totals.get(name) == b.totals.get(name) for name in ("elapsed_s", "timer_s", "distance_m"))
        and all(
            _as_lists(getattr(a, name)) == _as_lists(getattr(b, name)) for name in ("laps", "lengths", "sets")
        )
    )


def _equal(a: pd.Series, b: pd.Series) -> bool:
    return bool(np.array_equal(a.to_numpy(), b.to_numpy(), equal_nan=True))


def _as_lists(frame: pd.DataFrame) -> list:
    """Start times of laps, lengths or sets, which are equal if the workouts are."""
    return np.asarray(frame["start_time"], "datetime64[us]").astype(np.int64).tolist() if len(frame) else []


def _amount(recording: Recording) -> tuple[int, int]:
    """How many point values a recording has, and how many totals and laps."""
    values = int(recording.track.count().sum()) + sum(
        int(np.isfinite(c.values).sum()) for c in recording.channels
    )
    return values, len(recording.totals) + len(recording.laps)
