"""The stage-1 rows of an activity: its own row, points, laps, sets, channels, outline, and the device's figures."""

from typing import LiteralString, cast

from psycopg.types.json import Jsonb
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from milevault_core.activities import texts
from milevault_core.activities.prepare import Prepared
from milevault_core.metrics import METRICS
from milevault_core.sports.limits import limits_of
from milevault_core.store import engine, marks, queue
from milevault_core.store.activities import laps_and_channels, points
from milevault_core.store.activities.laps_and_channels import as_json
from milevault_core.store.activities.recordings import NotFound
from milevault_core.store.models import User

# CTEs for the parts with one row per activity, or one per metric; they follow a CTE `activity` with its id.
_PARTS_OF_ONE_ROW = """track AS (
    INSERT INTO activity_tracks (activity_id, outline, south, north, west, east)
    SELECT id, %(outline)s, %(south)s, %(north)s, %(west)s, %(east)s FROM activity
    WHERE %(outline)s::bytea IS NOT NULL),
metric AS (
    INSERT INTO activity_metrics (activity_id, name, origin, value, version)
    SELECT id, m.name, m.origin, m.value, m.version
    FROM activity, unnest(%(names)s::text[], %(origins)s::text[], %(values)s::float8[], %(versions)s::int[])
        AS m (name, origin, value, version))"""
_INSERT = """
WITH activity AS (
    INSERT INTO activities ({columns}, fingerprint) SELECT {values}, coalesce(
        (SELECT encode(sha256, 'hex') || ':' || %(part)s FROM original_files
         WHERE id = %(original_id)s AND user_id = %(user_id)s), '')
    RETURNING id, user_id),
{parts},
mark AS (INSERT INTO dirty_activities (activity_id, step, user_id) SELECT id, '', user_id FROM activity)
SELECT id FROM activity
"""


def insert(session: Session, user_id: int, prepared: Prepared, about: dict, original_id: int | None) -> int:
    """Write a prepared recording as a new activity, without its row in activity_recordings; returns the activity's id.

    The row and its one-row parts are one statement: separate round trips would cost as much as reading the file."""
    activity = {"user_id": user_id, **_columns_of(prepared)}
    activity |= texts.settle([texts.RecordingTexts(about, prepared.facts["words"])], {})
    sql = _INSERT.format(
        parts=_PARTS_OF_ONE_ROW,
        columns=", ".join(activity),
        values=", ".join(f"%({name})s" for name in activity),
    )
    one_row_parts = {
        **laps_and_channels.outline_row(prepared.columns), **_first_metrics(prepared, str(activity["sport"])),
        "part": prepared.facts["part"], "original_id": original_id,
    }  # fmt: skip
    row = engine.raw(session).execute(cast(LiteralString, sql), activity | one_row_parts).fetchone()
    assert row is not None
    activity_id: int = row[0]
    points.copy_in(session, activity_id, prepared.columns)
    points.remember(activity_id, prepared.columns)
    laps_and_channels.save(session, activity_id, prepared.recording, prepared.cleaned)
    queue.defer_derive(session, user_id)
    return activity_id


_PARTS = ("activity_laps", "activity_sets", "activity_channels", "activity_tracks", "activity_data_points",
          "activity_training")  # fmt: skip
_WRITE = """
WITH activity AS (
    INSERT INTO activities (id, user_id, {columns}) OVERRIDING SYSTEM VALUE VALUES (%(id)s, %(user_id)s, {values})
    ON CONFLICT (id) DO UPDATE SET {updates}, version = activities.version + 1
    WHERE activities.user_id = excluded.user_id RETURNING id),
{parts}
SELECT id FROM activity
"""


def write(
    session: Session, user_id: int, activity_id: int, prepared: Prepared, told: dict, fingerprint: str
) -> None:
    """Write an activity under an id that it has or had before, replacing what is there. `told`: its texts, from
    activities/texts.settle. Raises NotFound when the user has no such activity."""
    clear(session, user_id, activity_id)
    activity = _columns_of(prepared) | told | {"fingerprint": fingerprint}
    sql = _WRITE.format(
        parts=_PARTS_OF_ONE_ROW, columns=", ".join(activity), values=", ".join(f"%({name})s" for name in activity),
        updates=", ".join(f"{name} = excluded.{name}" for name in activity),
    )  # fmt: skip
    values = {
        **activity, **laps_and_channels.outline_row(prepared.columns),
        **_first_metrics(prepared, str(activity["sport"])), "id": activity_id, "user_id": user_id,
    }  # fmt: skip
    if engine.raw(session).execute(cast(LiteralString, sql), values).fetchone() is None:
        raise NotFound("There is no such activity.")
    points.copy_in(session, activity_id, prepared.columns)
    laps_and_channels.save(session, activity_id, prepared.recording, prepared.cleaned)
    marks.mark_activity(session, user_id, activity_id)


