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
twice that, and only view/ doubles it.
"""

from datetime import UTC, datetime

import numpy as np
import pandas as pd

COLUMNS = (
    "time", "lat", "lon", "altitude", "distance", "speed", "heart_rate", "cadence", "power", "temperature",
)  # fmt: skip
METRIC_COLUMNS = COLUMNS[1:]

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


def aware(time: np.datetime64) -> datetime:
    """A time of the track as an aware datetime in UTC."""
    return pd.Timestamp(time).to_pydatetime(warn=False).replace(tzinfo=UTC)


def empty(n: int = 0) -> pd.DataFrame:
    """A track of `n` points with every column missing."""
    columns = {"time": np.full(n, np.datetime64("NaT"), dtype="datetime64[us]")}
    columns |= {name: np.full(n, np.nan) for name in METRIC_COLUMNS}
    return pd.DataFrame(columns)


def from_columns(columns: dict[str, np.ndarray]) -> pd.DataFrame:
    """A track from arrays of one length by column name; columns that are not given are missing (NaN)."""
    n = len(columns["time"])
    full = {"time": np.asarray(columns["time"], dtype="datetime64[us]")}
    for name in METRIC_COLUMNS:
        values = columns.get(name)
        full[name] = np.full(n, np.nan) if values is None else np.asarray(values, dtype=float)
    return pd.DataFrame(full, copy=False)
