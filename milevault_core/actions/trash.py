"""The trash (store/activities/trash.py), each action in one transaction, and files that are not imported again because
their activity was deleted."""

from milevault_core import store
from milevault_core.store import queue
from milevault_core.store.activities import trash as rows
from milevault_core.store.imports import items, known_files


def delete(user_id: int, activity_id: int) -> None:
    """Move an activity to the trash. Like the other functions here, raises LookupError if the user has none such."""
    with store.session() as session:
        rows.delete(session, user_id, activity_id)


def restore(user_id: int, activity_id: int) -> int:
    """Take an activity out of the trash; returns its id."""
    with store.session() as session:
        return rows.restore(session, user_id, activity_id)


def purge(user_id: int, activity_id: int) -> None:
    """Permanently delete an activity that is in the trash."""
    with store.session() as session:
        rows.purge(session, user_id, activity_id)


def bring_back(user_id: int, item_id: int) -> list[int]:
    """Import an item's file after all, which was left out because its activity had been deleted. Returns the activities
    restored from the trash; empty if a job has to import the file again."""
    with store.session() as session:
        trashed, buried = known_files.deleted_of(session, user_id, item_id)
        restored = [rows.restore(session, user_id, one) for one in trashed]
        if buried:
            known_files.take_again(session, user_id, item_id)
            queue.defer_item(session, item_id)
        elif restored:
            items.finish(
                session,
                user_id,
                item_id,
                items.Result("duplicate", restored, reason="Restored from the trash."),
            )
        return restored


def purge_due() -> int:
    """Permanently delete activities that have been in the trash for 30 days; returns how many."""
    with store.session() as session:
        due = rows.due(session)
    for user_id, activity_id in due:
        purge(user_id, activity_id)
    return len(due)
