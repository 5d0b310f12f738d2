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

Missing values are NaN. Every column is always there. Cadence counts one leg or crank: a runner's steps per minute are
twice that, and only view/ doubles it. A cleaned track has one more column: `seq` (int16), the number of a point among
those of equal time, so that (time, seq) is unique.
"""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.internals import create_dataframe_from_blocks

COLUMNS = (
    "time", "lat", "lon", "altitude", "distance", "speed", "heart_rate", "cadence", "power", "temperature",
)  # fmt: skip
METRIC_COLUMNS = COLUMNS[1:]
_NAMES = pd.Index(COLUMNS)
_CLEANED_NAMES = pd.Index((*COLUMNS, "seq"))
_METRIC_PLACES = np.arange(1, len(COLUMNS))
type Arrays = dict[str, np.ndarray]
# Functions that look at single columns accept a track as a table or as its `arrays`.
type Columns = pd.DataFrame | Arrays
_TIMES: Any = pd.array(np.empty(0, "datetime64[us]"))

# What a point may hold; a value outside is treated as missing. The bounds are physical or those of the stored column,
# never those of a good athlete.
LIMITS = {
    "lat": (-90.0, 90.0),
    "lon": (-180.0, 180.0),
    "altitude": (-1_000.0, 20_000.0),  # the Dead Sea to a balloon
    "distance": (0.0, 20_000_000.0),
    "speed": (0.0, 400.0),
    # Below 25, a chest strap has lost contact. FIT's "not measured" is 255, which converted files may contain.
    "heart_rate": (25.0, 254.0),
    "cadence": (0.0, 1_000.0),
    "power": (0.0, 10_000.0),
    "temperature": (-100.0, 150.0),
}


def aware(time: np.datetime64) -> datetime:
    """A time of the track as an aware datetime in UTC."""
    found = time.item() if isinstance(time, np.datetime64) else None
    if not isinstance(found, datetime):  # a Timestamp, nanoseconds, or beyond the years 1 to 9999
        found = pd.Timestamp(time).to_pydatetime(warn=False)
    return found.replace(tzinfo=UTC)


def empty(n: int = 0) -> pd.DataFrame:
    """A track of `n` points with every column missing."""
    return from_columns({"time": np.full(n, np.datetime64("NaT", "us"))})


def from_columns(columns: Arrays) -> pd.DataFrame:
    """A track from arrays of equal length by column name; columns that are not given are missing (NaN)."""
    time = np.asarray(columns["time"], dtype="datetime64[us]")
    metrics = np.full((len(METRIC_COLUMNS), len(time)), np.nan)
    for row, name in enumerate(METRIC_COLUMNS):
        if name in columns:
            metrics[row] = columns[name]
    # Much faster than pd.DataFrame(dict), where a small file would spend most of its time. Wrapping the times would
    # take half of the rest, so pandas' own array type is created directly.
    times = _TIMES._from_backing_data(time[None])
    blocks = [(times, np.array([0])), (metrics, _METRIC_PLACES)]
    return create_dataframe_from_blocks(blocks, pd.RangeIndex(len(time)), _NAMES)


def from_cleaned(columns: Arrays, rows: pd.Index | None = None) -> pd.DataFrame:
    """A cleaned track from its arrays (all of COLUMNS, and seq); `rows` becomes its index."""
    return table_of(columns, rows)[0]


def table_of(columns: Arrays, rows: pd.Index | None) -> tuple[pd.DataFrame, Arrays]:
    """Like `from_cleaned`, but also returns the `arrays` of the table: read-only, sharing its memory."""
    metrics = np.empty((len(METRIC_COLUMNS), len(columns["time"])))
    for row, name in zip(metrics, METRIC_COLUMNS, strict=True):
        row[:] = columns[name]
    time = np.asarray(columns["time"], dtype="datetime64[us]")
    seq = np.asarray(columns["seq"], dtype=np.int16)
    blocks = [(time[None], np.array([0])), (metrics, _METRIC_PLACES), (seq[None], np.array([len(COLUMNS)]))]
    table = create_dataframe_from_blocks(
        blocks, pd.RangeIndex(len(time)) if rows is None else rows, _CLEANED_NAMES
    )
    held = {"time": time.view(), **dict(zip(METRIC_COLUMNS, metrics, strict=True)), "seq": seq.view()}
    for values in held.values():
        values.flags.writeable = False
    return table, held


def arrays(track: Columns) -> dict[str, np.ndarray]:
    """The columns of a track as arrays: getting a column from a table takes longer than most computations on it."""
    if isinstance(track, dict):
        return track
    return {name: track[name].to_numpy() for name in track.columns}
