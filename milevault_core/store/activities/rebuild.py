"""Build an activity from its recordings: they are read from the originals, and the others fill gaps of the primary
one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from psycopg.types.json import Jsonb
from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core import formats
from milevault_core.activities import entries, fill, grouping, join, sources, texts, track_edits
from milevault_core.activities.prepare import Prepared, prepare
from milevault_core.activities.same_workout import Facts
from milevault_core.problems import BadFile
from milevault_core.store import engine
from milevault_core.store.activities import activity_rows, crowds, recordings
from milevault_core.store.imports import originals


@dataclass
class RebuiltActivity:
    """An activity as read from its originals now. `places`: for each recording (fingerprint, whether it is the primary
    one, what was taken from it, shift in seconds)."""

    prepared: Prepared
    fingerprint: str
    places: list[tuple[str, bool, dict, float]]


def make(
    session: Session, user_id: int, members: Sequence[Facts], edits: Mapping[str, str]
) -> RebuiltActivity:
    """Read the originals of an activity's recordings, fill the primary recording from the others, and apply the user's
    edits (`edits`: from recordings.edits_of). Writes nothing."""
    parts = [_one_part(session, user_id, part) for part in grouping.parts(members)]
    parts.sort(key=lambda part: (part.prepared.row["start_time"], part.fingerprint))
    made = parts[0]
    if len(parts) > 1:
        places = [place for part in parts for place in part.places]
        places = [(f, f == made.fingerprint, filled, shift) for f, _, filled, shift in places]
        made = RebuiltActivity(join.joined([part.prepared for part in parts]), made.fingerprint, places)
    track_edits.apply(made.prepared, track_edits.of(edits))
    sources.choose(made.prepared, edits, recordings.figure_defaults(session, user_id))
    return made


def _one_part(session: Session, user_id: int, members: Sequence[Facts]) -> RebuiltActivity:
    """Combine recordings of the same time: the primary one, filled from the others."""
    first = grouping.primary(members)
    told = entries.counting(members)
    others = [one for one in sorted(told, key=grouping.rank) if one is not first]
    prepared = read(session, user_id, first.fingerprint)
    shifts = [grouping.shift_to(first, other, members) for other in others]
    fitting = [
        (read(session, user_id, other.fingerprint), shift)
        for other, shift in zip(others, shifts, strict=True)
        if shift is not None
    ]
    taken = iter(fill.fill(prepared, fitting))
    places: list[tuple[str, bool, dict, float]] = [(first.fingerprint, True, {}, 0.0)]
    for other, shift in zip(others, shifts, strict=True):
        places.append((other.fingerprint, False, {} if shift is None else next(taken), shift or 0.0))
    places += [(one.fingerprint, False, {}, 0.0) for one in members if one not in told]
    return RebuiltActivity(prepared, first.fingerprint, places)


def rebuild(session: Session, user_id: int, activity_id: int, members: Sequence[Facts]) -> None:
    """Rewrite an activity from these recordings, which belong to it from now on."""
    edits = recordings.edits_of(session, user_id, activity_id, [one.fingerprint for one in members])
    made = make(session, user_id, members, edits)
    _make_way(session, user_id, activity_id, made.fingerprint, made.prepared)
    for fingerprint, is_primary, filled, shift in made.places:
        engine.raw(session).execute(
            "UPDATE activity_recordings SET activity_id = %s, trashed_id = NULL, is_primary = %s, filled = %s, "
            "shift_s = %s WHERE user_id = %s AND fingerprint = %s",
            (activity_id, is_primary, Jsonb(filled), shift, user_id, fingerprint),
        )
    told, edits = recordings.told_of(session, user_id, activity_id)
    activity_rows.write(
        session, user_id, activity_id, made.prepared, texts.settle(told, edits), made.fingerprint
    )
    recordings.save_edited(session, user_id, activity_id, sources.edited(edits))


def _make_way(session: Session, user_id: int, activity_id: int, fingerprint: str, prepared: Prepared) -> None:
    """Create the row of an activity that is split off or restored, so that its recordings can refer to it."""
    session.execute(
        text(
            "INSERT INTO activities (id, user_id, sport, start_time, local_day, elapsed_s, fingerprint) "
            "OVERRIDING SYSTEM VALUE SELECT :a, :u, 'other', :start, :day, 0, :f ON CONFLICT (id) DO NOTHING"
        ),
        {
            "a": activity_id, "u": user_id, "start": prepared.row["start_time"], "day": prepared.row["local_day"],
            "f": fingerprint,
        },
    )  # fmt: skip


def read(session: Session, user_id: int, fingerprint: str) -> Prepared:
    """Read a stored recording again from its original. Raises BadFile when the original no longer contains it."""
    row = session.execute(
        text(
            "SELECT original_id, part, words, coalesce((SELECT jsonb_object_agg(field, value) FROM activity_edits e "
            "WHERE e.user_id = r.user_id AND ((e.field = 'start_time' AND e.activity_id = r.home_id) OR "
            "(e.field IN ('as_recorded', 'sport') AND e.activity_id IN (r.home_id, r.activity_id)))), '{}') AS said, "
            f"coalesce(about->>'sport', '') AS sport, {crowds.IS_IN_ONE} AS in_crowd "
            "FROM activity_recordings r WHERE user_id = :u AND fingerprint = :f"
        ),
        {"u": user_id, "f": fingerprint},
    ).one()
    original = originals.fetch(session, user_id, row.original_id)
    if original is None:
        raise BadFile("The file is no longer stored here.")
    reading = formats.read(original.data, original.name)
    for recording in reading.recordings:
        if recording.part == row.part % grouping.SLICE:
            recording.part = row.part
            recording.format = recording.format or reading.format
            said = row.said | ({"in_crowd": "true"} if row.in_crowd else {})
            zone = partial(activity_rows.user_zone, session, user_id)
            return prepare(recording, zone, row.words.get("event_key", ""), {"sport": row.sport} | said)
    raise BadFile("The file no longer holds this activity.")
