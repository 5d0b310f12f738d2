"""A user's decisions on how an activity is judged: that it counts as recorded, or when it took place."""

from collections.abc import Mapping, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.store.activities import assign_activity, rebuild, recordings
from milevault_core.store.activities.recordings import NotFound

FIELDS = ("as_recorded", "start_time")


def note(session: Session, user_id: int, activity_id: int, field: str, value: str) -> None:
    """Save a decision about an activity ("" removes it); `apply` then rewrites the activity.

    `as_recorded`: "true". `start_time`: the time of the first point, ISO 8601 with an offset. Raises NotFound when
    the user has no such activity, or none of its files is kept; ValueError for another field.
    """
    if field not in FIELDS:
        raise ValueError(f"not a decision: {field!r}")
    if not assign_activity.of_activity(session, user_id, activity_id):
        raise NotFound("There is no such activity, or its files are no longer kept.")
    recordings.save_edit(session, user_id, activity_id, field, value)


def note_starts(session: Session, user_id: int, starts: Mapping[int, str]) -> dict[int, str]:
    """Save when activities began, like `note`; returns what was saved before in the same form ("" for nothing), with
    which it can be undone. An activity that has since become part of another is still known by its old id. Raises
    NotFound."""
    before = {}
    for activity_id, start in starts.items():
        own = {"u": user_id, "a": activity_id, "f": "start_time"}
        if not activities_of(session, user_id, [activity_id]):
            raise NotFound("There is no such activity, or its files are no longer kept.")
        saved = "SELECT value FROM activity_edits WHERE user_id = :u AND activity_id = :a AND field = :f"
        before[activity_id] = session.scalar(text(saved), own) or ""
        recordings.save_edit(session, user_id, activity_id, "start_time", start)
    return before


def activities_of(session: Session, user_id: int, activity_ids: Sequence[int]) -> list[int]:
    """The activities that now hold the files of these activities, which may have become part of others."""
    query = text(
        "SELECT DISTINCT activity_id FROM activity_recordings WHERE user_id = :u AND activity_id IS NOT NULL "
        "AND (activity_id = ANY(:ids) OR home_id = ANY(:ids)) ORDER BY 1"
    )
    return list(session.scalars(query, {"u": user_id, "ids": list(activity_ids)}))


def apply(session: Session, user_id: int, activity_id: int) -> int:
    """Read an activity's files again and rewrite it as its owner decided; returns the id of the resulting activity.
    Raises NotFound."""
    assign_activity.lock(session, user_id)
    members = assign_activity.of_activity(session, user_id, activity_id)
    if not members:
        raise NotFound("There is no such activity, or its files are no longer kept.")
    for one in members:
        facts = rebuild.read(session, user_id, one.facts.fingerprint).facts
        recordings.update_facts(session, user_id, one.facts.fingerprint, facts)
    assign_activity.regroup(session, user_id, [one.id for one in members], changed=[activity_id])
    found = session.scalar(
        text("SELECT activity_id FROM activity_recordings WHERE user_id = :u AND id = :r"),
        {"u": user_id, "r": members[0].id},
    )
    return int(found or activity_id)


def is_as_recorded(session: Session, user_id: int, activity_id: int) -> bool:
    """Whether an activity counts as recorded, without corrections."""
    _, edits = recordings.told_of(session, user_id, activity_id)
    return edits.get("as_recorded") == "true"
