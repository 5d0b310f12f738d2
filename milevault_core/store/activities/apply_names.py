"""Names and other texts of stored activities (activities/texts.py), which are chosen again when one of their sources
changes."""

from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from milevault_core.activities import texts
from milevault_core.sports.limits import limits_of
from milevault_core.store import marks, queue
from milevault_core.store.activities import activity_rows, recordings
from milevault_core.store.models import Activity


def tell_again(session: Session, user_id: int, original_id: int) -> None:
    """After the set of archives that hold a file has changed: choose the texts of its recordings' activities again."""
    for activity_id in recordings.refresh_about(session, user_id, original_id):
        activity = session.scalar(
            select(Activity).filter_by(user_id=user_id, id=activity_id).with_for_update()
        )
        if activity is not None:
            retell(session, user_id, activity)


def retell(session: Session, user_id: int, activity: Activity, field: str = "") -> None:
    """Choose an activity's texts again; `field` is the one that was just edited."""
    before = activity.sport, activity.sub_sport, activity.is_left_out
    told, edits = recordings.told_of(session, user_id, activity.id)
    if not told:  # made without a file: it only has its own texts
        own = {name: getattr(activity, name) for name in (*texts.FIELDS, "sport_name")}
        told = [texts.RecordingTexts({}, own | {field: ""})]
    for column, found in texts.settle(told, edits).items():
        setattr(activity, column, found)
    activity.version = cast(int, Activity.version + 1)  # in SQL: another may be raising it too
    session.flush()
    if (activity.sport, activity.sub_sport, activity.is_left_out) != before:
        marks.mark_activity(session, user_id, activity.id)
    if activity.point_count and limits_of(before[0]) != limits_of(activity.sport):
        activity_rows.forget_metrics_of_the_sport(session, user_id, activity.id)
        # What counts as impossible depends on the sport, so a worker reads the files again.
        queue.defer_judgement(session, user_id, activity.id)
