"""Are two recordings of the same workout? A symmetric question about two recordings, and nothing else.

Yes, if they overlap for at least 80 % of the shorter one's time after an allowed shift of the clock, and agree

    in track      where both have one: positions at equal times lie beside each other
    otherwise     in duration and distance within 3 %, or in heart rate beat by beat

The allowed shifts: up to 120 s, if the two overlap already without it by ten seconds (one person does not record two
workouts at once, but repeats and laps follow each other within minutes or at once); or whole hours, where both have a
track and agree in it as closely as copies of one recording do (the copy has a time zone's error).

The numbers are from `manage.py bench duplicates`; docs/decisions/0007 tells their margins.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from milevault_core.geo import haversine_m
from milevault_core.merging.line import Line, unpack

MAX_SHIFT_S = 120
LEAST_S = 10.0  # of overlap as it is, for a shift of the clock to be looked for
MAX_HOURS = 14
OVERLAP = 0.8
SHORTEST = 1 / 3  # of the longer one's time: a repeat is not the session, a leg not the triathlon
ALIKE = 0.03  # duration and distance
BESIDE_M, FAR_M = 30.0, 80.0  # median, and 90th percentile, of the distance of two devices
COPY_M, COPY_FAR_M = 12.0, 40.0  # the same of a copy
BEATS, BEATS_SPAN = 4.0, 8.0  # median difference of heart rate, and the least it must vary to tell anything
_HOUR = 3600.0


@dataclass(frozen=True)
class Facts:
    """What is kept of a recording to find its like. `start_s`: seconds since 1970."""

    fingerprint: str
    start_s: float
    elapsed_s: float
    distance_m: float | None
    packed: bytes | None
    group: str = "other"  # of sports
    format: str = ""
    device: str = ""
    point_count: int = 0
    channel_count: int = 0

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
    """`shift_s` is added to the second one's times; `apart` is how far they then are, smaller is closer."""

    shift_s: float
    apart: float


def same(a: Facts, b: Facts) -> Match | None:
    """How the two fit together, or None when they are not of the same workout."""
    if a.fingerprint > b.fingerprint:  # symmetric to the last bit: computed one way round only
        found = same(b, a)
        return Match(-found.shift_s, found.apart) if found else None
    if _are_parts(a, b):
        return None
    with_track = a.has_track and b.has_track
    for hours in clocks(a.start_s, a.elapsed_s, b.start_s, b.elapsed_s):
        if with_track:
            found = _by_track(a, b, hours)
        elif hours == 0:  # two equal hours on a treadmill are two
            found = _by_beats(a, b) or _by_figures(a, b)
        else:
            found = None
        if found:
            return found
    return None


def clocks(start_a: float, elapsed_a: float, start_b: float, elapsed_b: float) -> list[int]:
    """The whole hours that the second one's clock may be ahead, as far as times alone tell: cheap, and none for most
    pairs. Without a shift of hours ten seconds (of a shorter one than twenty, half) must overlap as it is."""
    short, long = sorted((elapsed_a, elapsed_b))
    if long <= 0 or short < SHORTEST * long:
        return []
    apart = start_b - start_a
    raw = min(elapsed_a, apart + elapsed_b) - max(0.0, apart)
    found = [0] if raw >= min(LEAST_S, short / 2) and raw + MAX_SHIFT_S >= OVERLAP * short else []
    for hours in sorted({round(apart / _HOUR), round((apart + elapsed_b - elapsed_a) / _HOUR)} - {0}):
        shifted = apart - hours * _HOUR
        overlap = min(elapsed_a, shifted + elapsed_b) - max(0.0, shifted)
        if abs(hours) <= MAX_HOURS and overlap >= OVERLAP * short:
            found.append(hours)
    return found


def _are_parts(a: Facts, b: Facts) -> bool:
    """The parts of one file, and the whole of an event beside one of its parts."""
    if a.fingerprint.partition(":")[0] == b.fingerprint.partition(":")[0]:
        return True
    return (a.group == "multi") != (b.group == "multi")


