"""Rows of activity_recordings and activity_edits: the facts that activities are made from."""

import json
from collections.abc import Sequence

from psycopg.types.json import Jsonb
from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.merging.words import Told, combined
from milevault_core.store import engine
from milevault_core.store.decisions import forget_decisions


class NotFound(LookupError):
    """There is no such thing among what this user owns."""


_ADD = """
WITH recording AS (
    INSERT INTO activity_recordings (activity_id, home_id, user_id, original_id, import_id, part, fingerprint, format,
        about, words, start_time, elapsed_s, distance_m, point_count, channel_count, device, line)
    SELECT activity.id, activity.id, activity.user_id, original.id, batch.id, %(part)s,
        encode(original.sha256, 'hex') || ':' || %(part)s, %(format)s, %(about)s, %(words)s, %(start_time)s,
        %(elapsed_s)s, %(distance_m)s, %(point_count)s, %(channel_count)s, %(device)s, %(line)s
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
    """The recording that a new activity was made from; its id. Raises NotFound for another's original or batch."""
    values = facts | {"words": Jsonb(facts["words"]), "about": Jsonb(about), "user_id": user_id,
                      "activity_id": activity_id, "original_id": original_id, "import_id": import_id}  # fmt: skip
    row = engine.raw(session).execute(_ADD, values).fetchone()
    if row is None or row[1:] != (original_id, import_id):
        raise NotFound("There is no such file or import.")
    return row[0]


def save_edit(session: Session, user_id: int, activity_id: int, field: str, value: str) -> None:
    """Keep a person's word, newest last; an empty one forgets it, also where it was said of a recording that has
    become part of this activity."""
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
    else:
        session.execute(
            text(
                "DELETE FROM activity_edits WHERE user_id = :u AND field = :f AND (activity_id = :a OR activity_id "
                "IN (SELECT home_id FROM activity_recordings WHERE user_id = :u AND activity_id = :a))"
            ),
            own,
        )


def told_of(session: Session, user_id: int, activity_id: int) -> tuple[Sequence[Told], dict[str, str]]:
    """What is said of an activity's recordings, the primary one first, and its edits: of those said of several
    recordings before they became one activity, the newest."""
    own = {"u": user_id, "a": activity_id}
    rows = session.execute(
        text(
            "SELECT about, words FROM activity_recordings WHERE user_id = :u AND activity_id = :a "
            "ORDER BY is_primary DESC, fingerprint"
        ),
        own,
    ).all()
    edits = session.execute(
        text(
            "SELECT field, value FROM activity_edits WHERE user_id = :u AND (activity_id = :a OR activity_id IN "
            "(SELECT home_id FROM activity_recordings WHERE user_id = :u AND activity_id = :a)) "
            "ORDER BY edited_at, activity_id"
        ),
        own,
    ).all()
    return [Told(about, words) for about, words in rows], {field: value for field, value in edits}


def refresh_about(session: Session, user_id: int, original_id: int) -> list[int]:
    """Settle what archives say of an original's recordings: all the batches that hold it and are not undone. The
    activities whose recordings changed."""
    own = {"u": user_id, "o": original_id}
    abouts = session.scalars(
        text(
            "SELECT i.about FROM import_items i JOIN imports b ON b.id = i.import_id WHERE i.user_id = :u "
            "AND i.original_id = :o AND b.undo_asked_at IS NULL AND i.about <> '{}'"
        ),
        own,
    ).all()
    parts = session.scalars(
        text("SELECT part FROM activity_recordings WHERE user_id = :u AND original_id = :o"), own
    ).all()
    changed: list[int | None] = []
    for part in parts:
        said = combined([about.get("parts", {str(part): about}).get(str(part), {}) for about in abouts])
        changed += session.scalars(
            text(
                "UPDATE activity_recordings SET about = CAST(:about AS jsonb) WHERE user_id = :u AND original_id = :o "
                "AND part = :p AND about <> CAST(:about AS jsonb) RETURNING activity_id"
            ),
            own | {"about": json.dumps(said), "p": part},
        ).all()
    return [activity_id for activity_id in changed if activity_id is not None]


def inherit(session: Session, user_id: int, activity_id: int) -> list[int]:
    """Recordings of an activity (alive or in the trash) were removed: if the one that it had its id from is gone,
    another takes over that id and what was decided under it. The recordings that are left."""
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
        forget_decisions(session, user_id, left[0].home_id)
    return [one.id for one in left]


def is_home(session: Session, user_id: int, activity_id: int) -> bool:
    """Whether a recording, alive or in the trash, goes back to this id."""
    query = text("SELECT 1 FROM activity_recordings WHERE user_id = :u AND home_id = :a LIMIT 1")
    return session.execute(query, {"u": user_id, "a": activity_id}).first() is not None


def update_facts(session: Session, user_id: int, fingerprint: str, facts: dict) -> None:
    """Replace what is kept of a recording by what a reader finds in it now."""
    engine.raw(session).execute(
        "UPDATE activity_recordings SET words = %(words)s, start_time = %(start_time)s, elapsed_s = %(elapsed_s)s, "
        "distance_m = %(distance_m)s, point_count = %(point_count)s, channel_count = %(channel_count)s, "
        "device = %(device)s, line = %(line)s WHERE user_id = %(user_id)s AND fingerprint = %(fingerprint)s",
        facts | {"words": Jsonb(facts["words"]), "user_id": user_id, "fingerprint": fingerprint},
    )
