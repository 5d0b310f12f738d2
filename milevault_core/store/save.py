"""Writing activities: an activity and all that hangs on it in one transaction, in and out."""

from datetime import datetime
from typing import LiteralString, cast

import numpy as np
import pandas as pd
from psycopg.types.json import Jsonb
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from milevault_core import derive, track
from milevault_core.formats import BadFile, Problem, Recording
from milevault_core.store import channels, engine, points, queue
from milevault_core.store.models import (
    Activity,
    ActivityChannel,
    ActivityLap,
    ActivitySet,
    User,
    activity_data_points,
)
from milevault_core.summary import local_time, summarise

_TEXTS = ("trigger", "intensity", "stroke", "exercise")  # never NULL: missing is the empty text


class NotFound(LookupError):
    """There is no such thing among what this user owns."""


def save_activity(
    session: Session,
    user_id: int,
    recording: Recording,
    original_id: int | None = None,
    import_id: int | None = None,
    event_key: str = "",
) -> int:
    """Clean and write one recording as a new activity; its id. Marks it dirty for stage 2, and leaves what was
    found while cleaning in `recording.problems`.

    Raises BadFile when the recording has neither points nor a start and a duration, and NotFound when the
    original or the batch is not the user's.
    """
    cleaned, found = track.clean(recording.track)
    recording.problems = problems = [*recording.problems, *found]
    figures = summarise(recording, cleaned)
    start = _start(recording, cleaned)
    if start is None or not (len(cleaned) or figures["elapsed_s"]):
        raise BadFile("The file holds no times, so it is not known when the activity was.")
    zone, offset, day = local_time(start, cleaned, recording, lambda: _user_zone(session, user_id))
    device = {n: float(v) for n, v in recording.totals.items() if v is not None and np.isfinite(v)}
    activity_id = _insert(
        session,
        {
            "user_id": user_id, "name": recording.name, "sport": recording.sport, "sub_sport": recording.sub_sport,
            "sport_name": recording.sport_name, "is_indoor": recording.is_indoor,
            "is_virtual": recording.is_virtual, "is_transition": recording.is_transition,
            "start_time": start, "time_zone": zone, "utc_offset_s": offset, "local_day": day,
            **figures, "elapsed_s": figures["elapsed_s"] or 0.0, "point_count": len(cleaned),
            "device": recording.device, "event_key": event_key, "details": Jsonb(_jsonable(recording.details)),
            "problems": Jsonb([as_json(p) for p in problems]), "understood": recording.understood,
        },
        {
            "original_id": original_id, "import_id": import_id, "part": recording.part, "format": recording.format,
            "names": list(device), "values": list(device.values()), **_outline(cleaned),
        },
    )  # fmt: skip
    points.copy_in(session, activity_id, cleaned)
    points.remember(activity_id, cleaned)
    _save_laps(session, activity_id, recording)
    _save_sets(session, activity_id, recording)
    _save_channels(session, activity_id, recording, cleaned)
    queue.defer_derive(session, user_id)
    return activity_id


_INSERT = """
WITH activity AS (INSERT INTO activities ({columns}) VALUES ({values}) RETURNING id, user_id),
recording AS (
    INSERT INTO activity_recordings (activity_id, user_id, original_id, import_id, part, format)
    SELECT activity.id, activity.user_id, original.id, batch.id, %(part)s, %(format)s
    FROM activity JOIN original_files original ON original.id = %(original_id)s AND original.user_id = activity.user_id
    LEFT JOIN imports batch ON batch.id = %(import_id)s AND batch.user_id = activity.user_id
    RETURNING original_id, import_id),
track AS (
    INSERT INTO activity_tracks (activity_id, outline, south, north, west, east)
    SELECT id, %(outline)s, %(south)s, %(north)s, %(west)s, %(east)s FROM activity
    WHERE %(outline)s::bytea IS NOT NULL),
metric AS (
    INSERT INTO activity_metrics (activity_id, name, origin, value)
    SELECT id, device.name, 'device', device.value
    FROM activity, unnest(%(names)s::text[], %(values)s::float8[]) AS device (name, value)),
mark AS (INSERT INTO dirty_activities (activity_id, step, user_id) SELECT id, '', user_id FROM activity)
SELECT activity.id, recording.original_id, recording.import_id FROM activity LEFT JOIN recording ON true
"""


def _insert(session: Session, activity: dict, parts: dict) -> int:
    """The activity's row and those of its one-row parts in one statement: six round trips would cost as much as
    reading the file."""
    sql = _INSERT.format(columns=", ".join(activity), values=", ".join(f"%({name})s" for name in activity))
    row = engine.raw(session).execute(cast(LiteralString, sql), activity | parts).fetchone()
    assert row is not None
    if row[1:] != (parts["original_id"], parts["import_id"]):
        raise NotFound("There is no such file or import.")
    return row[0]


