"""The stage-1 rows of an activity: its own, points, laps, sets, channels, outline, the device's numbers."""

from typing import LiteralString, cast

import numpy as np
from psycopg.types.json import Jsonb
from sqlalchemy import select
from sqlalchemy.orm import Session

from milevault_core.formats import Recording
from milevault_core.merging import words
from milevault_core.prepare import Prepared
from milevault_core.store import engine, parts, points, queue
from milevault_core.store.models import User
from milevault_core.store.parts import as_json
from milevault_core.store.recordings import NotFound

_INSERT = """
WITH activity AS (
    INSERT INTO activities ({columns}, fingerprint) SELECT {values}, coalesce(
        (SELECT encode(sha256, 'hex') || ':' || %(part)s FROM original_files
         WHERE id = %(original_id)s AND user_id = %(user_id)s), '')
    RETURNING id, user_id),
track AS (
    INSERT INTO activity_tracks (activity_id, outline, south, north, west, east)
    SELECT id, %(outline)s, %(south)s, %(north)s, %(west)s, %(east)s FROM activity
    WHERE %(outline)s::bytea IS NOT NULL),
metric AS (
    INSERT INTO activity_metrics (activity_id, name, origin, value)
    SELECT id, device.name, 'device', device.value
    FROM activity, unnest(%(names)s::text[], %(values)s::float8[]) AS device (name, value)),
mark AS (INSERT INTO dirty_activities (activity_id, step, user_id) SELECT id, '', user_id FROM activity)
SELECT id FROM activity
"""


def insert(session: Session, user_id: int, prepared: Prepared, about: dict, original_id: int | None) -> int:
    """Write a prepared recording as a new activity, without its row in activity_recordings; its id.

    The row and its one-row parts are one statement: round trips would cost as much as reading the file."""
    activity = {"user_id": user_id, **_columns_of(prepared)}
    activity |= words.settle([words.Told(about, prepared.facts["words"])], {})
    sql = _INSERT.format(columns=", ".join(activity), values=", ".join(f"%({name})s" for name in activity))
    one_row_parts = {
        **parts.outline_row(prepared.cleaned), **_device_metrics(prepared.recording),
        "part": prepared.facts["part"], "original_id": original_id,
    }  # fmt: skip
    row = engine.raw(session).execute(cast(LiteralString, sql), activity | one_row_parts).fetchone()
    assert row is not None
    activity_id: int = row[0]
    points.copy_in(session, activity_id, prepared.cleaned)
    points.remember(activity_id, prepared.cleaned)
    parts.save(session, activity_id, prepared.recording, prepared.cleaned)
    queue.defer_derive(session, user_id)
    return activity_id


def _columns_of(prepared: Prepared) -> dict:
    """The columns of an activity's row that its recording fills, as psycopg takes them."""
    recording = prepared.recording
    return {
        **prepared.row, "details": Jsonb(parts.jsonable(recording.details)),
        "problems": Jsonb([as_json(p) for p in recording.problems]),
    }  # fmt: skip


def _device_metrics(recording: Recording) -> dict:
    device = {n: float(v) for n, v in recording.totals.items() if v is not None and np.isfinite(v)}
    return {"names": list(device), "values": list(device.values())}


def user_zone(session: Session, user_id: int) -> str:
    """The time zone of a user. Raises NotFound."""
    zone = session.scalar(select(User.time_zone).filter_by(id=user_id))
    if zone is None:
        raise NotFound("There is no such user.")
    return zone
