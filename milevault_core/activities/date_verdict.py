"""Judges the date of a recording: what in its own file speaks against it, and which date to use instead
(docs/decisions/0031). dates.py decides whether a start is plausible at all.

A GPS receiver that missed a week rollover is 1,024 weeks behind; a clock that was never set counts from its epoch; a
route planner invents a date. If the file's summary has another date than the points, it shows which case it is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np

from milevault_core.activities.dates import ROLLOVER, is_plausible
from milevault_core.formats import Recording
from milevault_core.problems import Problem, thousands

NEAR = timedelta(days=1)
OTHER = timedelta(days=300)  # a summary this far from the points has a different date
_INVENTED = tuple(datetime(year, 1, 1, tzinfo=UTC) for year in (2000, 2010))  # as planners write
_OFF = {1: f"{thousands(1024)} weeks behind", -1: f"{thousands(1024)} weeks ahead"}
_DAY_FIRST = re.compile(r"(?<!\d)(0?[1-9]|[12]\d|3[01])([-./])(0?[1-9]|1[0-2])\2(19[89]\d|20\d\d)(?!\d)")
_IN_NAME = re.compile(r"(?<!\d)(19[89]\d|20\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")


@dataclass(frozen=True)
class Verdict:
    """`shift`: what to add to the times of the points. `is_doubted`: the date cannot be right, and the activity does
    not count until its owner has set it. `hints`: other dates in the file, the most likely first."""

    shift: timedelta = timedelta(0)
    is_doubted: bool = False
    hints: tuple[datetime, ...] = ()
    problem: Problem | None = None


def judge(recording: Recording, first: datetime | None, now: datetime, in_crowd: bool = False) -> Verdict:
    """Judge the date of a recording whose first point is at `first` (None: it has no points). `in_crowd`: at least
    dates.CROWD files of this person begin at this moment."""
    told = recording.start_time
    start = first or told
    if start is None:
        return Verdict()
    can_be = partial(_can_be, recording=recording, now=now)
    strong = [t for t in (told,) if t is not None and first is not None and abs(t - first) > OTHER]
    weak = [*recording.date_hints, *_in_name(recording.name)]
    good = [t for t in strong if can_be(t)]
    for hint in (*good, *(t for t in weak if can_be(t))):
        weeks = round((hint - start) / ROLLOVER)
        if (weeks > 0 or (weeks < 0 and not can_be(start))) and abs(hint - start - weeks * ROLLOVER) <= NEAR:
            return Verdict(weeks * ROLLOVER, problem=_moved(_OFF.get(weeks, "weeks off")))
    if not can_be(start):
        if good:
            return Verdict(good[0] - start, problem=_moved("not set"))
        hints = [t for t in weak if can_be(t)]
        later = start + ROLLOVER
        if start.year >= 1990 and can_be(later):
            hints.append(later)
        return Verdict(is_doubted=True, hints=tuple(dict.fromkeys(hints)), problem=_IMPLAUSIBLE)
    if good and not any(abs(t - start) <= NEAR for t in weak):  # a hint near the points outvotes the summary
        return Verdict(is_doubted=True, hints=(good[0],), problem=_CONTRADICTS)
    if in_crowd:
        return Verdict(is_doubted=True, hints=tuple(t for t in weak if can_be(t)), problem=_CROWDED)
    return Verdict()


def _can_be(start: datetime, recording: Recording, now: datetime) -> bool:
    return start not in _INVENTED and is_plausible(start, recording.sport, now, recording.format)


def shifted(recording: Recording, shift: timedelta) -> Recording:
    """The recording with the times of its points moved, along with the laps, lengths, sets and timer events that have
    the same date."""
    delta = np.timedelta64(round(shift.total_seconds() * 1e6), "us")
    track = recording.track.copy()
    times = track["time"].to_numpy()
    known = times[~np.isnat(times)]
    middle = np.sort(known)[len(known) // 2] if len(known) else np.datetime64(recording.start_time, "us")

    def moved(values: Any) -> np.ndarray:
        old = np.asarray(values, "datetime64[us]")
        near = np.abs(old - middle) < np.timedelta64(OTHER)
        return np.where(near, old + delta, old)

    track["time"] = times + delta
    frames = {}
    for name in ("laps", "lengths", "sets"):
        frame = getattr(recording, name)
        if len(frame) and "start_time" in frame:
            frames[name] = frame.assign(start_time=moved(frame["start_time"]))
    timer = [(moved([a])[0], moved([b])[0]) for a, b in recording.timer]
    start = recording.start_time
    if start is not None:
        start = moved([start.replace(tzinfo=None)])[0].astype("datetime64[us]").item().replace(tzinfo=UTC)
    return replace(recording, track=track, timer=timer, start_time=start, **frames)


def _in_name(name: str) -> Sequence[datetime]:
    if found := _IN_NAME.search(name or ""):
        year, month, day = found[1], found[3], found[4]
    elif found := _DAY_FIRST.search(name or ""):
        day, month, year = found[1], found[3], found[4]
    else:
        return ()
    try:
        return (datetime(int(year), int(month), int(day), 12, tzinfo=UTC),)
    except ValueError:  # 31 April
        return ()


def _moved(how: str) -> Problem:
    text = f"The device's clock was {how}; the date was taken from the rest of the file."
    return Problem("date_corrected", text)


_IMPLAUSIBLE = Problem("date_implausible", "The date of the activity cannot be right.")
_CROWDED = Problem(
    "date_shared", "Many files begin at this moment: the device's clock starts there when it is switched on."
)
_CONTRADICTS = Problem("date_contradicts", "The file's summary and its points have different dates.")
