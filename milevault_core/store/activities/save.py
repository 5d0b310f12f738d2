"""Writing and deleting activities: an activity and everything that belongs to it in one transaction."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from milevault_core.activities import texts
from milevault_core.activities.prepare import prepare
from milevault_core.formats import Recording
from milevault_core.store import marks
from milevault_core.store.activities import activity_rows, apply_names, recordings, trash
from milevault_core.store.activities.decisions import DECISIONS, forget_decisions
from milevault_core.store.activities.laps_and_channels import as_json
from milevault_core.store.activities.recordings import NotFound
from milevault_core.store.models import Activity

__all__ = ["DECISIONS", "NotFound", "as_json", "delete_activity", "edit_activity", "forget_decisions",
           "rename_activity", "save_activity"]  # fmt: skip


def save_activity(
    session: Session,
    user_id: int,
    recording: Recording,
    original_id: int | None = None,
    import_id: int | None = None,
    event_key: str = "",
    about: dict | None = None,
) -> int:
    """Clean one recording and write it as a new activity; returns its id. Marks it dirty for stage 2 and adds what
    cleaning found to `recording.problems`. `about` is what an archive says about it.

    Raises BadFile when the recording has neither points nor a start and a duration, and NotFound when the
    original or the batch is not the user's.
    """
    said = {"sport": (about or {}).get("sport") or ""}
    prepared = prepare(recording, lambda: activity_rows.user_zone(session, user_id), event_key, said)
    activity_id = activity_rows.insert(session, user_id, prepared, about or {}, original_id)
    if original_id is not None:
        recordings.add(session, user_id, activity_id, prepared.facts, original_id, import_id, about or {})
    elif import_id is not None:
        raise NotFound("There is no such file or import.")
    return activity_id


def delete_activity(session: Session, user_id: int, activity_id: int) -> None:
    """Move an activity to the trash (store/activities/trash.py). Raises NotFound when the user has no such
    activity."""
    trash.delete(session, user_id, activity_id)


def rename_activity(session: Session, user_id: int, activity_id: int, name: str) -> None:
    """Rename an activity; an empty name restores the file's or the generated name. Raises NotFound."""
    edit_activity(session, user_id, activity_id, "name", name)


def edit_activity(session: Session, user_id: int, activity_id: int, field: str, value: str) -> None:
    """Set one of texts.FIELDS ("true"/"false" for the flags); an empty value removes the edit.

    Raises NotFound when the user has no such activity, ValueError for another field.
    """
    value = texts.check(field, value)
    activity = session.scalar(select(Activity).filter_by(user_id=user_id, id=activity_id).with_for_update())
    if activity is None:
        raise NotFound("There is no such activity.")
    recordings.save_edit(session, user_id, activity_id, field, value)
    if field == "gear" and not value:
        recordings.save_edit(session, user_id, activity_id, texts.DEFAULT_GEAR, "")
    apply_names.retell(session, user_id, activity, field)
    if field == "rpe":
        marks.mark_activity(session, user_id, activity_id, "metrics")
