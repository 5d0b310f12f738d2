"""A user's changes to one or more activities, each in one transaction: texts, figures, the track."""

from collections.abc import Iterable

from milevault_core import store
from milevault_core.activities import texts
from milevault_core.activities.track_edits import TrackEdit
from milevault_core.store import gear
from milevault_core.store.activities import (
    assign_activity,
    edits,
    halves,
    joined,
    recordings,
    save,
    split_join,
)

type Words = dict[str, str]  # activities/texts.py: field -> value, "" removes an edit


def edit_words(user_id: int, activity_ids: Iterable[int], words: Words) -> dict[int, Words]:
    """Set these texts of these activities; returns the earlier edits by activity, for `restore_words`.

    Raises LookupError for an activity that is not the user's, ValueError with a sentence for an invalid value; nothing
    changes then. Gear may be given by the name its owner gave it.
    """
    if words.get("gear"):
        with store.session() as session:
            name = gear.name_of(session, user_id, texts.clean("gear", words["gear"]))
        words = words | {"gear": name or words["gear"]}
    return restore_words(user_id, {activity_id: words for activity_id in activity_ids})


def restore_words(user_id: int, edited: dict[int, Words]) -> dict[int, Words]:
    """As `edit_words`, with separate texts for each activity."""
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
    """Trim, cut or correct an activity's track; returns the name of the edit, for `revoke`."""
    with store.session() as session:
        return edits.edit_track(session, user_id, activity_id, edit)


def choose_figure(user_id: int, activity_id: int, name: str, value: str) -> None:
    """Choose the value of a figure: "device", "computed", a number, or "" for the default."""
    with store.session() as session:
        edits.choose_figure(session, user_id, activity_id, name, value)


def set_figure_default(user_id: int, name: str, origin: str) -> None:
    """Set which source a figure comes from in all activities from now on; "" for the default."""
    with store.session() as session:
        edits.set_default(session, user_id, name, origin)


def revoke(user_id: int, activity_id: int, field: str) -> None:
    """Undo one edit of a track or a figure. For a split, from either half, the second half is removed.

    Raises LookupError when there is no such edit, ValueError if the split activity's first half is in the trash.
    """
    with store.session() as session:
        if not halves.undo_split(session, user_id, activity_id, field):
            edits.revoke(session, user_id, activity_id, field)


def split(user_id: int, activity_id: int, at: float) -> int:
    """Split an activity in two; the second begins at `at` (seconds since 1970). Returns the id of the second."""
    with store.session() as session:
        return split_join.split(session, user_id, activity_id, at)


def join(user_id: int, activity_id: int, other_id: int) -> int:
    """Join two consecutive activities; returns the id of the resulting activity."""
    with store.session() as session:
        return split_join.join(session, user_id, activity_id, other_id)


def unjoin(user_id: int, activity_id: int) -> list[int]:
    """Separate activities that were joined; returns the ids of the resulting activities. Each is what it was before:
    edits of the joined activity end with it."""
    with store.session() as session:
        assign_activity.lock(session, user_id)
        joined.end_edits_of_whole(session, user_id, activity_id)
        return split_join.unjoin(session, user_id, activity_id)
