"""Writing points by binary COPY and reading them by one query.

Source of the format: PostgreSQL's manual, COPY, "Binary Format".
"""

import numpy as np
import pandas as pd
from sqlalchemy.orm import Session

from milevault_core.store import engine
from milevault_core.track import Columns, from_cleaned

# Column of the table, big-endian type. `lat_e7` and `lon_e7` are the track's `lat` and `lon` times 1e7.
_LAYOUT = (
    ("time", ">i8"), ("activity_id", ">i4"), ("lat_e7", ">i4"), ("lon_e7", ">i4"), ("altitude", ">f4"),
    ("distance", ">f4"), ("speed", ">f4"), ("seq", ">i2"), ("heart_rate", ">i2"), ("cadence", ">i2"),
    ("power", ">i2"), ("temperature", ">i2"),
)  # fmt: skip
_NAMES = [name for name, _ in _LAYOUT]
_COPY = f"COPY activity_data_points ({', '.join(_NAMES)}) FROM STDIN (FORMAT binary)"
_HEADER = b"PGCOPY\n\xff\r\n\0" + b"\0" * 8
_TRAILER = b"\xff\xff"
_EPOCH = np.datetime64("2000-01-01", "us")  # PostgreSQL's
# A row is the number of its fields (int2), then for each field its length (int4) and its value.
_ROW = np.dtype([("fields", ">i2"), *(pair for n, t in _LAYOUT for pair in ((f"{n}_length", ">i4"), (n, t)))])

_OFFSETS = {name: place[1] for name, place in (_ROW.fields or {}).items()}


def pack(activity_id: int, track: Columns) -> bytes:
    """A cleaned track as the data of a binary COPY. NaN becomes NULL: its length is -1, and a byte mask leaves its
    bytes out, so no loop over rows is needed."""
    rows = np.empty(len(track["time"]), _ROW)
    rows["fields"] = len(_LAYOUT)
    keep: np.ndarray | None = None
    for name, kind in _LAYOUT:
        size = int(kind[2:])
        rows[f"{name}_length"] = size
        if name == "time":
            rows[name] = (np.asarray(track["time"], "datetime64[us]") - _EPOCH).view("i8")
        elif name == "activity_id":
            rows[name] = activity_id
        elif name == "seq":
            rows[name] = np.asarray(track["seq"])
        else:
            values = np.asarray(track[name.removesuffix("_e7")])
            missing = np.isnan(values)
            if name.endswith("_e7"):
                values = values * 1e7
            if missing.any():
                if keep is None:
                    keep = np.ones((len(rows), _ROW.itemsize), bool)
                rows[f"{name}_length"][missing] = -1
                offset = _OFFSETS[name]
                keep[missing, offset : offset + size] = False
                values = np.where(missing, 0, values)
            rows[name] = np.rint(values) if kind[1] == "i" else values
    body = rows.tobytes() if keep is None else rows.view("u1").reshape(len(rows), -1)[keep].tobytes()
    return _HEADER + body + _TRAILER


def as_stored(track: Columns) -> pd.DataFrame:
    """A cleaned track as `load` will return it: rounded to the precision of its columns."""
    columns: dict[str, np.ndarray] = {}
    for name, kind in _LAYOUT:
        if name == "activity_id":
            continue
        plain = name.removesuffix("_e7")
        values = np.asarray(track[plain])
        if name.endswith("_e7"):
            values = np.rint(values * 1e7) * 1e-7
        elif kind == ">f4":
            values = values.astype("f4").astype(float)
        elif kind == ">i2" and name != "seq":
            values = np.rint(values)
        columns[plain] = values
    return from_cleaned(columns)


def copy_in(session: Session, activity_id: int, track: Columns) -> None:
    """Write the points of a cleaned track in the session's transaction."""
    if len(track["time"]):
        with engine.raw(session).cursor().copy(_COPY) as copy:
            copy.write(pack(activity_id, track))


_SELECT = """
SELECT p.time, p.lat_e7 * 1e-7::float8 AS lat, p.lon_e7 * 1e-7::float8 AS lon, p.altitude, p.distance, p.speed,
       p.heart_rate, p.cadence, p.power, p.temperature, p.seq
FROM activity_data_points p
WHERE p.activity_id = (SELECT id FROM activities WHERE user_id = $1 AND id = $2)
ORDER BY p.time, p.seq
"""


def load(user_id: int, activity_id: int) -> pd.DataFrame:
    """The stored track of an activity in the form of track.table, with `seq`; empty if it is not the user's."""
    table = engine.read_arrow(_SELECT, (user_id, activity_id))
    columns = {}
    for name in table.column_names:
        column = table.column(name)
        if name == "time":
            columns[name] = column.cast("timestamp[us]").to_numpy()
        elif name == "seq":
            columns[name] = column.to_numpy()
        else:  # NULL arrives as NaN
            columns[name] = column.to_numpy().astype(float, copy=False)
    return from_cleaned(columns)


# Tracks that this process has just written, kept for derive, which usually follows at once: reading a track back costs
# as much as reading its file. Each is used once; the number of points is limited, to about 26 MB.
_written: dict[tuple[str, int], pd.DataFrame] = {}
_WRITTEN_POINTS = 300_000


def remember(activity_id: int, track: Columns) -> None:
    """Keep a track that was just written, for `take_or_load`. If its transaction is rolled back, nobody asks for it."""
    _written[(engine.database().dsn, activity_id)] = as_stored(track)
    while sum(map(len, _written.values())) > _WRITTEN_POINTS:
        _written.pop(next(iter(_written)))


def take_or_load(user_id: int, activity_id: int, version: int = 1) -> pd.DataFrame:
    """Like `load`, but without a query for a track that this process has just written. Only for version 1 of an
    activity: another process may have written a later one meanwhile. The caller has made sure that the activity is the
    user's."""
    written = _written.pop((engine.database().dsn, activity_id), None)
    return written if written is not None and version == 1 else load(user_id, activity_id)