def delete_activity(session: Session, user_id: int, activity_id: int) -> None:
    """Remove an activity with its points and all that hangs on it; its original file stays.

    Raises NotFound when the user has no such activity.
    """
    row = session.execute(
        delete(Activity).filter_by(user_id=user_id, id=activity_id).returning(Activity.local_day)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such activity.")
    session.execute(delete(activity_data_points).where(activity_data_points.c.activity_id == activity_id))
    derive.mark_gone(session, user_id, activity_id, row.local_day)


def rename_activity(session: Session, user_id: int, activity_id: int, name: str) -> None:
    """Give an activity a name; an empty one brings the made one back. Raises NotFound."""
    activity = session.scalar(select(Activity).filter_by(user_id=user_id, id=activity_id).with_for_update())
    if activity is None:
        raise NotFound("There is no such activity.")
    activity.name = name.strip()[:200]
    activity.version += 1


def as_json(problem: Problem) -> dict[str, str]:
    return {"code": problem.code, "text": problem.text, "where": problem.where}


def _start(recording: Recording, cleaned: pd.DataFrame) -> datetime | None:
    # The first point decides: the cleaned track has no stray dates any more, a file's header may.
    if len(cleaned):
        return track.aware(cleaned["time"].to_numpy()[0])
    return recording.start_time


def _user_zone(session: Session, user_id: int) -> str:
    zone = session.scalar(select(User.time_zone).filter_by(id=user_id))
    if zone is None:
        raise NotFound("There is no such user.")
    return zone


def _save_laps(session: Session, activity_id: int, recording: Recording) -> None:
    rows = []
    for kind, frame in (("lap", recording.laps), ("length", recording.lengths)):
        for number, lap in enumerate(_records(frame)):
            if "is_active" in lap:
                lap["intensity"] = "active" if lap.pop("is_active") else "rest"
            rows.append({"activity_id": activity_id, "kind": kind, "number": number, **lap})
    _insert_all(session, ActivityLap, rows)


def _save_sets(session: Session, activity_id: int, recording: Recording) -> None:
    rows = [
        {"activity_id": activity_id, "number": n, **row} for n, row in enumerate(_records(recording.sets))
    ]
    _insert_all(session, ActivitySet, rows)


def _records(frame: pd.DataFrame) -> list[dict]:
    """Rows as the database takes them; columns that hold nothing are left out."""
    columns = {}
    for name in frame.columns:
        values = [_plain(value) for value in frame[name].tolist()]
        if any(value is not None for value in values):
            columns[name] = [value or "" for value in values] if name in _TEXTS else values
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _insert_all(session: Session, model, rows: list[dict]) -> None:
    """One statement for all rows: those that lack a column get NULL."""
    if not rows:
        return
    names = sorted({name for row in rows for name in row})
    missing = {name: "" if name in _TEXTS else None for name in names}
    session.execute(insert(model.__table__), [missing | row for row in rows])


def _save_channels(session: Session, activity_id: int, recording: Recording, cleaned: pd.DataFrame) -> None:
    rows = [
        {
            "activity_id": activity_id, "name": c.name, "developer": c.developer, "unit": c.unit,
            # The cleaned track kept the rows' numbers, so that channels follow where points moved or went.
            "values": channels.pack(np.asarray(c.values, dtype="<f4")[cleaned.index.to_numpy()]),
        }
        for c in recording.channels
    ]  # fmt: skip
    _insert_all(session, ActivityChannel, rows)


def _outline(cleaned: pd.DataFrame) -> dict:
    """The row of activity_tracks, or its columns as None for a track without a way."""
    outline = track.outline(cleaned)
    if len(outline) < 2:
        return dict.fromkeys(("outline", "south", "north", "west", "east"))
    lat, lon = cleaned["lat"].to_numpy(), cleaned["lon"].to_numpy()
    return {
        "outline": np.asarray(outline, "<f4").tobytes(),
        "south": float(np.nanmin(lat)), "north": float(np.nanmax(lat)),
        "west": float(np.nanmin(lon)), "east": float(np.nanmax(lon)),
    }  # fmt: skip


def _plain(value):
    """A cell of a frame as the database takes it: None for every kind of missing, aware times."""
    if value is None or value is pd.NaT or (isinstance(value, float) and not np.isfinite(value)):
        return None
    if isinstance(value, np.datetime64 | pd.Timestamp):
        return None if np.isnat(np.datetime64(value)) else track.aware(np.datetime64(value))
    if isinstance(value, np.generic):
        return _plain(value.item())
    return value


def _jsonable(value):
    """Details as JSON holds them: numpy numbers plain, times as ISO text, NaN as null, NUL characters gone."""
    if isinstance(value, dict):
        return {str(k): _jsonable(v) for k, v in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_jsonable(v) for v in value]
    if isinstance(value, str):
        return value.replace("\0", "")
    plain = _plain(value)
    return plain.isoformat() if isinstance(plain, datetime) else plain
