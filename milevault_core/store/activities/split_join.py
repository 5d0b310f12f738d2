"""A user's decisions that a recording is a separate workout, that one activity is two, or that two are one; and undoing
them."""

import time

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.activities import grouping, track_edits
from milevault_core.activities.grouping import SLICE
from milevault_core.activities.track_edits import TrackEdit
from milevault_core.store.activities import assign_activity, edits, halves, recordings
from milevault_core.store.activities.decisions import copy_rule_effects
from milevault_core.store.activities.recordings import NotFound

JOINED = "This activity was joined from several recordings. Separate them first, then split the one you want."


def take_apart(session: Session, user_id: int, recording_id: int) -> int:
    """Make a recording an activity of its own, apart from those it is grouped with now; returns the activity's id.

    The decision is tied to the files, so it survives reading or importing them again. Raises NotFound when the user
    has no such recording or it is already alone.
    """
    assign_activity.lock(session, user_id)
    own = {"u": user_id, "r": recording_id}
    members = session.execute(
        text(
            "SELECT o.id, o.fingerprint, r.fingerprint AS own FROM activity_recordings r JOIN activity_recordings o "
            "ON o.activity_id = r.activity_id AND o.id <> r.id WHERE r.user_id = :u AND r.id = :r"
        ),
        own,
    ).all()
    if not members:
        raise NotFound("There is no such recording, or it is an activity of its own already.")
    for other in members:
        first, second = sorted((other.fingerprint, other.own))
        session.execute(
            text(
                "INSERT INTO recordings_apart (user_id, first, second) VALUES (:u, :first, :second) "
                "ON CONFLICT DO NOTHING"
            ),
            {"u": user_id, "first": first, "second": second},
        )
    assign_activity.regroup(session, user_id, [recording_id, *(other.id for other in members)])
    query = text("SELECT activity_id FROM activity_recordings WHERE user_id = :u AND id = :r")
    return int(session.execute(query, own).scalar_one())


def put_together(session: Session, user_id: int, activity_id: int) -> int:
    """Forget that an activity's recordings are to be kept apart from others; returns the id of the activity that they
    are in now.

    Raises NotFound when the user has no such activity with recordings.
    """
    assign_activity.lock(session, user_id)
    members = session.execute(
        text("SELECT id, fingerprint FROM activity_recordings WHERE user_id = :u AND activity_id = :a"),
        {"u": user_id, "a": activity_id},
    ).all()
    if not members:
        raise NotFound("There is no such activity.")
    session.execute(
        text("DELETE FROM recordings_apart WHERE user_id = :u AND (first = ANY(:own) OR second = ANY(:own))"),
        {"u": user_id, "own": [one.fingerprint for one in members]},
    )
    assign_activity.regroup(session, user_id, [one.id for one in members])
    query = text("SELECT activity_id FROM activity_recordings WHERE user_id = :u AND id = :r")
    return int(session.execute(query, {"u": user_id, "r": members[0].id}).scalar_one())


