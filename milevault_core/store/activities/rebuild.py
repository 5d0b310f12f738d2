"""Build an activity from its recordings: they are read from the originals, and the others fill gaps of the primary
one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from psycopg.types.json import Jsonb
from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core import formats
from milevault_core.activities import entries, fill, grouping, join, part_edits, sources, texts, track_edits
from milevault_core.activities.part_edits import DatedEdit, Part
from milevault_core.activities.prepare import Prepared, prepare
from milevault_core.activities.same_workout import Facts
from milevault_core.problems import BadFile
from milevault_core.store import engine
from milevault_core.store.activities import activity_rows, crowds, joined, recordings
from milevault_core.store.imports import originals


@dataclass
class RebuiltActivity:
    """An activity as read from its originals now. `places`: for each recording (fingerprint, whether it is the primary
    one, what was taken from it, shift in seconds). `figures`: the figures that the user chose, as edits."""

    prepared: Prepared
    fingerprint: str
    places: list[tuple[str, bool, dict, float]]
    figures: dict[str, str] = field(default_factory=dict)


def make(session: Session, user_id: int, activity_id: int, members: Sequence[Facts]) -> RebuiltActivity:
    """Read the originals of an activity's recordings, fill the primary recording from the others, and apply the user's
    edits, those of a part before it is joined with the others. Writes nothing. Raises BadFile when a file cannot be
    read or the edits leave nothing."""
    own = [one.fingerprint for one in members]
    made = [_one_part(session, user_id, activity_id, part) for part in grouping.parts(members)]
    made.sort(key=lambda one: (one.prepared.row["start_time"], one.fingerprint))
    edits = joined.dated_edits(session, user_id, activity_id, own)
    defaults = recordings.figure_defaults(session, user_id)
    if len(made) == 1:
        whole = made[0]
        whole.figures = part_edits.newest(edits)
        if edits and joined.is_rest(session, user_id, own):
            part_edits.apply_leniently(whole.prepared, edits)
        else:
            track_edits.apply(whole.prepared, track_edits.of(whole.figures))
    else:
        whole = _whole(session, user_id, made, edits, defaults)
    sources.choose(whole.prepared, whole.figures, defaults)
    return whole


def _whole(
    session: Session,
    user_id: int,
    made: Sequence[RebuiltActivity],
    edits: Sequence[DatedEdit],
    defaults: dict,
) -> RebuiltActivity:
    """Join the parts of an activity, each with its own edits, and apply those of the whole to the track."""
    own = [[place[0] for place in one.places] for one in made]
    every = [fingerprint for each in own for fingerprint in each]
    homes = joined.homes(session, user_id, every)
    parts = [Part(frozenset(each), frozenset(homes[one] for one in each)) for each in own]
    joinings = joined.joinings(session, user_id, every)
    scoped = [(part_edits.scope(one, parts, joinings), one) for one in edits]
    of_whole = part_edits.newest(one for scope, one in scoped if len(scope) == len(parts))
    of_parts = [(scope, one) for scope, one in scoped if len(scope) < len(parts)]
    prepared = [one.prepared for one in made]
    left = part_edits.apply(prepared, of_parts)
    figures = part_edits.figures(prepared, of_parts, defaults)
    first = next(one for one in made if one.prepared is left[0])
    places = [
        (f, f == first.fingerprint, filled, shift) for one in made for f, _, filled, shift in one.places
    ]
    whole = RebuiltActivity(join.joined(left), first.fingerprint, places, figures | of_whole)
    track_edits.apply(whole.prepared, track_edits.of(of_whole))
    return whole


def _one_part(session: Session, user_id: int, activity_id: int, members: Sequence[Facts]) -> RebuiltActivity:
    """Combine recordings of the same time: the primary one, filled from the others."""
    first = grouping.primary(members)
    told = entries.counting(members)
    others = [one for one in sorted(told, key=grouping.rank) if one is not first]
    prepared = read(session, user_id, first.fingerprint, activity_id)
    shifts = [grouping.shift_to(first, other, members) for other in others]
    fitting = [
        (read(session, user_id, other.fingerprint, activity_id), shift)
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
    made = make(session, user_id, activity_id, members)
    _make_way(session, user_id, activity_id, made.fingerprint, made.prepared)
    for fingerprint, is_primary, filled, shift in made.places:
        engine.raw(session).execute(
            "UPDATE activity_recordings SET activity_id = %s, trashed_id = NULL, is_primary = %s, filled = %s, "
            "shift_s = %s WHERE user_id = %s AND fingerprint = %s",
            (activity_id, is_primary, Jsonb(filled), shift, user_id, fingerprint),
        )
    told, edits = recordings.told_of(session, user_id, activity_id, [one.fingerprint for one in members])
    activity_rows.write(
        session, user_id, activity_id, made.prepared, texts.settle(told, edits), made.fingerprint
    )
    recordings.save_edited(session, user_id, activity_id, sources.edited(made.figures))


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


def read(session: Session, user_id: int, fingerprint: str, activity_id: int | None = None) -> Prepared:
    """Read a stored recording again from its original; `activity_id`: for this activity, which it may be about to
    join. Raises BadFile when the original no longer contains it."""
    row = session.execute(
        text(
            "SELECT original_id, part, words, coalesce((SELECT jsonb_object_agg(field, value) FROM activity_edits e "
            "WHERE e.user_id = r.user_id AND ((e.field = 'start_time' AND e.activity_id = r.home_id) OR "
            "(e.field IN ('as_recorded', 'sport') AND e.activity_id IN (r.home_id, coalesce(:a, r.activity_id))))), "
            "'{}') AS said, "
            f"coalesce(about->>'sport', '') AS sport, {crowds.IS_IN_ONE} AS in_crowd "
            "FROM activity_recordings r WHERE user_id = :u AND fingerprint = :f"
        ),
        {"u": user_id, "f": fingerprint, "a": activity_id},
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
