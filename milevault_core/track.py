"""The track table: one row per recorded point, fixed columns, SI units, UTC.

| column      | unit                     | dtype            |
|-------------|--------------------------|------------------|
| time        | UTC, without zone        | datetime64[us]   |
| lat, lon    | degrees, WGS 84          | float64          |
| altitude    | m                        | float64          |
| distance    | m since the start        | float64          |
| speed       | m/s                      | float64          |
| heart_rate  | beats per minute         | float64          |
| cadence     | revolutions per minute   | float64          |
| power       | W                        | float64          |
| temperature | °C                       | float64          |

Missing is NaN. Every column is always there. Cadence is of one leg or crank: a runner's steps per minute are
twice that, and only view/ doubles it. A cleaned track has one column more: `seq` (int16), the number of a point
among those of equal time, so that (time, seq) is unique.
"""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.internals import create_dataframe_from_blocks

from milevault_core.formats import Problem
from milevault_core.geo import haversine_m, simplify
from milevault_core.track_space import drop_spikes, repair_distance, smooth_speed, speed_integral_m, way_m
from milevault_core.track_times import settle

__all__ = ["COLUMNS", "LIMITS", "METRIC_COLUMNS", "Columns", "arrays", "aware", "clean", "empty", "from_cleaned",
           "from_columns", "haversine_m", "outline"]  # fmt: skip

COLUMNS = (
    "time", "lat", "lon", "altitude", "distance", "speed", "heart_rate", "cadence", "power", "temperature",
)  # fmt: skip
METRIC_COLUMNS = COLUMNS[1:]
_NAMES = pd.Index(COLUMNS)
_CLEANED_NAMES = pd.Index((*COLUMNS, "seq"))
_METRIC_PLACES = np.arange(1, len(COLUMNS))
# What looks at columns one by one takes a track as a table or as its `arrays`.
type Columns = pd.DataFrame | dict[str, np.ndarray]
_TIMES: Any = pd.array(np.empty(0, "datetime64[us]"))

# What a point may hold; a value outside is treated as missing. The bounds are physical or those of the
# stored column, never those of a good athlete.
LIMITS = {
    "lat": (-90.0, 90.0),
    "lon": (-180.0, 180.0),
    "altitude": (-1_000.0, 20_000.0),  # the Dead Sea to a balloon
    "distance": (0.0, 20_000_000.0),
    "speed": (0.0, 400.0),
    "heart_rate": (1.0, 300.0),
    "cadence": (0.0, 1_000.0),
    "power": (0.0, 10_000.0),
    "temperature": (-100.0, 150.0),
}


_YEAR_1, _YEAR_9999 = np.datetime64("0001-01-02", "us"), np.datetime64("9999-12-30", "us")


def aware(time: np.datetime64) -> datetime:
    """A time of the track as an aware datetime in UTC."""
    found = time.item() if isinstance(time, np.datetime64) else None
    if not isinstance(found, datetime):  # a Timestamp, nanoseconds, or beyond the years 1 to 9999
        found = pd.Timestamp(time).to_pydatetime(warn=False)
    return found.replace(tzinfo=UTC)


def empty(n: int = 0) -> pd.DataFrame:
    """A track of `n` points with every column missing."""
    return from_columns({"time": np.full(n, np.datetime64("NaT", "us"))})


def from_columns(columns: dict[str, np.ndarray]) -> pd.DataFrame:
    """A track from arrays of one length by column name; columns that are not given are missing (NaN)."""
    time = np.asarray(columns["time"], dtype="datetime64[us]")
    metrics = np.full((len(METRIC_COLUMNS), len(time)), np.nan)
    for row, name in enumerate(METRIC_COLUMNS):
        if name in columns:
            metrics[row] = columns[name]
    # Far less time than pd.DataFrame(dict): a small file spends most of it there. Half of what is left would go
    # into wrapping the times, which pandas' own array type does at once.
    times = _TIMES._from_backing_data(time[None])
    blocks = [(times, np.array([0])), (metrics, _METRIC_PLACES)]
    return create_dataframe_from_blocks(blocks, pd.RangeIndex(len(time)), _NAMES)


