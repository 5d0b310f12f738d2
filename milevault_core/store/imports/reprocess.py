"""Reading activities again from their originals: finding what would change, doing it, and undoing it."""

import json
from collections.abc import Collection, Sequence

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.problems import BadFile
from milevault_core.store.activities import (
    assign_activity,
    laps_and_channels,
    points,
    rebuild,
    recordings,
    snapshots,
)

FIGURES = ("distance_m", "moving_s", "elapsed_s", "ascent_m")
_COLUMNS = ("start_time", "elapsed_s", "timer_s", "moving_s", "distance_m", "ascent_m", "descent_m", "avg_speed",
            "max_speed", "avg_heart_rate", "max_heart_rate", "avg_cadence", "avg_power", "max_power",
            "avg_temperature", "calories", "point_count", "device", "is_indoor", "is_virtual", "is_transition",
            "local_day", "time_zone", "utc_offset_s")  # fmt: skip


def begin(session: Session, user_id: int, label: str, sport: str = "", activity_id: int | None = None) -> int:
    """Start a batch that reads everything, one sport, or one activity again; returns its id. Only activities with an
    original are included."""
    import_id = session.execute(
        text(
            "INSERT INTO imports (user_id, source, label, scope) VALUES (:u, 'reread', :label, "
            "CAST(:scope AS jsonb)) RETURNING id"
        ),
        {
            "u": user_id, "label": label,
            "scope": json.dumps({"phase": "look", "sport": sport, "activity_id": activity_id}),
        },
    ).scalar_one()  # fmt: skip
    session.execute(
        text(
            "INSERT INTO activities_before (import_id, activity_id, user_id) SELECT :i, a.id, a.user_id "
            "FROM activities a WHERE a.user_id = :u AND (:sport = '' OR a.sport = :sport) "
            "AND (CAST(:a AS int) IS NULL OR a.id = :a) AND EXISTS (SELECT 1 FROM activity_recordings r "
            "WHERE r.activity_id = a.id)"
        ),
        {"i": import_id, "u": user_id, "sport": sport, "a": activity_id},
    )
    return int(import_id)


def phase(session: Session, user_id: int, import_id: int) -> str | None:
    """ "look" or "do"; None for a batch that is not a re-read, is another user's, or is undone."""
    return session.scalar(
        text(
            "SELECT scope->>'phase' FROM imports WHERE user_id = :u AND id = :i AND source = 'reread' "
            "AND undo_asked_at IS NULL"
        ),
        {"u": user_id, "i": import_id},
    )


def start_doing(session: Session, user_id: int, import_id: int) -> bool:
    """Switch from phase "look" to "do"; returns False unless the batch was in phase "look"."""
    found = session.execute(
        text(
            'UPDATE imports SET scope = scope || \'{"phase": "do"}\' WHERE user_id = :u AND id = :i '
            "AND source = 'reread' AND scope->>'phase' = 'look' AND undo_asked_at IS NULL RETURNING 1"
        ),
        {"u": user_id, "i": import_id},
    )
    return found.first() is not None


def _next(session: Session, user_id: int, import_id: int, state: str) -> int | None:
    return session.scalar(
        text(
            "SELECT activity_id FROM activities_before WHERE user_id = :u AND import_id = :i AND state = :s "
            "ORDER BY activity_id LIMIT 1 FOR UPDATE SKIP LOCKED"
        ),
        {"u": user_id, "i": import_id, "s": state},
    )


def _note(session: Session, user_id: int, import_id: int, activity_id: int, **columns) -> None:
    values = {k: json.dumps(v) if isinstance(v, dict) else v for k, v in columns.items()}
    assignments = ", ".join(
        f"{name} = CAST(:{name} AS jsonb)" if isinstance(value, dict) else f"{name} = :{name}"
        for name, value in columns.items()
    )
    session.execute(
        text(
            f"UPDATE activities_before SET {assignments} WHERE user_id = :u AND import_id = :i AND activity_id = :a"
        ),
        values | {"u": user_id, "i": import_id, "a": activity_id},
    )


