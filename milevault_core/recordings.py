"""Recordings of one workout taken apart and put together again (store/apart.py), a transaction each."""

from milevault_core import store
from milevault_core.store import apart


def take_apart(user_id: int, recording_id: int) -> int:
    """Make a recording an activity of its own; its id. Raises LookupError."""
    with store.session() as session:
        return apart.take_apart(session, user_id, recording_id)


def put_together(user_id: int, activity_id: int) -> int:
    """Let an activity's recordings join their workout again; the id of the activity they are part of then."""
    with store.session() as session:
        return apart.put_together(session, user_id, activity_id)
