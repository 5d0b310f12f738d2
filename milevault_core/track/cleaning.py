"""Cleans a track: its order, positions, altitude, distance and speed. Everything else uses the result
(docs/decisions/0030).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from milevault_core.problems import Problem, counted, thousands
from milevault_core.sports.limits import ANY, Limits, is_by_muscle, limits_of
from milevault_core.track.carried import SHORTEST_S
from milevault_core.track.clock import settle
from milevault_core.track.distance_choice import Distances, FileTotals
from milevault_core.track.heights import clean_heights
from milevault_core.track.order import order_of
from milevault_core.track.places import misplaced, stale, wrap
from milevault_core.track.table import LIMITS, Arrays, arrays, table_of


@dataclass(frozen=True)
class TrackFacts:
    """What is known about a track besides its points. `segments`: rows (in file order) at which a new segment begins.
    `total_m`, `timer_s`: the summary's distance and timer time. `as_recorded`: the user wants everything counted as in
    the file. `lengths_m`: metres swum according to the pool lengths."""

    sport: str = "other"
    segments: Sequence[int] = ()
    total_m: float = np.nan
    timer_s: float = np.nan
    as_recorded: bool = False
    lengths_m: float = np.nan


_NO_CONTACT = (0.0, 1.0, 255.0)  # heart rates from a strap without contact
_YEAR_1, _YEAR_9999 = np.datetime64("0001-01-02", "us"), np.datetime64("9999-12-30", "us")


def clean(
    track: pd.DataFrame, now: np.datetime64 | None = None, given: TrackFacts | None = None
) -> tuple[pd.DataFrame, list[Problem]]:
    """The track in time order with only plausible values, and the problems found (docs/decisions/0030).

    Rows keep their index, so that channels are aligned by `values[cleaned.index]`. The only points dropped are those
    without a time, and those beyond 32,768 in one microsecond; a bad position or value becomes NaN and its point stays.
    Clock: clock.py, order.py. Positions: places.py. Altitude: heights.py. Distance and speed: distance_choice.py.
    `now`: the end of plausible dates, default the present. `given`: what else is known.
    """
    cleaned, _, problems = clean_with_arrays(track, now, given)
    return cleaned, problems


def clean_with_arrays(
    track: pd.DataFrame, now: np.datetime64 | None = None, given: TrackFacts | None = None
) -> tuple[pd.DataFrame, Arrays, list[Problem]]:
    """Like `clean`, but also returns the `arrays` of the cleaned track, which are read-only."""
    given = given or TrackFacts()
    problems: list[Problem] = []
    columns, index, begins = _in_order(arrays(track), problems, now, given)
    _drop_impossible(columns, problems)
    since = (columns["time"] - columns["time"][:1]).astype(np.int64) / 1e6
    muscle = is_by_muscle(given.sport) and not given.as_recorded
    limits = limits_of(given.sport) if muscle else ANY
    spikes = np.empty(0, np.int64)
    if not given.as_recorded:
        spikes = _drop_misjudged(columns, since, limits, begins, problems)
    totals = FileTotals(given.total_m, given.timer_s, given.lengths_m)
    distances = Distances(columns, since, limits, begins, totals, muscle, spikes)
    distances.settle()
    problems += distances.problems
    if distances.left_out.any():
        _leave_out(columns, since, distances, problems)
    columns["seq"] = _seq(columns["time"])
    rows = track.index if index is None else track.index[index]
    cleaned, columns = table_of(columns, rows)
    return cleaned, columns, problems


def _drop_misjudged(
    columns: Arrays, since: np.ndarray, limits: Limits, begins: np.ndarray | None, problems: list[Problem]
) -> np.ndarray:
    """Drop wrong positions and altitudes; return the rows of the positions that were off the track."""
    lost = stale(since, columns["lat"], columns["lon"], limits.fastest)
    columns["lat"][lost] = columns["lon"][lost] = np.nan
    spikes = misplaced(since, columns["lat"], columns["lon"], limits.fastest, begins)
    if len(spikes):
        columns["lat"][spikes] = columns["lon"][spikes] = np.nan
        problems.append(_dropped("positions_dropped", len(spikes), "position", " far off the track"))
    dropped, moved = clean_heights(since, columns["altitude"], limits.rising, LIMITS["altitude"])
    if dropped:
        problems.append(_dropped("altitudes_dropped", dropped, "altitude", " that cannot be right"))
    if moved:
        text = "The altitude jumped; the part before the jump was shifted to match."
        problems.append(Problem("altitude_levelled", text))
    return spikes


def _leave_out(columns: Arrays, since: np.ndarray, distances: Distances, problems: list[Problem]) -> None:
    """Report what was not travelled by muscle. Positions inside such a stretch are removed from the track, and during a
    drive all other measurements too."""
    out = distances.left_out
    inside = np.append(out, True) & np.append(True, out)
    inside &= np.append(out, False) | np.append(False, out)
    edges = np.flatnonzero(np.diff(out.astype(np.int8), prepend=0, append=0))
    stretches = edges.reshape(-1, 2)
    metres = distances.left_out_m()  # before the positions are removed
    if inside.any():
        columns["lat"][inside] = columns["lon"][inside] = np.nan
        for first, last in stretches[since[edges[1::2]] - since[edges[::2]] >= SHORTEST_S].tolist():
            driven = slice(first + (first > 0), last + (last == len(out)))
            for name in ("altitude", "speed", "heart_rate", "cadence", "power"):
                columns[name][driven] = np.nan
    length = f"{metres / 1000:.1f} km" if metres >= 950 else f"{metres:.0f} m"
    where = "one stretch" if len(stretches) == 1 else f"{len(stretches)} stretches"
    text = f"Left out: {length} faster than anyone can go unaided, in {where}."
    problems.append(Problem("untravelled", text))


def _in_order(
    columns: Arrays, problems: list[Problem], now: np.datetime64 | None, given: TrackFacts
) -> tuple[Arrays, np.ndarray | None, np.ndarray | None]:
    """Columns sorted by a corrected clock, the rows they came from (None: all, unchanged), and a mask of the rows that
    begin a segment (None: there is only one)."""
    times = columns["time"]
    index = None
    if ((times < _YEAR_1) | (times > _YEAR_9999)).any():  # outside every calendar
        times = np.where((times < _YEAR_1) | (times > _YEAR_9999), np.datetime64("NaT", "us"), times)
    if np.isnat(times).any():
        index = np.flatnonzero(~np.isnat(times))
        problems.append(_dropped("points_without_time", len(times) - len(index), "point", " without a time"))
    ticks = (times if index is None else times[index]).astype("datetime64[us]").astype(np.int64)
    settled, moved, implausible = settle(ticks, np.datetime64("now") if now is None else now)
    if moved:
        were = "it was" if moved == 1 else "they were"
        text = f"{thousands(moved)} of the points had a date or time far from the others; {were} moved beside them."
        problems.append(Problem("dates_moved", text))
    if implausible:
        problems.append(Problem("date_implausible", "The date of the activity cannot be right."))
    parts = _segment_numbers(given.segments, len(times), index)
    second = np.empty(0, bool)
    if len(settled) > 1 and np.diff(settled).min() < 0:
        rows = slice(None) if index is None else index
        lat, lon = (np.array(columns[name][rows], dtype=float) for name in ("lat", "lon"))
        order, settled, exchanged, second = order_of(settled, lat, lon, parts)
        index, parts = order if index is None else index[order], None if parts is None else parts[order]
        problems.append(
            Problem("times_jittered", _JITTERED) if exchanged else Problem("times_unordered", _UNORDERED)
        )
    full = _seq_numbers(settled) > 32_767
    if full.any():
        settled, index = settled[~full], (np.arange(len(full)) if index is None else index)[~full]
        parts, second = None if parts is None else parts[~full], second[~full] if len(second) else second
        problems.append(_dropped("points_dropped", int(full.sum()), "point", " at the same moment"))
    ordered = {
        name: np.array(values if index is None else values[index], dtype=float)
        for name, values in columns.items()
        if name != "time"
    }
    if second.any():
        ordered["lat"][second] = ordered["lon"][second] = np.nan
        problems.append(
            _dropped("positions_dropped", int(second.sum()), "position", " of a second track at the time")
        )
    begins = None if parts is None else np.append(True, np.diff(parts) != 0)[: len(settled)]
    return {"time": settled.astype("datetime64[us]"), **ordered}, index, begins


_UNORDERED = "The points were not in order of time; they were sorted."
_JITTERED = "The times of the points went back and forth; the order of the points was kept."


def _segment_numbers(segments: Sequence[int], n: int, index: np.ndarray | None) -> np.ndarray | None:
    """The segment number of each point; None if there is only one segment."""
    if len(segments) < 2:
        return None
    starts = np.zeros(n + 1, np.int64)
    starts[np.clip(np.asarray(segments[1:], np.int64), 0, n)] = 1
    numbers = np.cumsum(starts[:n])
    return numbers if index is None else numbers[index]


def _drop_impossible(columns: Arrays, problems: list[Problem]) -> None:
    names, dropped = [], 0
    wrap(columns["lon"])
    for name, (low, high) in LIMITS.items():
        values = columns[name]
        bad = (values < low) | (values > high)
        if bad.any():
            silent = name == "heart_rate" and np.isin(values[bad], _NO_CONTACT).all()
            values[bad] = np.nan
            if name not in ("lat", "lon") and not silent:
                names.append(name.replace("_", " "))
                dropped += int(bad.sum())
            elif not silent:
                problems.append(_dropped("positions_dropped", int(bad.sum()), "impossible position"))
    if dropped:
        problems.append(_dropped("values_dropped", dropped, "impossible value", f" ({', '.join(names)})"))
    lat, lon = columns["lat"], columns["lon"]
    nowhere = (lat == 0) & (lon == 0)
    if nowhere.any():
        problems.append(
            _dropped("positions_dropped", int(nowhere.sum()), "position", " without a fix (0, 0)")
        )
    half = nowhere | np.isnan(lat) | np.isnan(lon)
    lat[half] = lon[half] = np.nan


def _seq_numbers(ticks: np.ndarray) -> np.ndarray:
    """Counts 0, 1, 2 … within each run of equal times."""
    n = len(ticks)
    rows = np.arange(n)
    if n < 2:
        return rows
    equal = ticks[1:] == ticks[:-1]
    if not equal.any():
        return np.zeros(n, dtype=np.int64)
    return rows - np.maximum.accumulate(np.append(0, np.where(equal, 0, rows[1:])))


def _seq(times: np.ndarray) -> np.ndarray:
    return _seq_numbers(times).astype(np.int16)


def _dropped(code: str, count: int, what: str, more: str = "") -> Problem:
    return Problem(code, f"Left out: {counted(count, what)}{more}.")
