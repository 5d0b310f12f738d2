"""Rows of activity_recordings and activity_edits, from which activities are made."""

import json
from collections.abc import Sequence
from typing import LiteralString

from psycopg.types.json import Jsonb
from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.activities import entries
from milevault_core.activities.part_edits import newest
from milevault_core.activities.texts import RecordingTexts, combined
from milevault_core.store import engine
from milevault_core.store.activities import joined
from milevault_core.store.activities.decisions import copy_rule_effects, forget_decisions


class NotFound(LookupError):
    """This user has no such thing."""


_ADD = """
WITH recording AS (
    INSERT INTO activity_recordings (activity_id, home_id, user_id, original_id, import_id, part, fingerprint, format,
        about, words, start_time, clock_start, elapsed_s, distance_m, point_count, channel_count, device, line)
    SELECT activity.id, activity.id, activity.user_id, original.id, batch.id, %(part)s,
        encode(original.sha256, 'hex') || ':' || %(part)s, %(format)s, %(about)s, %(words)s, %(start_time)s,
        %(clock_start)s, %(elapsed_s)s, %(distance_m)s, %(point_count)s, %(channel_count)s, %(device)s, %(line)s
    FROM activities activity
    JOIN original_files original ON original.id = %(original_id)s AND original.user_id = activity.user_id
    LEFT JOIN imports batch ON batch.id = %(import_id)s AND batch.user_id = activity.user_id
    WHERE activity.user_id = %(user_id)s AND activity.id = %(activity_id)s
    RETURNING id, original_id, import_id)
SELECT id, original_id, import_id FROM recording
"""


def add(
    session: Session,
    user_id: int,
    activity_id: int,
    facts: dict,
    original_id: int,
    import_id: int | None,
    about: dict,
) -> int:
    """Add the recording that a new activity was made from; returns its id. Raises NotFound for another user's original
    or batch."""
    values = facts | {"words": Jsonb(facts["words"]), "about": Jsonb(about), "user_id": user_id,
                      "activity_id": activity_id, "original_id": original_id, "import_id": import_id}  # fmt: skip
    row = engine.raw(session).execute(_ADD, values).fetchone()
    if row is None or row[1:] != (original_id, import_id):
        raise NotFound("There is no such file or import.")
    return row[0]


# For a recording `r` that is an entry of a list (activities/entries.py): the latest import that contains it.
TOLD: LiteralString = (
    "CASE WHEN r.format IN ('strava', 'garmin_list') THEN (SELECT max(i.import_id) FROM import_items i "
    "JOIN imports b ON b.id = i.import_id WHERE i.user_id = r.user_id AND i.original_id = r.original_id "
    "AND b.undo_asked_at IS NULL AND b.source <> 'reread') END"
)


def save_edit(session: Session, user_id: int, activity_id: int, field: str, value: str) -> None:
    """Save a user's edit with the time of now. An empty value removes the edit, also if it was made on an activity that
    has since become part of this one. What was said of a part before a join is kept for when it is separated again
    (joined.make_way)."""
    is_joined = joined.make_way(session, user_id, activity_id, field, is_removed=not value)
    own = {"u": user_id, "a": activity_id, "f": field, "v": value}
    if value:
        session.execute(
            text(
                "INSERT INTO activity_edits (user_id, activity_id, field, value, edited_at) "
                "VALUES (:u, :a, :f, :v, clock_timestamp()) ON CONFLICT (user_id, activity_id, field) "
                "DO UPDATE SET value = excluded.value, edited_at = excluded.edited_at"
            ),
            own,
        )
    elif not is_joined:
        session.execute(
            text(
                "DELETE FROM activity_edits WHERE user_id = :u AND field = :f AND (activity_id = :a OR activity_id "
                "IN (SELECT home_id FROM activity_recordings WHERE user_id = :u AND activity_id = :a))"
            ),
            own,
        )


