"""An activity from its recordings: read from the originals, the primary one filled from the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from psycopg.types.json import Jsonb
from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core import formats
from milevault_core.formats import BadFile
from milevault_core.merging import fill, groups, words
from milevault_core.merging.same import Facts
from milevault_core.prepare import Prepared, prepare
from milevault_core.store import engine, originals, recordings, rows


@dataclass
class Made:
    """An activity as its originals give it now. `places`: of each recording (fingerprint, whether it is the primary
    one, what was taken from it, shift in seconds)."""

    prepared: Prepared
    fingerprint: str
    places: list[tuple[str, bool, dict, float]]


def make(session: Session, user_id: int, members: Sequence[Facts]) -> Made:
    """Read the originals of an activity's recordings, and fill the primary one from the others. Writes nothing."""
    first = groups.primary(members)
    others = [one for one in sorted(members, key=groups.rank) if one is not first]
    prepared = read(session, user_id, first.fingerprint)
    shifts = [groups.shift_to(first, other, members) for other in others]
    fitting = [
        (read(session, user_id, other.fingerprint), shift)
        for other, shift in zip(others, shifts, strict=True)
        if shift is not None
    ]
    taken = iter(fill.fill(prepared, fitting))
    places: list[tuple[str, bool, dict, float]] = [(first.fingerprint, True, {}, 0.0)]
    for other, shift in zip(others, shifts, strict=True):
        places.append((other.fingerprint, False, {} if shift is None else next(taken), shift or 0.0))
    return Made(prepared, first.fingerprint, places)


def rebuild(session: Session, user_id: int, activity_id: int, members: Sequence[Facts]) -> None:
    """Write an activity anew from these recordings, which become its own."""
    made = make(session, user_id, members)
    _make_way(session, user_id, activity_id, made.fingerprint, made.prepared)
    for fingerprint, is_primary, filled, shift in made.places:
        engine.raw(session).execute(
            "UPDATE activity_recordings SET activity_id = %s, trashed_id = NULL, is_primary = %s, filled = %s, "
            "shift_s = %s WHERE user_id = %s AND fingerprint = %s",
            (activity_id, is_primary, Jsonb(filled), shift, user_id, fingerprint),
        )
    told, edits = recordings.told_of(session, user_id, activity_id)
    rows.write(session, user_id, activity_id, made.prepared, words.settle(told, edits), made.fingerprint)


def _make_way(session: Session, user_id: int, activity_id: int, fingerprint: str, prepared: Prepared) -> None:
    """An activity that is taken apart or restored has no row yet that its recordings could point to."""
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
    """A stored recording, read again from its original. Raises BadFile when that gives it no more."""
    row = session.execute(
        text(
            "SELECT original_id, part, words FROM activity_recordings WHERE user_id = :u AND fingerprint = :f"
        ),
        {"u": user_id, "f": fingerprint},
    ).one()
    original = originals.fetch(session, user_id, row.original_id)
    if original is None:
        raise BadFile("The file is no longer kept here.")
    reading = formats.read(original.data, original.name)
    for recording in reading.recordings:
        if recording.part == row.part:
            recording.format = recording.format or reading.format
            zone = partial(rows.user_zone, session, user_id)
            return prepare(recording, zone, row.words.get("event_key", ""))
    raise BadFile("The file holds this activity no more.")
