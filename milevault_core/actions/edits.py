"""What a user changes in activities, one transaction each: texts, figures, the track; one or many activities at
once."""

from collections.abc import Iterable

from milevault_core import store
from milevault_core.activities import texts
from milevault_core.activities.track_edits import TrackEdit
from milevault_core.store.activities import assign_activity, edits, joined, recordings, save, split_join

type Words = dict[str, str]  # activities/texts.py: field -> value, "" removes an edit


def edit_words(user_id: int, activity_ids: Iterable[int], words: Words) -> dict[int, Words]:
    """Set these texts of these activities; returns the edits there were before, by activity, for `restore_words`.

    Raises LookupError for an activity that is not the user's, ValueError with a sentence for an invalid value;
    nothing has changed then.
    """
    return restore_words(user_id, {activity_id: words for activity_id in activity_ids})


def restore_words(user_id: int, edited: dict[int, Words]) -> dict[int, Words]:
    """Set texts of activities, to each its own; the rest as `edit_words`."""
    before: dict[int, Words] = {}
    with store.session() as session:
        for activity_id, words in edited.items():
            known = recordings.edits_of(
                session, user_id, activity_id, recordings.fingerprints(session, user_id, activity_id)
            )
            known.setdefault("gear", known.get(texts.DEFAULT_GEAR, ""))
            before[activity_id] = {field: known.get(field, "") for field in words}
            for field, value in words.items():
                save.edit_activity(session, user_id, activity_id, field, value)
    return before


def edit_track(user_id: int, activity_id: int, edit: TrackEdit) -> str:
    """Trim, cut or correct an activity's track; returns the name of the edit, by which it can be revoked."""
    with store.session() as session:
        return edits.edit_track(session, user_id, activity_id, edit)


def choose_figure(user_id: int, activity_id: int, name: str, value: str) -> None:
    """Show this candidate of a figure: "device", "computed", a number, or "" for the default."""
    with store.session() as session:
        edits.choose_figure(session, user_id, activity_id, name, value)


def set_figure_default(user_id: int, name: str, origin: str) -> None:
    """Set which source a figure comes from in all activities from now on; "" for the default."""
    with store.session() as session:
        edits.set_default(session, user_id, name, origin)


def revoke(user_id: int, activity_id: int, field: str) -> None:
    """Undo one edit of a track or a figure. For a split, the other half is removed."""
    with store.session() as session:
        second = edits.revoke(session, user_id, activity_id, field)
        if second:
            split_join.unsplit(session, user_id, second)


def split(user_id: int, activity_id: int, at: float) -> int:
    """Make two activities of one, the second beginning at a time (seconds since 1970); returns the id of the
    second."""
    with store.session() as session:
        return split_join.split(session, user_id, activity_id, at)


def join(user_id: int, activity_id: int, other_id: int) -> int:
    """Make one activity of two that follow each other; returns its id."""
    with store.session() as session:
        return split_join.join(session, user_id, activity_id, other_id)


def unjoin(user_id: int, activity_id: int) -> list[int]:
    """Separate activities that were joined; returns the ids of the resulting activities. Each is what it was before:
    edits of the joined activity end with it."""
    with store.session() as session:
        assign_activity.lock(session, user_id)
        joined.end_edits_of_whole(session, user_id, activity_id)
        return split_join.unjoin(session, user_id, activity_id)
