"""The words of stored activities (merging/words.py), settled again when what is said of them has changed."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from milevault_core.merging import words
from milevault_core.store import marks, recordings
from milevault_core.store.models import Activity


def tell_again(session: Session, user_id: int, original_id: int) -> None:
    """The archives that hold a file have become more or less: its recordings say what those say now."""
    for activity_id in recordings.refresh_about(session, user_id, original_id):
        activity = session.scalar(
            select(Activity).filter_by(user_id=user_id, id=activity_id).with_for_update()
        )
        if activity is not None:
            retell(session, user_id, activity)


def retell(session: Session, user_id: int, activity: Activity, field: str = "") -> None:
    """Settle an activity's words again; `field` is the one that was edited just now."""
    before = activity.sport, activity.sub_sport
    told, edits = recordings.told_of(session, user_id, activity.id)
    if not told:  # made without a file: its own words are all there is
        own = {name: getattr(activity, name) for name in (*words.FIELDS, "sport_name")}
        told = [words.Told({}, own | {field: ""})]
    for column, found in words.settle(told, edits).items():
        setattr(activity, column, found)
    activity.version += 1
    session.flush()
    if (activity.sport, activity.sub_sport) != before:
        marks.mark_activity(session, user_id, activity.id)