def clear(session: Session, user_id: int, activity_id: int) -> None:
    """Remove an activity's parts and mark its day, because the activity may be on another day afterwards.

    Waits for workers that are computing it before touching a row; the other order would cause deadlocks.
    """
    marks.lock_activity(session, user_id, activity_id)
    own = {"u": user_id, "a": activity_id}
    session.execute(text("DELETE FROM dirty_activities WHERE user_id = :u AND activity_id = :a"), own)
    day = session.scalar(
        text("SELECT local_day FROM activities WHERE user_id = :u AND id = :a FOR UPDATE"), own
    )
    if day is None:
        return
    marks.mark_day(session, user_id, day)
    for table in _PARTS:
        session.execute(text(f"DELETE FROM {table} WHERE activity_id = :a"), own)
    session.execute(text("DELETE FROM activity_metrics WHERE activity_id = :a AND origin <> 'edited'"), own)


def remove(session: Session, user_id: int, activity_id: int) -> None:
    """Remove an activity's row and everything that depends on it. Its recordings must have been moved away before.

    Raises NotFound when the user has no such activity.
    """
    clear(session, user_id, activity_id)
    day = session.scalar(
        text("DELETE FROM activities WHERE user_id = :u AND id = :a RETURNING local_day"),
        {"u": user_id, "a": activity_id},
    )
    if day is None:
        raise NotFound("There is no such activity.")
    marks.mark_gone(session, user_id, activity_id, day)


def exists(session: Session, user_id: int, activity_id: int) -> bool:
    """Whether the user has such an activity."""
    query = text("SELECT 1 FROM activities WHERE user_id = :u AND id = :a")
    return session.scalar(query, {"u": user_id, "a": activity_id}) is not None


def _columns_of(prepared: Prepared) -> dict:
    """The columns of an activity's row that come from its recording, as psycopg parameters."""
    recording = prepared.recording
    return {
        **prepared.row, "date_hints": Jsonb(prepared.row["date_hints"]),
        "details": Jsonb(laps_and_channels.jsonable(recording.details)),
        "problems": Jsonb([as_json(p) for p in recording.problems]),
    }  # fmt: skip


# Metrics of stage 1 that depend on what counts as standing still in a sport (sports/limits.py).
OF_A_SPORT = ("moving_s",)


def _first_metrics(prepared: Prepared, sport: str) -> dict:
    """The device's figures and the metrics that stage 1 computes anyway; stage 2 uses them as they are. `sport`: that
    of the activity, which may come from an archive or another recording."""
    summary = prepared.summary
    is_same = limits_of(sport) == limits_of(prepared.recording.sport)
    computed = [(n, v) for n, v in summary.computed.items() if is_same or n not in OF_A_SPORT]
    rows = [(name, "device", value, 1) for name, value in summary.device.items()]
    rows += [(name, "computed", value, METRICS[name].version) for name, value in computed]
    names, origins, values, versions = (
        (list(c) for c in zip(*rows, strict=True)) if rows else ([], [], [], [])
    )
    return {"names": names, "origins": origins, "values": values, "versions": versions}


def forget_metrics_of_the_sport(session: Session, user_id: int, activity_id: int) -> None:
    """After an activity's sport has changed: delete what stage 1 computed for the old one, so that stage 2 computes it
    again."""
    session.execute(
        text(
            "DELETE FROM activity_metrics WHERE origin = 'computed' AND name = ANY (:n) "
            "AND activity_id = (SELECT id FROM activities WHERE user_id = :u AND id = :a)"
        ),
        {"n": list(OF_A_SPORT), "u": user_id, "a": activity_id},
    )


def user_zone(session: Session, user_id: int) -> str:
    """The time zone of a user. Raises NotFound."""
    zone = session.scalar(select(User.time_zone).filter_by(id=user_id))
    if zone is None:
        raise NotFound("There is no such user.")
    return zone