def _by_track(a: Facts, b: Facts, hours: int) -> Match | None:
    shifts, far = _shifts(a, b, hours), np.inf
    best = Match(0.0, np.inf)
    for step in (8.0, 2.0, 0.5):  # finer and finer round the best one
        for shift in shifts:
            apart = _apart_m(a, b, shift)
            if apart is not None and apart[0] < best.apart:
                best, far = Match(float(shift), apart[0]), apart[1]
        if not np.isfinite(best.apart):
            return None
        fine = best.shift_s + np.arange(-step, step + 0.1, max(step / 4, 0.5))
        shifts = fine[np.abs(fine + hours * _HOUR) <= (MAX_SHIFT_S if hours == 0 else 3.0)]
    limits = (COPY_M, COPY_FAR_M) if hours else (BESIDE_M, FAR_M)
    return best if best.apart <= limits[0] and far <= limits[1] else None


def _shifts(a: Facts, b: Facts, hours: int) -> np.ndarray:
    if hours:
        return np.arange(-2.0, 2.1, 1.0) - hours * _HOUR
    return np.arange(-MAX_SHIFT_S, MAX_SHIFT_S + 1, 8.0)


def _apart_m(a: Facts, b: Facts, shift_s: float) -> tuple[float, float] | None:
    """Median and 90th percentile of the distance (m) at equal times; None where they overlap too little."""
    assert a.line is not None
    assert b.line is not None
    placed = np.isfinite(b.line.lat)
    t = b.line.t[placed] + (b.start_s - a.start_s) + shift_s
    own = np.isfinite(a.line.lat)
    times = a.line.t[own]
    inside = (t >= times[0]) & (t <= times[-1])
    short = min(times[-1] - times[0], t[-1] - t[0])
    reach = t[inside]
    if len(reach) < 4 or reach[-1] - reach[0] < OVERLAP * short - 2 * _spacing(t):
        return None
    lat, lon = np.interp(reach, times, a.line.lat[own]), np.interp(reach, times, a.line.lon[own])
    metres = haversine_m(lat, lon, b.line.lat[placed][inside], b.line.lon[placed][inside])
    # Nothing is known inside a pause of the other one.
    after = np.searchsorted(times, reach).clip(1, len(times) - 1)
    metres = metres[times[after] - times[after - 1] <= 60]
    if len(metres) < 4:
        return None
    return float(np.median(metres)), float(np.percentile(metres, 90))


def _spacing(t: np.ndarray) -> float:
    return float((t[-1] - t[0]) / max(1, len(t) - 1))


def _overlap(a: Facts, b: Facts, shift_s: float) -> float:
    """Share of the shorter one's time."""
    both = min(a.end_s, b.end_s + shift_s) - max(a.start_s, b.start_s + shift_s)
    return both / max(1.0, min(a.elapsed_s, b.elapsed_s))


def _by_beats(a: Facts, b: Facts) -> Match | None:
    """The same heart beats the same, whatever counts it."""
    if a.line is None or b.line is None:
        return None
    known_a, known_b = np.isfinite(a.line.heart_rate), np.isfinite(b.line.heart_rate)
    if known_a.sum() < 24 or known_b.sum() < 24:
        return None
    times, beats = a.line.t[known_a], a.line.heart_rate[known_a]
    best: Match | None = None
    for shift in np.arange(-MAX_SHIFT_S, MAX_SHIFT_S + 1, 2.0):
        if _overlap(a, b, shift) < OVERLAP:
            continue
        t = b.line.t[known_b] + (b.start_s - a.start_s) + shift
        inside = (t >= times[0]) & (t <= times[-1])
        theirs = b.line.heart_rate[known_b][inside]
        if inside.sum() < 24 or np.percentile(theirs, 90) - np.percentile(theirs, 10) < BEATS_SPAN:
            continue
        apart = float(np.mean(np.abs(np.interp(t[inside], times, beats) - theirs)))
        if best is None or apart < best.apart:
            best = Match(float(shift), apart)
    return best if best and best.apart <= BEATS else None


def _by_figures(a: Facts, b: Facts) -> Match | None:
    """Duration and distance within 3 %."""
    if not _alike(a.elapsed_s, b.elapsed_s):
        return None
    if a.distance_m and b.distance_m and not _alike(a.distance_m, b.distance_m):
        return None
    if a.group != b.group and "other" not in (a.group, b.group):
        return None
    middle = (a.start_s + a.end_s - b.start_s - b.end_s) / 2
    shift = float(np.clip(middle, -MAX_SHIFT_S, MAX_SHIFT_S))
    return Match(shift, abs(shift)) if _overlap(a, b, shift) >= OVERLAP else None


def _alike(x: float, y: float) -> bool:
    return abs(x - y) <= ALIKE * max(x, y)
