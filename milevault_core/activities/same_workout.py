"""Are two recordings of the same workout? The answer is symmetric and depends on the two recordings alone.

Yes, if they overlap for at least 80 % of the shorter one's time after an allowed shift of the clock, and agree

    in track      if both have one: positions at equal times lie close together
    otherwise     in duration and distance within 3 %, or in heart rate beat by beat

The allowed shift is up to 120 s if the two already overlap by ten seconds without it (one person does not record two
workouts at once, but repeats and laps follow each other within minutes or immediately).

A clock may be further off: up to four minutes if the files still overlap almost completely, whole hours (a time zone
error), a day, or 1,024 weeks. Then the two must be copies: tracks of some extent, as close together as copies are, of
the same duration, with the same heart rate. Two files from one device are copies only if the clock is off by 1,024
weeks.

The numbers come from `manage.py bench duplicates`; docs/decisions/0007 gives their margins.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from milevault_core.activities.beside import apart_m, beats_apart, extent_m
from milevault_core.activities.clocks import MAX_SHIFT_S, OVERLAP, ROLLOVER_S, clock_errors, may_hold
from milevault_core.activities.match_line import Line, unpack

ALIKE = 0.03  # duration and distance
BESIDE_M, FAR_M = 30.0, 80.0  # median and 90th percentile of the distance between two devices
COPY_M, COPY_FAR_M = 12.0, 40.0  # the same for a copy
EXTENT_M = 100.0  # smallest diagonal of a copy's track: on a court any two minutes look alike
COPY_OF_EXTENT, COPY_FAR_OF_EXTENT = 0.02, 0.06
COPY_ALIKE = 0.1  # difference in duration: a copy may be cropped
MINUTES_S = 240  # clock error that a copy may have although the two overlap without a shift
BEATS = 4.0  # bpm; mean difference in heart rate
_COARSE = 80  # samples used in the search for the shift


@dataclass(frozen=True)
class Facts:
    """What is stored about a recording to find others of the same workout. `start_s`: seconds since 1970. `is_dated`:
    whether its start is plausible (activities/dates.py). `is_leg`: one of several recordings in a FIT file, as in a
    triathlon (files of other formats may hold a year's activities). `entry`: its list entry (activities/entries.py),
    and `told` the number of the last import that contained it."""

    fingerprint: str
    start_s: float
    elapsed_s: float
    distance_m: float | None
    packed: bytes | None
    group: str = "other"  # of the sport
    format: str = ""
    device: str = ""
    point_count: int = 0
    channel_count: int = 0
    is_dated: bool = True
    is_leg: bool = False
    entry: str = ""
    told: int = 0

    @cached_property
    def line(self) -> Line | None:
        return unpack(self.packed) if self.packed else None

    @property
    def has_track(self) -> bool:
        return self.line is not None and self.line.has_track

    @property
    def end_s(self) -> float:
        return self.start_s + self.elapsed_s


@dataclass(frozen=True)
class Match:
    """`shift_s` is added to the second recording's times; `apart` is how far apart the two then are."""

    shift_s: float
    apart: float


def same(a: Facts, b: Facts) -> Match | None:
    """How the two fit together, or None if they are not of the same workout."""
    if a.fingerprint > b.fingerprint:  # symmetric to the last bit: always computed in the same order
        found = same(b, a)
        return Match(-found.shift_s, found.apart) if found else None
    if a.entry and a.entry == b.entry:
        return Match(0.0, 0.0)
    if _are_parts(a, b):
        return None
    with_track = a.has_track and b.has_track
    for error in clock_errors(a, b):
        if with_track:
            found = _by_track(a, b) if error == 0 else None
            found = found or _as_copy(a, b, error)
        elif error == 0:  # two equal hours on a treadmill are two workouts
            found = _by_beats(a, b) or _by_figures(a, b)
        else:
            found = None
        if found:
            return found
    return None


def within(part: Facts, whole: Facts) -> Match | None:
    """How a recording of a part, however short, fits into a recording of the whole; None if it does not. A part with a
    track does not fit a whole without one."""
    if is_one_file(part, whole) or not may_hold(whole, part) or (part.has_track and not whole.has_track):
        return None
    return _by_track(whole, part) if part.has_track else _by_beats(whole, part)


def is_one_file(a: Facts, b: Facts) -> bool:
    """Whether both are parts of one file."""
    return a.fingerprint.partition(":")[0] == b.fingerprint.partition(":")[0]


def _are_parts(a: Facts, b: Facts) -> bool:
    """Whether the two are parts of one file, or a whole event and one of its parts."""
    return is_one_file(a, b) or (a.group == "multi") != (b.group == "multi")


def _by_track(a: Facts, b: Facts) -> Match | None:
    best, far = _best_shift(a, b, np.arange(-MAX_SHIFT_S, MAX_SHIFT_S + 1, 8.0), MAX_SHIFT_S)
    return best if best.apart <= BESIDE_M and far <= FAR_M else None


def _as_copy(a: Facts, b: Facts, error: float) -> Match | None:
    """Match as a copy whose clock is off by `error` seconds (0: by up to a few minutes)."""
    assert a.line is not None
    assert b.line is not None
    if error == 0 and _overlap(a, b, 0.0) < OVERLAP:
        return None
    if abs(error) != ROLLOVER_S and _is_one_device(a, b):
        return None
    if not _alike(
        a.elapsed_s, b.elapsed_s, COPY_ALIKE
    ):  # one distance may be from a sensor, the other from positions
        return None
    extent = min(extent_m(a.line), extent_m(b.line))
    if extent < EXTENT_M:
        return None
    if error == 0:
        best, far = _best_shift(a, b, np.arange(-MINUTES_S, MINUTES_S + 1, 8.0), MINUTES_S)
    else:
        best, far = _best_shift(a, b, np.arange(-2.0, 2.1, 1.0) - error, 3.0, -error)
    if best.apart > min(COPY_M, COPY_OF_EXTENT * extent) or far > min(
        COPY_FAR_M, COPY_FAR_OF_EXTENT * extent
    ):
        return None
    beats = beats_apart(a.line, b.line, b.start_s - a.start_s + best.shift_s)
    return best if beats is None or beats <= BEATS else None


def _is_one_device(a: Facts, b: Facts) -> bool:
    return bool(a.device) and (a.format, a.device) == (b.format, b.device)


def _best_shift(
    a: Facts, b: Facts, shifts: np.ndarray, most: float, middle: float = 0.0
) -> tuple[Match, float]:
    """The shift within `most` seconds of `middle` that brings the tracks closest together, and the 90th percentile of
    their distance then; infinite if they never overlap enough. Searched in ever finer steps around the best shift, at
    first with few samples."""
    assert a.line is not None
    assert b.line is not None
    later, best, far = b.start_s - a.start_s, Match(0.0, np.inf), np.inf
    for step, samples in ((8.0, _COARSE), (2.0, _COARSE), (0.5, None)):
        best = Match(best.shift_s, np.inf)  # the last round uses all samples
        for shift in shifts:
            apart = apart_m(a.line, b.line, later + shift, samples)
            if apart is not None and apart[0] < best.apart:
                best, far = Match(float(shift), apart[0]), apart[1]
        if not np.isfinite(best.apart):
            break
        if samples and best.apart > 10 * BESIDE_M:  # further apart than a few seconds could explain
            break
        fine = best.shift_s + np.arange(-step, step + 0.1, max(step / 4, 0.5))
        shifts = fine[np.abs(fine - middle) <= most]
    return best, far


def _overlap(a: Facts, b: Facts, shift_s: float) -> float:
    """Overlap as a share of the shorter recording's time."""
    both = min(a.end_s, b.end_s + shift_s) - max(a.start_s, b.start_s + shift_s)
    return both / max(1.0, min(a.elapsed_s, b.elapsed_s))


def _by_beats(a: Facts, b: Facts) -> Match | None:
    """Match by heart rate: the same heart gives the same beats, whatever device counts them."""
    if a.line is None or b.line is None:
        return None
    best: Match | None = None
    for shift in np.arange(-MAX_SHIFT_S, MAX_SHIFT_S + 1, 2.0):
        if _overlap(a, b, shift) < OVERLAP:
            continue
        apart = beats_apart(a.line, b.line, b.start_s - a.start_s + shift)
        if apart is not None and (best is None or apart < best.apart):
            best = Match(float(shift), apart)
    return best if best and best.apart <= BEATS else None


def _by_figures(a: Facts, b: Facts) -> Match | None:
    """Match by duration and distance, each within 3 %."""
    if not _alike(a.elapsed_s, b.elapsed_s) or not _alike(a.distance_m, b.distance_m):
        return None
    if a.group != b.group and "other" not in (a.group, b.group):
        return None
    middle = (a.start_s + a.end_s - b.start_s - b.end_s) / 2
    shift = float(np.clip(middle, -MAX_SHIFT_S, MAX_SHIFT_S))
    return Match(shift, abs(shift)) if _overlap(a, b, shift) >= OVERLAP else None


def _alike(x: float | None, y: float | None, share: float = ALIKE) -> bool:
    """Whether two values are equal within a share of the larger one; an unknown value never contradicts."""
    return not x or not y or abs(x - y) <= share * max(x, y)