def told_of(
    session: Session, user_id: int, activity_id: int, own_files: Sequence[str] | None = None
) -> tuple[Sequence[RecordingTexts], dict[str, str]]:
    """What files and archives say about an activity's recordings, the primary one first, and its edits: the newest for
    each field, if several activities had been edited before they became one. `own_files`: the fingerprints of the
    recordings, if others that are about to leave are still stored as its own."""
    own_files = fingerprints(session, user_id, activity_id) if own_files is None else own_files
    own = {"u": user_id, "f": list(own_files)}
    rows = session.execute(
        text(
            f"SELECT r.about, r.words, r.fingerprint, r.format, o.name, {TOLD} AS told FROM activity_recordings r "
            "JOIN original_files o ON o.id = r.original_id WHERE r.user_id = :u AND r.fingerprint = ANY(:f) "
            "ORDER BY r.is_primary DESC, r.fingerprint"
        ),
        own,
    ).all()
    count = entries.latest(
        (row.fingerprint, entries.entry_of(row.format, row.name), row.told or 0) for row in rows
    )
    told = [RecordingTexts(row.about, row.words) for row in rows if row.fingerprint in count]
    return told, edits_of(session, user_id, activity_id, own_files)


def fingerprints(session: Session, user_id: int, activity_id: int) -> Sequence[str]:
    """The fingerprints of an activity's recordings."""
    query = text("SELECT fingerprint FROM activity_recordings WHERE user_id = :u AND activity_id = :a")
    return session.scalars(query, {"u": user_id, "a": activity_id}).all()


def edits_of(session: Session, user_id: int, activity_id: int, fingerprints: Sequence[str]) -> dict[str, str]:
    """The edits of an activity that is, or will be, made of these recordings: field -> value. The newest for each
    field, if several activities had been edited before they became one. A part that was left out of totals before it
    was joined does not leave the whole out."""
    edits = joined.dated_edits(session, user_id, activity_id, fingerprints)
    if any(one.field == "is_left_out" for one in edits):
        edits = joined.without_parts_left_out(edits, joined.joinings(session, user_id, fingerprints))
    return newest(edits)


def save_edited(session: Session, user_id: int, activity_id: int, numbers: dict[str, float]) -> None:
    """Replace the figures of an activity that the user typed in (activities/sources.edited)."""
    own = {"u": user_id, "a": activity_id, "names": list(numbers), "values": list(numbers.values())}
    engine.raw(session).execute(
        "DELETE FROM activity_metrics WHERE origin = 'edited' AND activity_id IN "
        "(SELECT id FROM activities WHERE user_id = %(u)s AND id = %(a)s)", own
    )  # fmt: skip
    if numbers:
        engine.raw(session).execute(
            "INSERT INTO activity_metrics (activity_id, name, origin, value) SELECT a.id, v.name, 'edited', v.value "
            "FROM activities a, unnest(%(names)s::text[], %(values)s::float8[]) AS v (name, value) "
            "WHERE a.user_id = %(u)s AND a.id = %(a)s",
            own,
        )


def figure_defaults(session: Session, user_id: int) -> dict[str, str]:
    """figure -> the source that the user wants for all activities (activities/sources.py)."""
    rows = engine.raw(session).execute(
        "SELECT name, origin FROM figure_defaults WHERE user_id = %s", (user_id,)
    )
    return dict(rows.fetchall())


# The product whose export an item `i` of the batch `b` is part of, by its path in the batch. Items from the connection
# to Garmin Connect do not count as an export: each round updates their list entries (garmin/activities.py), however
# old their batch is.
_PRODUCT: LiteralString = (
    "CASE WHEN b.source = 'garmin' THEN '' WHEN i.name ~ '(^|/)activities/[^/]+$|activities[.]csv row ' THEN 'strava' "
    "WHEN i.name ~ 'DI_CONNECT/|DI-Connect-|UploadedFiles_' THEN 'garmin' ELSE '' END"
)


def refresh_about(session: Session, user_id: int, original_id: int) -> list[int]:
    """Update what archives say about an original's recordings, from all batches that hold it and are not undone.
    Returns the activities whose recordings changed."""
    own = {"u": user_id, "o": original_id}
    told = session.execute(
        text(
            f"SELECT {_PRODUCT} AS product, i.about FROM import_items i JOIN imports b ON b.id = i.import_id "
            "WHERE i.user_id = :u AND i.original_id = :o AND b.undo_asked_at IS NULL AND b.source <> 'reread' "
            "AND i.about <> '{}' ORDER BY i.import_id DESC, i.id DESC"
        ),
        own,
    ).all()
    parts = session.scalars(
        text("SELECT part FROM activity_recordings WHERE user_id = :u AND original_id = :o"), own
    ).all()
    changed: list[int | None] = []
    for part in parts:
        said = combined(
            [(one.product, one.about.get("parts", {str(part): one.about}).get(str(part), {})) for one in told]
        )
        changed += session.scalars(
            text(
                "UPDATE activity_recordings SET about = CAST(:about AS jsonb) WHERE user_id = :u AND original_id = :o "
                "AND part = :p AND about <> CAST(:about AS jsonb) RETURNING activity_id"
            ),
            own | {"about": json.dumps(said), "p": part},
        ).all()
    return [activity_id for activity_id in changed if activity_id is not None]