def clean(track: pd.DataFrame, now: np.datetime64 | None = None) -> tuple[pd.DataFrame, list[Problem]]:
    """The track in order of time, with only values that can be true, and what was wrong with it.

    Rows keep their index, so that channels are aligned by `values[cleaned.index]`. Of points only those
    without time (and beyond 32,768 in one microsecond) are dropped; a bad position or value becomes NaN and
    its point stays. Clock: track_times. Spikes and distance: track_space. A missing distance is the integral
    of speed, or the way of the positions; missing speed is that of the distance over five seconds.
    `now`: the end of plausible dates, default the present.
    """
    problems: list[Problem] = []
    columns, index = _in_order(arrays(track), problems, now)
    _drop_impossible(columns, problems)
    since = (columns["time"] - columns["time"][:1]).astype(np.int64) / 1e6
    spikes = drop_spikes(since, columns["lat"], columns["lon"])
    if len(spikes):
        columns["lat"][spikes] = columns["lon"][spikes] = np.nan
        problems.append(_counted("positions_dropped", len(spikes), "positions far off the track"))
    _fill(columns, since, problems)
    columns["seq"] = _seq(columns["time"])
    rows = track.index if index is None else track.index[index]
    return from_cleaned(columns, rows), problems


def from_cleaned(columns: dict[str, np.ndarray], rows: pd.Index | None = None) -> pd.DataFrame:
    """A cleaned track of its arrays (all of COLUMNS, and seq); `rows` are its index."""
    metrics = np.empty((len(METRIC_COLUMNS), len(columns["time"])))
    for row, name in zip(metrics, METRIC_COLUMNS, strict=True):
        row[:] = columns[name]
    time = np.asarray(columns["time"], dtype="datetime64[us]")
    seq = np.asarray(columns["seq"], dtype=np.int16)
    blocks = [(time[None], np.array([0])), (metrics, _METRIC_PLACES), (seq[None], np.array([len(COLUMNS)]))]
    return create_dataframe_from_blocks(
        blocks, pd.RangeIndex(len(time)) if rows is None else rows, _CLEANED_NAMES
    )


def arrays(track: Columns) -> dict[str, np.ndarray]:
    """The columns of a track as arrays: asking a table for one takes longer than most of what is done with it."""
    if isinstance(track, dict):
        return track
    return {name: track[name].to_numpy() for name in track.columns}


def _in_order(columns, problems, now):
    """Columns sorted by a settled clock, and the rows they came from (None: all, as they were)."""
    times = columns["time"]
    index = None
    if ((times < _YEAR_1) | (times > _YEAR_9999)).any():  # no calendar holds them
        times = np.where((times < _YEAR_1) | (times > _YEAR_9999), np.datetime64("NaT", "us"), times)
    if np.isnat(times).any():
        index = np.flatnonzero(~np.isnat(times))
        problems.append(_counted("points_without_time", len(times) - len(index), "points without a time"))
    ticks = (times if index is None else times[index]).astype("datetime64[us]").astype(np.int64)
    settled, moved, implausible = settle(ticks, np.datetime64("now") if now is None else now)
    if moved:
        text = f"{moved} of the points had a date or time far from the others; they were moved beside them."
        problems.append(Problem("dates_moved", text))
    if implausible:
        problems.append(Problem("date_implausible", "The date of the activity cannot be right."))
    if len(settled) > 1 and np.diff(settled).min() < 0:
        order = np.argsort(settled, kind="stable")
        settled, index = settled[order], order if index is None else index[order]
        problems.append(Problem("times_unordered", "The points were not in order of time; they are now."))
    full = _seq_numbers(settled) > 32_767
    if full.any():
        settled, index = settled[~full], (np.arange(len(full)) if index is None else index)[~full]
        problems.append(_counted("points_dropped", int(full.sum()), "points of one and the same moment"))
    ordered = {
        name: np.array(values if index is None else values[index], dtype=float)
        for name, values in columns.items()
        if name != "time"
    }
    return {"time": settled.astype("datetime64[us]"), **ordered}, index


