"""Split a recording that was paused and resumed days later into its activities (docs/decisions/0033). dispatch.py
uses this for all formats.

Single points with another date are not an activity: they come from a wrong clock, which track/clock.py corrects.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from milevault_core import track
from milevault_core.formats.recording import Channel, Reading, Recording
from milevault_core.problems import Problem

APART = np.timedelta64(2, "D")
FEWEST, SHORTEST = 30, np.timedelta64(60, "s")  # minimum points and duration of an activity
MOST = 50
FIRST = np.datetime64("1990-01-02", "us")  # an earlier time means that the clock was never set


def split_resumed(reading: Reading) -> None:
    """Replace each recording that holds several activities by those activities, in place. The first keeps the
    recording's number; the others are numbered after all existing ones."""
    if reading.kind != "activity":
        return
    made: list[Recording] = []
    later: list[Recording] = []
    for recording in reading.recordings:
        first, *others = _parts(recording)
        made.append(first)
        later += others
    number = max((r.part for r in made), default=0)
    reading.recordings = made + [replace(r, part=number + k) for k, r in enumerate(later, 1)]


def _parts(recording: Recording) -> list[Recording]:
    """The recording itself, or the activities it holds, in order of time."""
    time = np.asarray(recording.track["time"].to_numpy(), "datetime64[us]")
    known = time[~np.isnat(time)]
    if len(known) < 2 * FEWEST or known.max() - known.min() <= APART:
        return [recording]
    ordered = np.sort(known)
    cuts = np.flatnonzero(np.diff(ordered) > APART)
    begins, ends = np.append(ordered[0], ordered[cuts + 1]), np.append(ordered[cuts], ordered[-1])
    counts = np.diff(np.concatenate(([-1], cuts, [len(ordered) - 1])))
    latest = np.datetime64(datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1), "us")
    whole = (counts >= FEWEST) & (ends - begins >= SHORTEST) & (begins >= FIRST) & (ends <= latest)
    if (
        not 2 <= whole.sum() <= MOST
        or _goes_back(time, begins[whole])
        or _lasted_less(recording, begins, ends, whole)
    ):
        return [recording]
    # A stretch that is not an activity by itself stays with the next activity, where its clock is corrected.
    owner = np.searchsorted(begins[whole], begins, side="left").clip(max=int(whole.sum()) - 1)
    filled = pd.Series(time).bfill().ffill().to_numpy()
    group = np.searchsorted(begins, filled, side="right").clip(1) - 1
    of = owner[group]
    said = Problem("resumed", "The recording was resumed days later: each part is an activity of its own.")
    return [
        _part(recording, of == k, begin, end, said)
        for k, (begin, end) in enumerate(zip(begins[whole], ends[whole], strict=True))
    ]


def _goes_back(time: np.ndarray, begins: np.ndarray) -> bool:
    """Whether the points in file order jump back and forth between the activities, or return to an earlier one: then
    the clock jumped."""
    group = np.searchsorted(begins, time[~np.isnat(time)], side="right")
    edges = np.flatnonzero(np.diff(group)) + 1
    runs = np.split(group, edges)
    if len(runs) > 2 * len(begins) + 1:
        return True
    long = [int(run[0]) for run in runs if len(run) >= FEWEST]
    return any(one in long[: i - 1] for i, one in enumerate(long) if i and one != long[i - 1])


def _lasted_less(recording: Recording, begins: np.ndarray, ends: np.ndarray, whole: np.ndarray) -> bool:
    """Whether the device's elapsed time is shorter than every gap between the activities: then its clock jumped."""
    elapsed_s = recording.totals.get("elapsed_s", np.nan)
    between = begins[whole][1:] - ends[whole][:-1]
    return bool(0 < elapsed_s < between.min() / np.timedelta64(1, "s"))


def _part(
    recording: Recording, rows: np.ndarray, begin: np.datetime64, end: np.datetime64, said: Problem
) -> Recording:
    """The activity in these rows. The summary covers the whole recording, so it is left out."""
    margin = APART / 2
    frames = {}
    for name in ("laps", "lengths", "sets"):
        frame = getattr(recording, name)
        if len(frame):
            at = pd.to_datetime(frame["start_time"]).to_numpy().astype("datetime64[us]")
            frames[name] = frame[(at >= begin - margin) & (at <= end + margin)].reset_index(drop=True)
    details = dict(recording.details)
    if "segments" in details:
        before = np.append(0, np.cumsum(rows))
        inside = [int(before[min(row, len(rows))]) for row in details["segments"]]
        details["segments"] = sorted({0, *(row for row in inside if row < before[-1])})
    return replace(
        recording,
        start_time=track.aware(begin),
        track=recording.track[rows].reset_index(drop=True),
        channels=[
            Channel(c.name, c.unit, np.asarray(c.values)[rows], c.developer) for c in recording.channels
        ],
        timer=[(a, b) for a, b in recording.timer if a >= begin - margin and b <= end + margin],
        totals={name: value for name, value in recording.totals.items() if name == "pool_length_m"},
        details=details,
        problems=[*recording.problems, said],
        **frames,
    )
