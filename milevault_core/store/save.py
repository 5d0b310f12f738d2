"""Writing activities: an activity and all that hangs on it in one transaction, in and out."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from milevault_core.formats import Recording
from milevault_core.merging import words
from milevault_core.prepare import prepare
from milevault_core.store import recordings, rows, telling, trash
from milevault_core.store.decisions import DECISIONS, forget_decisions
from milevault_core.store.models import Activity
from milevault_core.store.parts import as_json
from milevault_core.store.recordings import NotFound

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
    """Clean and write one recording as a new activity; its id. Marks it dirty for stage 2, and leaves what was
    found while cleaning in `recording.problems`. `about` is what an archive says of it beside its bytes.

    Raises BadFile when the recording has neither points nor a start and a duration, and NotFound when the
    original or the batch is not the user's.
    """
    prepared = prepare(recording, lambda: rows.user_zone(session, user_id), event_key)
    activity_id = rows.insert(session, user_id, prepared, about or {}, original_id)
    if original_id is not None:
        recordings.add(session, user_id, activity_id, prepared.facts, original_id, import_id, about or {})
    elif import_id is not None:
        raise NotFound("There is no such file or import.")
    return activity_id


def delete_activity(session: Session, user_id: int, activity_id: int) -> None:
    """Move an activity to the trash (store/trash.py). Raises NotFound when the user has no such activity."""
    trash.delete(session, user_id, activity_id)


def rename_activity(session: Session, user_id: int, activity_id: int, name: str) -> None:
    """Give an activity a name; an empty one brings the file's or the made one back. Raises NotFound."""
    edit_activity(session, user_id, activity_id, "name", name)


def edit_activity(session: Session, user_id: int, activity_id: int, field: str, value: str) -> None:
    """Set one of words.FIELDS ("true"/"false" for is_commute); an empty value takes the edit back.

    Raises NotFound when the user has no such activity, ValueError for another field.
    """
    if field not in words.FIELDS:
        raise ValueError(f"not a field to edit: {field!r}")
    activity = session.scalar(select(Activity).filter_by(user_id=user_id, id=activity_id).with_for_update())
    if activity is None:
        raise NotFound("There is no such activity.")
    recordings.save_edit(session, user_id, activity_id, field, words.clean(field, value))
    telling.retell(session, user_id, activity, field)