def beside(session: Session, user_id: int, recording_id: int) -> tuple[str, str]:
    """The fingerprints of an activity's primary recording and of this other recording of it. Raises NotFound."""
    row = session.execute(
        text(
            "SELECT p.fingerprint AS shown, r.fingerprint AS other FROM activity_recordings r "
            "JOIN activity_recordings p ON p.activity_id = r.activity_id AND p.is_primary AND p.user_id = r.user_id "
            "WHERE r.user_id = :u AND r.id = :r AND NOT r.is_primary"
        ),
        {"u": user_id, "r": recording_id},
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such recording.")
    return row.shown, row.other


def join(session: Session, user_id: int, activity_id: int, other_id: int) -> int:
    """Make one activity of two that follow each other; returns its id. Raises NotFound; ValueError for twice the same
    activity, or two from one file."""
    if activity_id == other_id:
        raise ValueError("An activity cannot be joined with itself.")
    assign_activity.lock(session, user_id)
    mine, others = (assign_activity.of_activity(session, user_id, one) for one in (activity_id, other_id))
    if not mine or not others:
        raise NotFound("There is no such activity, or it was made without a file.")
    first, second = sorted((mine[0].facts.fingerprint, others[0].facts.fingerprint))
    if first.partition(":")[0] == second.partition(":")[0]:
        raise ValueError("Both come from one file. If it was split, undo the split instead.")
    session.execute(
        text(
            # The time now, not when the transaction began: an edit that it waited for was made before the join.
            "INSERT INTO recordings_joined (user_id, first, second, decided_at) "
            "VALUES (:u, :first, :second, clock_timestamp()) ON CONFLICT DO NOTHING"
        ),
        {"u": user_id, "first": first, "second": second},
    )
    assign_activity.regroup(session, user_id, [one.id for one in (*mine, *others)])
    query = text("SELECT activity_id FROM activity_recordings WHERE user_id = :u AND id = :r")
    return int(session.execute(query, {"u": user_id, "r": mine[0].id}).scalar_one())


def unjoin(session: Session, user_id: int, activity_id: int) -> list[int]:
    """Separate activities that were joined; returns the ids of the resulting activities. Raises NotFound."""
    assign_activity.lock(session, user_id)
    members = assign_activity.of_activity(session, user_id, activity_id)
    own = [one.facts.fingerprint for one in members]
    gone = session.execute(
        text(
            "DELETE FROM recordings_joined WHERE user_id = :u AND (first = ANY(:own) OR second = ANY(:own)) RETURNING 1"
        ),
        {"u": user_id, "own": own},
    ).all()
    if not gone:
        raise NotFound("This activity was not joined from others.")
    ids = [one.id for one in members]
    assign_activity.regroup(session, user_id, ids)
    query = text(
        "SELECT DISTINCT activity_id FROM activity_recordings WHERE user_id = :u AND id = ANY(:r) ORDER BY 1"
    )
    return [int(one) for one in session.scalars(query, {"u": user_id, "r": ids}).all()]


_SECOND = """
INSERT INTO activity_recordings (activity_id, home_id, user_id, original_id, import_id, part, fingerprint, format,
    about, words, start_time, clock_start, elapsed_s, distance_m, point_count, channel_count, device, line)
SELECT :new, :new, r.user_id, r.original_id, r.import_id, :part, split_part(r.fingerprint, ':', 1) || ':' || :part,
    r.format, r.about, r.words, r.start_time, r.clock_start, r.elapsed_s, r.distance_m, r.point_count,
    r.channel_count, r.device, r.line
FROM activity_recordings r WHERE r.user_id = :u AND r.id = :r RETURNING id
"""


def split(session: Session, user_id: int, activity_id: int, at: float) -> int:
    """Make two activities of one, the second beginning at a time (seconds since 1970); returns the id of the second.

    Both are made from the same file: one is trimmed at its end, the other at its beginning, by edits of the same name.
    If the activity was split before, that split is now one of the second. `undo_split` undoes it. Raises NotFound;
    ValueError if the activity was joined from recordings of different times, the time is outside the activity, or the
    file has been split too many times.
    """
    assign_activity.lock(session, user_id)
    members = assign_activity.of_activity(session, user_id, activity_id)
    row = session.execute(
        text(
            "SELECT r.id, r.original_id, r.part, extract(epoch FROM a.start_time)::float8 AS start_s, a.elapsed_s "
            "FROM activity_recordings r JOIN activities a ON a.id = r.activity_id WHERE r.user_id = :u "
            "AND a.id = :a AND r.is_primary"
        ),
        {"u": user_id, "a": activity_id},
    ).one_or_none()
    if row is None or not members:
        raise NotFound("There is no such activity, or it was made without a file.")
    if not row.start_s < at < row.start_s + row.elapsed_s:
        raise ValueError("That time is not within the activity.")
    taken = session.scalars(
        text("SELECT part FROM activity_recordings WHERE user_id = :u AND original_id = :o"),
        {"u": user_id, "o": row.original_id},
    ).all()
    part = next((n for n in range(row.part % SLICE + SLICE, 32_001, SLICE) if n not in taken), None)
    if part is None:
        raise ValueError("This file has been split too many times.")
    if len(grouping.parts([one.facts for one in members])) > 1:
        raise ValueError(JOINED)
    new = _new_home(session, user_id, activity_id)
    session.execute(text(_SECOND), {"u": user_id, "r": row.id, "new": new, "part": part}).one()
    homes = [activity_id, *(one.home_id for one in members)]
    known = recordings.edits_of(session, user_id, activity_id, [one.facts.fingerprint for one in members])
    ends = halves.ends(known)
    beginnings = halves.beginnings(session, user_id, homes, known)
    for (
        field,
        value,
    ) in known.items():  # edits of the whole apply to both halves, its own two ends to one each
        if field not in beginnings and field not in ends[1:]:
            recordings.save_edit(session, user_id, new, field, value)
    for field in ends:
        recordings.save_edit(session, user_id, activity_id, field, "")
    copy_rule_effects(session, user_id, homes, new)
    now = time.time_ns() // 1000
    recordings.save_edit(session, user_id, new, track_edits.name_at(now), TrackEdit("trim", start=at).pack())
    first = TrackEdit("trim", stop=at, split_off=new)
    recordings.save_edit(session, user_id, activity_id, track_edits.name_at(now), first.pack())
    seeds = [one.id for one in assign_activity.of_activity(session, user_id, new)]
    edits.rebuild_now(session, user_id, new, seeds)
    edits.rebuild_now(session, user_id, activity_id, [one.id for one in members])
    return new


def _new_home(session: Session, user_id: int, activity_id: int) -> int:
    """Insert a provisional row for an activity, copied from another one; rebuilding replaces it. Returns its id."""
    made = session.execute(
        text(
            "INSERT INTO activities (user_id, sport, start_time, local_day, elapsed_s) SELECT user_id, sport, "
            "start_time, local_day, 0 FROM activities WHERE user_id = :u AND id = :a RETURNING id"
        ),
        {"u": user_id, "a": activity_id},
    )
    return int(made.scalar_one())
