"""A user's decisions about how an activity is corrected. Each is saved at once; `judge` then rewrites the activity from
its files, which a page leaves to a worker (by_worker.py)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from milevault_core import store
from milevault_core.store.activities import judgement


def count_as_recorded(user_id: int, activity_id: int, yes: bool = True) -> None:
    """Note that an activity counts as recorded, or that we correct it again. Raises LookupError."""
    with store.session() as session:
        judgement.note(session, user_id, activity_id, "as_recorded", "true" if yes else "")


def set_start(user_id: int, activity_id: int, when: datetime | None) -> None:
    """Note when an activity began (an aware datetime; None removes the note); all its times shift with it. Raises
    LookupError."""
    with store.session() as session:
        judgement.note(session, user_id, activity_id, "start_time", when.isoformat() if when else "")


def set_starts(user_id: int, starts: Mapping[int, datetime | str]) -> dict[int, str]:
    """Note when each of several activities began (aware datetime or ISO text; "" removes the note), all or none.
    Returns the earlier notes; passing them to this function undoes the change. Raises LookupError."""
    told = {one: when if isinstance(when, str) else when.isoformat() for one, when in starts.items()}
    with store.session() as session:
        return judgement.note_starts(session, user_id, told)


def activities_of(user_id: int, activity_ids: Sequence[int]) -> list[int]:
    """The activities that now hold the files of the given ones: those to `judge` after an undo."""
    with store.session() as session:
        return judgement.activities_of(session, user_id, activity_ids)


def is_as_recorded(user_id: int, activity_id: int) -> bool:
    """Whether the owner wants an activity counted as recorded."""
    with store.session() as session:
        return judgement.is_as_recorded(session, user_id, activity_id)


def judge(user_id: int, activity_id: int) -> int:
    """Rewrite an activity according to the decisions. Returns its id, which may now be that of another recording of the
    same workout. Raises LookupError."""
    with store.session() as session:
        return judgement.apply(session, user_id, activity_id)
