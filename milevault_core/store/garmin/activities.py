"""Activities at Garmin: which are known, which are still to be fetched, which were deleted there."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.store.garmin.connection import FURTHEST


@dataclass(frozen=True)
class PendingActivity:
    """An activity that is to be fetched."""

    garmin_id: int
    entry: dict[str, Any]
    attempts: int


@dataclass(frozen=True)
class ChangedActivity:
    """An activity that is here and whose entry in Garmin's list has changed."""

    garmin_id: int
    item_id: int
    original_id: int
    entry: dict[str, Any]


def known(session: Session, user_id: int, garmin_ids: Sequence[int]) -> set[int]:
    """Those of the activities that were seen before."""
    query = text("SELECT garmin_id FROM garmin_activities WHERE user_id = :u AND garmin_id = ANY (:ids)")
    return set(session.scalars(query, {"u": user_id, "ids": list(garmin_ids)}))


def note_listed(
    session: Session, user_id: int, listed: Mapping[int, tuple[datetime | None, dict]]
) -> list[ChangedActivity]:
    """Save a page of the list: id -> (start, entry). Returns the activities that are here and have changed in it."""
    rows = [
        {"u": user_id, "g": garmin_id, "start": start, "entry": json.dumps(entry)}
        for garmin_id, (start, entry) in listed.items()
    ]
    if not rows:
        return []
    changed = text(
        "SELECT g.garmin_id, g.item_id, i.original_id, g.entry FROM garmin_activities g "
        "JOIN import_items i ON i.id = g.item_id AND i.user_id = g.user_id "
        "WHERE g.user_id = :u AND g.garmin_id = ANY (:ids) AND i.original_id IS NOT NULL"
    )
    before = session.execute(changed, {"u": user_id, "ids": list(listed)}).all()
    session.execute(
        text(
            "INSERT INTO garmin_activities (user_id, garmin_id, start_time, entry) "
            "VALUES (:u, :g, :start, CAST(:entry AS jsonb)) ON CONFLICT (user_id, garmin_id) DO UPDATE "
            "SET start_time = excluded.start_time, entry = excluded.entry, deleted_at = NULL"
        ),
        rows,
    )
    return [
        ChangedActivity(row.garmin_id, row.item_id, row.original_id, listed[row.garmin_id][1])
        for row in before
        if row.entry != listed[row.garmin_id][1]
    ]


def note_missing(
    session: Session, user_id: int, since: datetime, still_there: Sequence[int], now: datetime
) -> int:
    """Mark activities that began after `since` and are no longer at Garmin; returns how many were newly marked."""
    query = text(
        "UPDATE garmin_activities SET deleted_at = :now WHERE user_id = :u AND start_time >= :since "
        "AND deleted_at IS NULL AND garmin_id <> ALL (:ids) RETURNING 1"
    )
    values = {"u": user_id, "since": since, "ids": list(still_there), "now": now}
    return len(session.execute(query, values).all())


def to_fetch(session: Session, user_id: int, now: datetime, limit: int) -> list[PendingActivity]:
    """Activities to fetch now, newest first; those that failed before come last."""
    query = text(
        "SELECT garmin_id, entry, attempts FROM garmin_activities WHERE user_id = :u AND fetched_at IS NULL "
        "AND deleted_at IS NULL AND (retry_at IS NULL OR retry_at <= :now OR retry_at > :furthest) "
        "ORDER BY attempts, start_time DESC NULLS LAST, garmin_id DESC LIMIT :n"
    )
    rows = session.execute(query, {"u": user_id, "now": now, "furthest": now + FURTHEST, "n": limit})
    return [PendingActivity(row.garmin_id, row.entry, row.attempts) for row in rows]


def note_fetched(session: Session, user_id: int, garmin_id: int, item_id: int, when: datetime) -> None:
    """Note that an activity was fetched, and became this item."""
    query = text(
        "UPDATE garmin_activities SET fetched_at = :w, retry_at = NULL, item_id = "
        "(SELECT id FROM import_items WHERE user_id = :u AND id = :i) WHERE user_id = :u AND garmin_id = :g"
    )
    session.execute(query, {"u": user_id, "g": garmin_id, "i": item_id, "w": when})


def note_failed(session: Session, user_id: int, garmin_id: int, retry_at: datetime) -> None:
    """Note that an activity could not be fetched and is retried at `retry_at`."""
    query = text(
        "UPDATE garmin_activities SET attempts = attempts + 1, retry_at = :r "
        "WHERE user_id = :u AND garmin_id = :g"
    )
    session.execute(query, {"u": user_id, "g": garmin_id, "r": retry_at})


def oldest_day(session: Session, user_id: int) -> date | None:
    """The day (UTC) of the oldest activity in the list."""
    query = text(
        "SELECT (min(start_time) AT TIME ZONE 'UTC')::date FROM garmin_activities WHERE user_id = :u"
    )
    return session.scalar(query, {"u": user_id})