def inherit(session: Session, user_id: int, activity_id: int) -> list[int]:
    """After recordings of an activity (which may be in the trash) were removed: if the recording that gave the activity
    its id is gone, another one takes over the id and what was decided under it. Returns the remaining recordings."""
    own = {"u": user_id, "a": activity_id}
    left = session.execute(
        text(
            "SELECT id, home_id FROM activity_recordings WHERE user_id = :u AND (activity_id = :a OR trashed_id = :a) "
            "ORDER BY home_id"
        ),
        own,
    ).all()
    if left and left[0].home_id > activity_id:
        heir = own | {"r": left[0].id, "h": left[0].home_id}
        session.execute(
            text("UPDATE activity_recordings SET home_id = :a WHERE user_id = :u AND id = :r"), heir
        )
        session.execute(
            text(
                "INSERT INTO activity_edits (user_id, activity_id, field, value, edited_at) SELECT user_id, :a, field, "
                "value, edited_at FROM activity_edits WHERE user_id = :u AND activity_id = :h "
                "ON CONFLICT (user_id, activity_id, field) DO UPDATE SET value = excluded.value, "
                "edited_at = excluded.edited_at WHERE excluded.edited_at > activity_edits.edited_at"
            ),
            heir,
        )
        copy_rule_effects(session, user_id, [left[0].home_id], activity_id)
        forget_decisions(session, user_id, left[0].home_id)
    return [one.id for one in left]


def is_home(session: Session, user_id: int, activity_id: int) -> bool:
    """Whether any recording, also one in the trash, has this id as its home."""
    query = text("SELECT 1 FROM activity_recordings WHERE user_id = :u AND home_id = :a LIMIT 1")
    return session.execute(query, {"u": user_id, "a": activity_id}).first() is not None


def shown_in(session: Session, user_id: int, activity_id: int) -> int:
    """The activity to which decisions made under an id apply now: the one with that id, or the one it is part of."""
    query = text(
        "SELECT activity_id FROM activity_recordings WHERE user_id = :u AND home_id = :h AND activity_id IS NOT NULL "
        "ORDER BY activity_id LIMIT 1"
    )
    return session.scalar(query, {"u": user_id, "h": activity_id}) or activity_id


def update_facts(session: Session, user_id: int, fingerprint: str, facts: dict) -> None:
    """Replace the stored facts of a recording with what a reader finds in it now."""
    engine.raw(session).execute(
        "UPDATE activity_recordings SET words = %(words)s, start_time = %(start_time)s, "
        "clock_start = %(clock_start)s, elapsed_s = %(elapsed_s)s, distance_m = %(distance_m)s, "
        "point_count = %(point_count)s, channel_count = %(channel_count)s, "
        "device = %(device)s, line = %(line)s WHERE user_id = %(user_id)s AND fingerprint = %(fingerprint)s",
        facts | {"words": Jsonb(facts["words"]), "user_id": user_id, "fingerprint": fingerprint},
    )


_ONE_OF = {
    "take_apart": "id = :n",
    "compare": "id = :n AND NOT is_primary AND activity_id IS NOT NULL",
    "figures": "id = :n AND NOT is_primary AND activity_id IS NOT NULL",
    "put_together": "activity_id = :n",
    "judge": "activity_id = :n",
    "restore": "trashed_id = :n",
    **dict.fromkeys(("edit_track", "choose_figure", "revoke", "split", "join", "unjoin"), "activity_id = :n"),
}


def one_of(session: Session, user_id: int, verb: str, number: int) -> int | None:
    """A recording of what the user wants to take apart, put together, restore or edit; None if there is none."""
    query = text(f"SELECT min(id) FROM activity_recordings WHERE user_id = :u AND {_ONE_OF[verb]}")
    return session.scalar(query, {"u": user_id, "n": number})


def activity_of(session: Session, user_id: int, recording_id: int | None) -> int | None:
    """The activity that a recording is part of; None if there is none."""
    query = text("SELECT activity_id FROM activity_recordings WHERE user_id = :u AND id = :r")
    return session.scalar(query, {"u": user_id, "r": recording_id})
