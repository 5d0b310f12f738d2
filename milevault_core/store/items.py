"""Batches and their items: writing side."""

import json
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from milevault_core.store import queue
from milevault_core.store.models import ActivityRecording, Import


@dataclass(frozen=True)
class Item:
    id: int
    import_id: int
    user_id: int
    name: str
    original_id: int | None
    about: dict = field(default_factory=dict)  # what an archive says of the file


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


def add(
    session: Session,
    user_id: int,
    import_id: int,
    name: str,
    original_id: int | None,
    about: dict | None = None,
    enqueue: bool = True,
) -> int:
    """A new item, enqueued in the same transaction if it has bytes. Raises LookupError for a foreign batch."""
    item_id = session.execute(
        text(
            "INSERT INTO import_items (user_id, import_id, name, original_id, about) "
            "SELECT user_id, id, :name, :original_id, CAST(:about AS jsonb) FROM imports "
            "WHERE user_id = :user_id AND id = :import_id RETURNING id"
        ),
        {
            "user_id": user_id,
            "import_id": import_id,
            "name": name,
            "original_id": original_id,
            "about": json.dumps(about or {}),
        },
    ).scalar()
    if item_id is None:
        raise LookupError("There is no such import.")
    if original_id is not None and enqueue:
        queue.defer_item(session, item_id)
    return item_id


def count_attempt(session: Session, item_id: int) -> int | None:
    """Count one more try of a waiting item that nobody works on; its number, or None."""
    return session.execute(
        text(
            "UPDATE import_items SET attempts = attempts + 1 WHERE id IN (SELECT id FROM import_items "
            "WHERE id = :item_id AND state = 'waiting' FOR UPDATE SKIP LOCKED) RETURNING attempts"
        ),
        {"item_id": item_id},
    ).scalar()


def lock_waiting(session: Session, item_id: int) -> Item | None:
    """A waiting item, its row locked until the end of the transaction; None if done or someone else works on it."""
    row = session.execute(
        text(
            "SELECT id, import_id, user_id, name, original_id, about FROM import_items "
            "WHERE id = :item_id AND state = 'waiting' FOR UPDATE SKIP LOCKED"
        ),
        {"item_id": item_id},
    ).one_or_none()
    return Item(*row) if row else None


def finish(session: Session, user_id: int, item_id: int, result: Result) -> None:
    session.execute(
        text(
            "UPDATE import_items SET state = 'done', outcome = :outcome, activities = CAST(:activities AS int[]), "
            "days = CAST(:days AS date[]), reason = :reason, problems = CAST(:problems AS jsonb), finished_at = now() "
            "WHERE user_id = :user_id AND id = :item_id"
        ),
        {
            "outcome": result.outcome, "activities": result.activities, "days": result.days, "reason": result.reason,
            "problems": json.dumps(result.problems), "user_id": user_id, "item_id": item_id,
        },
    )  # fmt: skip


def activities_of_original(session: Session, user_id: int, original_id: int) -> list[int]:
    """The activities that an original was made into."""
    query = select(ActivityRecording.activity_id).filter_by(user_id=user_id, original_id=original_id)
    return list(session.scalars(query.order_by(ActivityRecording.part)))