def look_at_one(session: Session, user_id: int, import_id: int) -> bool:
    """Read one waiting activity and note what would change; returns False when none is waiting."""
    activity_id = _next(session, user_id, import_id, "waiting")
    if activity_id is None:
        return False
    own = {"u": user_id, "a": activity_id}
    before = session.execute(
        text(f"SELECT {', '.join(_COLUMNS)} FROM activities WHERE user_id = :u AND id = :a"), own
    ).one_or_none()
    members = [one.facts for one in assign_activity.of_activity(session, user_id, activity_id)]
    if before is None or not members:
        _note(session, user_id, import_id, activity_id, state="same", reason="It is gone.")
        return True
    try:
        made = rebuild.make(session, user_id, activity_id, members)
    except BadFile as error:
        _note(session, user_id, import_id, activity_id, state="failed", reason=str(error))
        return True
    old = dict(zip(_COLUMNS, before, strict=True))
    differs = any(not _equal(old[name], made.prepared.row[name]) for name in _COLUMNS)
    differs = differs or _rows_differ(session, user_id, activity_id, made)
    _note(
        session, user_id, import_id, activity_id, state="changed" if differs else "same",
        before={name: old[name] for name in FIGURES},
        after={name: made.prepared.row[name] for name in FIGURES},
    )  # fmt: skip
    return True


def _equal(a, b) -> bool:
    if isinstance(a, float) or isinstance(b, float):
        return a is not None and b is not None and abs(a - b) <= 1e-9 * max(1.0, abs(a))
    return a == b


def _rows_differ(session: Session, user_id: int, activity_id: int, made: rebuild.RebuiltActivity) -> bool:
    """Whether points, laps, or the numbers of sets and channels differ from what is stored."""
    stored, new = points.load(user_id, activity_id), points.as_stored(made.prepared.cleaned)
    if len(stored) != len(new):
        return True
    for name in stored.columns:
        a, b = stored[name].to_numpy(), new[name].to_numpy()
        if not np.array_equal(a, b, equal_nan=a.dtype.kind == "f"):
            return True
    recording = made.prepared.recording
    laps = laps_and_channels.lap_rows(activity_id, recording)
    kept = session.execute(
        text(
            "SELECT to_jsonb(l) FROM activity_laps l WHERE activity_id = :a ORDER BY kind, number"
        ),
        {"a": activity_id},
    ).scalars().all()  # fmt: skip
    found = sorted(laps, key=lambda lap: (lap["kind"], lap["number"]))
    if len(kept) != len(found) or any(
        isinstance(value, float | int) and not _equal(float(row[name] or 0), float(value))
        for row, lap in zip(kept, found, strict=True)
        for name, value in lap.items()
    ):
        return True
    counts = session.execute(
        text(
            "SELECT (SELECT count(*) FROM activity_sets WHERE activity_id = :a), "
            "(SELECT count(*) FROM activity_channels WHERE activity_id = :a)"
        ),
        {"a": activity_id},
    ).one()
    return tuple(counts) != (len(recording.sets), len(recording.channels))


def read_one(session: Session, user_id: int, import_id: int) -> bool:
    """Read again one activity that would change; returns False when none is left."""
    activity_id = _next(session, user_id, import_id, "changed")
    if activity_id is None:
        return False
    assign_activity.lock(session, user_id)
    members = assign_activity.of_activity(session, user_id, activity_id)
    if not members:
        _note(session, user_id, import_id, activity_id, state="same", reason="It is gone.")
        return True
    _note(
        session,
        user_id,
        import_id,
        activity_id,
        state="read",
        rows=snapshots.take(session, user_id, activity_id),
    )
    for one in members:
        facts = rebuild.read(session, user_id, one.facts.fingerprint).facts
        recordings.update_facts(session, user_id, one.facts.fingerprint, facts)
    assign_activity.regroup(session, user_id, [one.id for one in members], changed=[activity_id])
    return True


def to_put_back(
    session: Session, user_id: int, import_id: int, without: Collection[int] = ()
) -> Sequence[int]:
    """The next activity, if any, that the batch has read again and that has not been put back yet."""
    query = text(
        "SELECT activity_id FROM activities_before WHERE user_id = :u AND import_id = :i AND state = 'read' "
        "AND activity_id <> ALL(:without) ORDER BY activity_id LIMIT 1"
    )
    return session.scalars(query, {"u": user_id, "i": import_id, "without": list(without)}).all()


def put_back(session: Session, user_id: int, import_id: int, activities: Sequence[int]) -> None:
    """Restore the rows that activities had before the batch read them again; those already put back are skipped."""
    assign_activity.lock(session, user_id)
    kept = session.execute(
        text(
            "SELECT activity_id, rows FROM activities_before WHERE user_id = :u AND import_id = :i AND state = 'read' "
            "AND activity_id = ANY(:ids) ORDER BY activity_id FOR UPDATE"
        ),
        {"u": user_id, "i": import_id, "ids": list(activities)},
    ).all()
    for activity_id, packed in kept:
        back = snapshots.put_back(session, user_id, activity_id, bytes(packed or b""))
        reason = "" if back else "It is made of other recordings now, and stays as it is."
        _note(session, user_id, import_id, activity_id, state="changed", rows=None, reason=reason)