def _drop_impossible(columns, problems) -> None:
    names, dropped = [], 0
    for name, (low, high) in LIMITS.items():
        values = columns[name]
        bad = (values < low) | (values > high)
        if bad.any():
            silent = name == "heart_rate" and (values[bad] == 0).all()  # how straps say "no contact"
            values[bad] = np.nan
            if name not in ("lat", "lon") and not silent:
                names.append(name.replace("_", " "))
                dropped += int(bad.sum())
            elif not silent:
                problems.append(_counted("positions_dropped", int(bad.sum()), "impossible positions"))
    if dropped:
        text = f"Left out: {dropped} impossible values ({', '.join(names)})."
        problems.append(Problem("values_dropped", text))
    lat, lon = columns["lat"], columns["lon"]
    nowhere = (lat == 0) & (lon == 0)
    if nowhere.any():
        problems.append(_counted("positions_dropped", int(nowhere.sum()), "positions without a fix (0, 0)"))
    half = nowhere | np.isnan(lat) | np.isnan(lon)
    lat[half] = lon[half] = np.nan


def _fill(columns, since, problems) -> None:
    lat, lon, speed = columns["lat"], columns["lon"], columns["speed"]
    if np.isnan(columns["distance"]).all():
        told_speed = len(speed) and np.isfinite(speed).mean() > 0.8 and np.nanmax(speed) > 0
        columns["distance"] = speed_integral_m(speed, since) if told_speed else way_m(lat, lon, since)
    else:
        columns["distance"], told = repair_distance(columns["distance"], since, lat, lon)
        if told == "restarted":
            text = "The distance started again at every lap; the laps were added up."
            problems.append(Problem("distance_restarted", text))
        elif told:
            text = "The distance in the file cannot be right; it was computed again."
            problems.append(Problem("distance_recomputed", text))
    if np.isnan(speed).all() and np.isfinite(columns["distance"]).all():
        columns["speed"] = smooth_speed(columns["distance"], since)


def _seq_numbers(ticks: np.ndarray) -> np.ndarray:
    """0, 1, 2 … among equal neighbours."""
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


def _counted(code: str, count: int, what: str) -> Problem:
    return Problem(code, f"Left out: {count} {what}.")


def outline(track: Columns, n: int = 100) -> np.ndarray:
    """The shape of a track as at most `n` (lat, lon) rows, float64 (m, 2); empty without positions."""
    lat, lon = np.asarray(track["lat"]), np.asarray(track["lon"])
    known = np.isfinite(lat) & np.isfinite(lon)
    if not known.all():
        lat, lon = lat[known], lon[known]
    end = _been_everywhere(lat, lon)
    lat, lon = lat[:end], lon[:end]
    rows = simplify(lat, lon, n)
    return np.column_stack([lat[rows], lon[rows]])


def _been_everywhere(lat: np.ndarray, lon: np.ndarray) -> int:
    """How many of the first points draw the whole picture: 25 laps of a stadium are drawn once, a way back not again.

    The beginning after which 98 % of all points lie in a cell of a 20 x 20 grid that it has entered, or beside one
    (noise enters cells lap by lap), and a tenth more, for the tip of a way out and back.
    """
    count = len(lat)
    part = int(0.6 * count)
    if count < 200 or any(np.ptp(v[:part:4]) < 0.8 * np.ptp(v[::4]) for v in (lat, lon)):
        return count  # the last part leads to where the first did not
    step = 1 + count // 1000  # enough points for cells that coarse
    lat, lon = lat[::step], lon[::step]
    x, y = (((v - v.min()) * (19.99 / max(float(np.ptp(v)), 1e-9))).astype(np.int32) + 1 for v in (lat, lon))
    entered = np.full((22, 22), count)
    # Backwards: the last assignment, to the first entry, stays.
    entered[x[::-1], y[::-1]] = np.arange(len(lat) - 1, -1, -1) * step
    beside = np.minimum.reduce([entered[:-2], entered[1:-1], entered[2:]])
    beside = np.minimum.reduce([beside[:, :-2], beside[:, 1:-1], beside[:, 2:]])
    last = int(0.98 * (len(lat) - 1))
    end = int(1.1 * np.partition(beside[x - 1, y - 1], last)[last]) + 2
    return end if end < part else count
