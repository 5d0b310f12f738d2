"""Batches and their items: writing side."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from milevault_core.store import queue
from milevault_core.store.models import ActivityRecording, Import, ImportItem


@dataclass(frozen=True)
class Item:
    id: int
    import_id: int
    user_id: int
    name: str
    original_id: int | None


@dataclass
class Result:
    """What became of an item."""

    outcome: str
    activities: list[int] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    reason: str = ""
    problems: list[dict] = field(default_factory=list)


def begin(session: Session, user_id: int, source: str, label: str) -> int:
    return session.execute(
        insert(Import).returning(Import.id),
        {"user_id": user_id, "source": source, "label": label},
    ).scalar_one()


def add(session: Session, user_id: int, import_id: int, name: str, original_id: int | None) -> int:
    """A new item, enqueued in the same transaction if it has bytes. Raises LookupError for a foreign batch."""
    item_id = session.execute(
        text(
            "INSERT INTO import_items (user_id, import_id, name, original_id) "
            "SELECT user_id, id, :name, :original_id FROM imports WHERE user_id = :user_id AND id = :import_id "
            "RETURNING id"
        ),
        {"user_id": user_id, "import_id": import_id, "name": name, "original_id": original_id},
    ).scalar()
    if item_id is None:
        raise LookupError("There is no such import.")
    if original_id is not None:
        queue.defer_item(session, item_id)
    return item_id


def count_attempt(session: Session, item_id: int) -> int | None:
    """Count one more try of a waiting item that nobody works on; its number, or None."""
    free = select(ImportItem.id).filter_by(id=item_id, state="waiting").with_for_update(skip_locked=True)
    return session.scalar(
        update(ImportItem)
        .where(ImportItem.id.in_(free))
        .values(attempts=ImportItem.attempts + 1)
        .returning(ImportItem.attempts)
        .execution_options(synchronize_session=False)
    )


def lock_waiting(session: Session, item_id: int) -> Item | None:
    """A waiting item, its row locked until the end of the transaction; None if done or someone else works on it."""
    c = ImportItem
    row = session.execute(
        select(c.id, c.import_id, c.user_id, c.name, c.original_id)
        .filter_by(id=item_id, state="waiting")
        .with_for_update(skip_locked=True)
    ).one_or_none()
    return Item(*row) if row else None


def finish(session: Session, user_id: int, item_id: int, result: Result) -> None:
    session.execute(
        update(ImportItem)
        .filter_by(user_id=user_id, id=item_id)
        .values(
            state="done",
            outcome=result.outcome,
            activities=result.activities,
            days=result.days,
            reason=result.reason,
            problems=result.problems,
            finished_at=func.now(),
        )
        .execution_options(synchronize_session=False)
    )


def activities_of_original(session: Session, user_id: int, original_id: int) -> list[int]:
    """The activities that an original was made into."""
    query = select(ActivityRecording.activity_id).filter_by(user_id=user_id, original_id=original_id)
    return list(session.scalars(query.order_by(ActivityRecording.part)))
