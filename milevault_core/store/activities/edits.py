"""A user's edits of an activity's track and figures: saving and undoing them, and rebuilding the activity from its
files."""

import time

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.activities import sources, track_edits
from milevault_core.activities.track_edits import TrackEdit
from milevault_core.store.activities import assign_activity, recordings
from milevault_core.store.activities.recordings import NotFound


def edit_track(session: Session, user_id: int, activity_id: int, edit: TrackEdit) -> str:
    """Add an edit of an activity's track; returns its name. Raises NotFound, and BadFile if nothing would be left."""
    name = track_edits.name_at(time.time_ns() // 1000)
    _save_and_rebuild(session, user_id, activity_id, name, edit.pack())
    return name


def choose_figure(session: Session, user_id: int, activity_id: int, name: str, value: str) -> None:
    """Choose the value of a figure: "device", "computed", a number, or "" for the default.

    Raises NotFound; ValueError, with a sentence for the user, for an impossible choice.
    """
    _save_and_rebuild(session, user_id, activity_id, sources.PREFIX + name, sources.check(name, value))


def revoke(session: Session, user_id: int, activity_id: int, field: str) -> None:
    """Undo one edit of a track or a figure, except a split (halves.undo_split). Raises NotFound."""
    if not field.startswith((track_edits.PREFIX, sources.PREFIX)):
        raise NotFound("There is no such edit.")
    members = _members(session, user_id, activity_id)
    known = recordings.edits_of(session, user_id, activity_id, [one.facts.fingerprint for one in members])
    if field not in known:
        raise NotFound("There is no such edit.")
    _save_and_rebuild(session, user_id, activity_id, field, "")


def set_default(session: Session, user_id: int, name: str, origin: str) -> None:
    """Set the source of a figure in all activities from now on ("" for the default). Existing activities follow when
    they are read again. Raises ValueError for an impossible choice."""
    if (
        name not in sources.FIGURES
        or origin not in (*sources.ORIGINS, "")
        or (origin and name in sources.DERIVED)
    ):
        raise ValueError("There is no such choice.")
    own = {"u": user_id, "n": name, "o": origin}
    session.execute(text("DELETE FROM figure_defaults WHERE user_id = :u AND name = :n"), own)
    if origin:
        session.execute(text("INSERT INTO figure_defaults (user_id, name, origin) VALUES (:u, :n, :o)"), own)


def _members(session: Session, user_id: int, activity_id: int) -> list[assign_activity.StoredRecording]:
    assign_activity.lock(session, user_id)
    members = assign_activity.of_activity(session, user_id, activity_id)
    if not members:
        raise NotFound("There is no such activity, or it was made without a file.")
    return members


def _save_and_rebuild(session: Session, user_id: int, activity_id: int, field: str, value: str) -> None:
    members = _members(session, user_id, activity_id)
    recordings.save_edit(session, user_id, activity_id, field, value)
    rebuild_now(session, user_id, activity_id, [one.id for one in members])


def rebuild_now(session: Session, user_id: int, activity_id: int, recording_ids: list[int]) -> None:
    """Rebuild an activity. An earlier re-read of it can then no longer be undone, because that would restore rows
    without the edit."""
    session.execute(
        text(
            "UPDATE activities_before SET state = 'same', rows = NULL, reason = 'It was edited since, and stays as it "
            "is.' WHERE user_id = :u AND activity_id = :a AND state = 'read'"
        ),
        {"u": user_id, "a": activity_id},
    )
    assign_activity.regroup(session, user_id, recording_ids, changed=[activity_id])
