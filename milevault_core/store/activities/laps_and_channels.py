"""An activity's laps, sets, channels and outline: everything except its row and its points."""

from datetime import datetime
from functools import lru_cache

import numpy as np
import pandas as pd
from psycopg.sql import SQL, Identifier, Placeholder
from sqlalchemy.orm import Session

from milevault_core import track
from milevault_core.formats import Recording
from milevault_core.problems import Problem
from milevault_core.store import engine
from milevault_core.store.activities import channels

_TEXTS = ("trigger", "intensity", "stroke", "exercise")  # never NULL: "" when missing


def save(session: Session, activity_id: int, recording: Recording, cleaned: pd.DataFrame) -> None:
    """Write the laps, sets and channels of a recording; `cleaned` is its cleaned track."""
    _save_laps(session, activity_id, recording)
    _save_sets(session, activity_id, recording)
    _save_channels(session, activity_id, recording, cleaned)


def _save_laps(session: Session, activity_id: int, recording: Recording) -> None:
    _insert_all(session, "activity_laps", lap_rows(activity_id, recording))


def lap_rows(activity_id: int, recording: Recording) -> list[dict]:
    """The rows of a recording's laps and lengths, without empty columns."""
    rows = []
    for kind, frame in (("lap", recording.laps), ("length", recording.lengths)):
        for number, lap in enumerate(_records(frame)):
            if "is_active" in lap:
                lap["intensity"] = "active" if lap.pop("is_active") else "rest"
            rows.append({"activity_id": activity_id, "kind": kind, "number": number, **lap})
    return rows


def _save_sets(session: Session, activity_id: int, recording: Recording) -> None:
    rows = [
        {"activity_id": activity_id, "number": n, **row} for n, row in enumerate(_records(recording.sets))
    ]
    _insert_all(session, "activity_sets", rows)


def _records(frame: pd.DataFrame) -> list[dict]:
    """The rows of a frame with values for the database, without empty columns."""
    columns: dict[str, list] = {}
    if not len(frame):
        return []
    for name in frame.columns:
        column = frame[name]
        if column.dtype.kind == "f" and not np.isfinite(column.to_numpy()).any():
            continue
        values = [_plain(value) for value in column.tolist()]
        if any(value is not None for value in values):
            columns[name] = [value or "" for value in values] if name in _TEXTS else values
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _insert_all(session: Session, table: str, rows: list[dict]) -> None:
    """Insert all rows with one statement; missing columns are NULL, or "" for texts."""
    if not rows:
        return
    names = tuple(sorted({name for row in rows for name in row}))
    missing = {name: "" if name in _TEXTS else None for name in names}
    connection, statement = engine.raw(session), _insert(table, names)  # plain: this is the import's hot path
    if len(rows) == 1:
        connection.execute(statement, missing | rows[0])
    else:
        connection.cursor().executemany(statement, [missing | row for row in rows])


@lru_cache(maxsize=256)
def _insert(table: str, names: tuple[str, ...]) -> bytes:
    columns, values = SQL(", ").join(map(Identifier, names)), SQL(", ").join(map(Placeholder, names))
    return SQL("INSERT INTO {} ({}) VALUES ({})").format(Identifier(table), columns, values).as_bytes()


def _save_channels(session: Session, activity_id: int, recording: Recording, cleaned: pd.DataFrame) -> None:
    rows = [
        {
            "activity_id": activity_id, "name": c.name, "developer": c.developer, "unit": c.unit,
            # The cleaned track keeps the original row numbers, so channels follow points that were moved or removed.
            "values": channels.pack(np.asarray(c.values, dtype="<f4")[cleaned.index.to_numpy()]),
        }
        for c in recording.channels
    ]  # fmt: skip
    _insert_all(session, "activity_channels", rows)


def outline_row(cleaned: track.Columns) -> dict:
    """The columns of activity_tracks; all None for a track without positions."""
    outline = track.outline(cleaned)
    if len(outline) < 2:
        return dict.fromkeys(("outline", "south", "north", "west", "east"))
    lat, lon = np.asarray(cleaned["lat"]), np.asarray(cleaned["lon"])
    return {
        "outline": np.asarray(outline, "<f4").tobytes(),
        "south": float(np.nanmin(lat)), "north": float(np.nanmax(lat)),
        "west": float(np.nanmin(lon)), "east": float(np.nanmax(lon)),
    }  # fmt: skip


def as_json(problem: Problem) -> dict[str, str]:
    return {"code": problem.code, "text": problem.text, "where": problem.where}


def _plain(value):
    """A cell of a frame as a value for the database: None for anything missing, aware times."""
    if value is None or value is pd.NaT or (isinstance(value, float) and not np.isfinite(value)):
        return None
    if isinstance(value, np.datetime64 | pd.Timestamp):
        return None if np.isnat(np.datetime64(value)) else track.aware(np.datetime64(value))
    if isinstance(value, np.generic):
        return _plain(value.item())
    return value


def jsonable(value):
    """Details ready for JSON: numpy numbers as plain ones, times as ISO text, NaN as null, without NUL characters."""
    if isinstance(value, dict):
        return {str(k): jsonable(v) for k, v in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [jsonable(v) for v in value]
    if isinstance(value, str):
        return value.replace("\0", "")
    plain = _plain(value)
    return plain.isoformat() if isinstance(plain, datetime) else plain
