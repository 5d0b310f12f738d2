"""Separate and recombine the recordings of a workout (store/activities/split_join.py), each in one transaction."""

from milevault_core import store
from milevault_core.activities import compare_recordings, sources
from milevault_core.store.activities import rebuild, split_join


def take_apart(user_id: int, recording_id: int) -> int:
    """Make a recording an activity of its own; returns the activity's id. Raises LookupError."""
    with store.session() as session:
        return split_join.take_apart(session, user_id, recording_id)


def put_together(user_id: int, activity_id: int) -> int:
    """Let an activity's recordings join their workout again; returns the id of the activity they then belong to."""
    with store.session() as session:
        return split_join.put_together(session, user_id, activity_id)


def compare(user_id: int, recording_id: int) -> compare_recordings.Comparison | None:
    """Compare a recording with the one that its activity shows, both read from their files; None if they overlap by
    less than a minute. Raises LookupError if the user has no such second recording, and BadFile."""
    with store.session() as session:
        shown, other = split_join.beside(session, user_id, recording_id)
        first, second = (rebuild.read(session, user_id, fingerprint) for fingerprint in (shown, other))
    return compare_recordings.compare(first.cleaned, second.cleaned)


def figures(user_id: int, recording_id: int) -> dict[str, float]:
    """The figures (activities/sources.FIGURES) that an activity would have if it showed this other recording of its
    workout, read from its file. Raises LookupError if the user has no such second recording, and BadFile."""
    with store.session() as session:
        _, other = split_join.beside(session, user_id, recording_id)
        row = rebuild.read(session, user_id, other).row
    return {name: float(row[name]) for name in sources.FIGURES if row.get(name) is not None}
