"""The trash (store/trash.py), a transaction each; and the files that are not taken again because of it."""

from milevault_core import store
from milevault_core.store import earlier, items, queue
from milevault_core.store import trash as rows


def delete(user_id: int, activity_id: int) -> None:
    """Move an activity to the trash. Raises LookupError when the user has none such; so do the others here."""
    with store.session() as session:
        rows.delete(session, user_id, activity_id)


def restore(user_id: int, activity_id: int) -> int:
    """Take an activity out of the trash; its id."""
    with store.session() as session:
        return rows.restore(session, user_id, activity_id)


def purge(user_id: int, activity_id: int) -> None:
    """Delete an activity that is in the trash for good."""
    with store.session() as session:
        rows.purge(session, user_id, activity_id)


def bring_back(user_id: int, item_id: int) -> list[int]:
    """The file of an item was not taken since its activity had been deleted: take it after all. The activities that
    came out of the trash; empty if it has to be imported anew, which is a job."""
    with store.session() as session:
        trashed, buried = earlier.deleted_of(session, user_id, item_id)
        restored = [rows.restore(session, user_id, one) for one in trashed]
        if buried:
            earlier.take_again(session, user_id, item_id)
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
    """Delete for good what has been in the trash for 30 days; how many."""
    with store.session() as session:
        due = rows.due(session)
    for user_id, activity_id in due:
        purge(user_id, activity_id)
    return len(due)
