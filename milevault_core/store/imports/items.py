"""Writing batches and their items."""

import json
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from milevault_core.store import engine, queue
from milevault_core.store.imports.reasons import HAS_BYTES
from milevault_core.store.models import Import


@dataclass(frozen=True)
class Item:
    id: int
    import_id: int
    user_id: int
    name: str
    original_id: int | None
    about: dict = field(default_factory=dict)  # what an archive says about the file
    upload_id: int | None = None  # the archive it is in, and its place there
    place: dict | None = None
    undone: bool = False  # its import is being undone


@dataclass
class Result:
    """What became of an item."""

    outcome: str
    activities: list[int] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    reason: str = ""
    problems: list[dict] = field(default_factory=list)


def begin(session: Session, user_id: int, source: str, label: str) -> int:
    """Create a batch; returns its id."""
    return session.execute(
        insert(Import).returning(Import.id),
        {"user_id": user_id, "source": source, "label": label},
    ).scalar_one()


def hold(session: Session, user_id: int, import_id: int) -> None:
    """Lock a batch until the end of the transaction, so that its undo waits. Raises LookupError for another user's
    batch, and for one that is being undone."""
    query = "SELECT 1 FROM imports WHERE user_id = :u AND id = :i AND undo_asked_at IS NULL FOR SHARE"
    if session.execute(text(query), {"u": user_id, "i": import_id}).first() is None:
        raise LookupError("There is no such import.")


def add(
    session: Session,
    user_id: int,
    import_id: int,
    name: str,
    original_id: int | None,
    about: dict | None = None,
    enqueue: bool = True,
) -> int:
    """Add an item and, if it has bytes, enqueue it in the same transaction; returns its id. Raises LookupError for
    another user's batch and one that is being undone."""
    row = engine.raw(session).execute(
        "INSERT INTO import_items (user_id, import_id, name, original_id, about) "
        "SELECT user_id, id, %s, %s::int8, %s::jsonb FROM imports "
        "WHERE user_id = %s AND id = %s AND undo_asked_at IS NULL RETURNING id",
        (name, original_id, json.dumps(about or {}), user_id, import_id),
    ).fetchone()  # fmt: skip
    if row is None:
        raise LookupError("There is no such import.")
    item_id: int = row[0]
    if original_id is not None and enqueue:
        queue.defer_item(session, item_id, is_new=True)
    return item_id


def count_attempt(session: Session, item_id: int) -> int | None:
    """Count an attempt at a waiting item that nobody is working on; returns the attempt's number, or None."""
    row = engine.raw(session).execute(
        "UPDATE import_items SET attempts = attempts + 1 WHERE id IN (SELECT id FROM import_items "
        "WHERE id = %s AND state = 'waiting' FOR UPDATE SKIP LOCKED) RETURNING attempts",
        (item_id,),
    ).fetchone()  # fmt: skip
    return row[0] if row else None


def lock_waiting(session: Session, item_id: int) -> Item | None:
    """A waiting item, with its row locked until the end of the transaction; None if it is done or somebody else is
    working on it."""
    row = engine.raw(session).execute(
        "SELECT i.id, i.import_id, i.user_id, i.name, i.original_id, i.about, i.upload_id, i.place, "
        "b.undo_asked_at IS NOT NULL FROM import_items i JOIN imports b ON b.id = i.import_id "
        "WHERE i.id = %s AND i.state = 'waiting' FOR UPDATE OF i SKIP LOCKED",
        (item_id,),
    ).fetchone()  # fmt: skip
    return Item(*row) if row else None


def finish(session: Session, user_id: int, item_id: int, result: Result) -> None:
    """Note what became of a file."""
    engine.raw(session).execute(
        "UPDATE import_items SET state = 'done', outcome = %s, activities = %s::int[], days = %s::date[], "
        "reason = %s, problems = %s::jsonb, finished_at = now() WHERE user_id = %s AND id = %s",
        (result.outcome, result.activities, result.days, result.reason, json.dumps(result.problems), user_id, item_id),
    )  # fmt: skip


def set_original(session: Session, user_id: int, item_id: int, original_id: int) -> None:
    """Note the original that an archive item was saved as."""
    engine.raw(session).execute(
        "UPDATE import_items SET original_id = %s WHERE user_id = %s AND id = %s",
        (original_id, user_id, item_id),
    )


def claim(session: Session, import_id: int, job_id: int, limit: int) -> list[tuple[int, int]]:
    """Take waiting members of an archive for a job: (item, number of this attempt).

    Items claimed by a job that is no longer running are free again. A member that was tried before is taken alone, so
    that a file that kills workers does not add attempts to its neighbours.
    """
    fresh = "attempts = 0"
    tried = (
        "attempts > 0 AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs j WHERE j.id = t.claim AND j.id <> :job "
        "AND j.status = 'doing')"
    )
    for which, count in ((fresh, limit), (tried, 1)):
        rows = session.execute(
            text(
                "UPDATE import_items SET claim = :job, attempts = attempts + 1 WHERE id IN (SELECT id FROM "
                "import_items t WHERE import_id = :i AND state = 'waiting' AND upload_id IS NOT NULL "
                f"AND {which} ORDER BY id LIMIT :n FOR UPDATE SKIP LOCKED) RETURNING id, attempts"
            ),
            {"i": import_id, "job": job_id, "n": count},
        )
        if claimed := sorted((int(item), int(attempts)) for item, attempts in rows):
            return claimed
    return []


def owner(session: Session, import_id: int) -> int | None:
    return session.execute(text("SELECT user_id FROM imports WHERE id = :i"), {"i": import_id}).scalar()


def waiting_in_archive(session: Session, import_id: int) -> bool:
    """Whether a batch has members of an archive left to import."""
    query = (
        "SELECT EXISTS (SELECT 1 FROM import_items WHERE import_id = :i AND state = 'waiting' "
        "AND upload_id IS NOT NULL)"
    )
    return bool(session.execute(text(query), {"i": import_id}).scalar())


def set_about(session: Session, user_id: int, item_id: int, about: dict) -> None:
    """Save with an item what the archive's list says about it."""
    session.execute(
        text("UPDATE import_items SET about = CAST(:about AS jsonb) WHERE user_id = :u AND id = :i"),
        {"about": json.dumps(about), "u": user_id, "i": item_id},
    )


def set_answer(session: Session, user_id: int, import_id: int, item_id: int, code: str, said: str) -> None:
    """Save the user's answer to a question that reading an item raised. Raises LookupError for an item that is not the
    user's or has not failed."""
    found = session.execute(
        text(
            "UPDATE import_items SET about = jsonb_set(about, '{answers}', coalesce(about->'answers', '{}') || "
            "jsonb_build_object(CAST(:c AS text), CAST(:s AS text))) "
            "WHERE user_id = :u AND import_id = :b AND id = :i AND outcome = 'failed' RETURNING 1"
        ),
        {"u": user_id, "b": import_id, "i": item_id, "c": code, "s": said},
    )
    if found.first() is None:
        raise LookupError("There is no such file.")


def stop(session: Session, user_id: int, import_id: int, reason: str) -> int:
    """Fail the items of a batch that nobody is working on yet, with this reason; they can be retried. Returns how many.
    Raises LookupError for another user's batch."""
    if owner(session, import_id) != user_id:
        raise LookupError("There is no such import.")
    stopped = session.scalars(
        text(
            "UPDATE import_items SET state = 'done', outcome = 'failed', reason = :r, finished_at = now() "
            "WHERE id IN (SELECT id FROM import_items WHERE user_id = :u AND import_id = :b AND state = 'waiting' "
            "FOR UPDATE SKIP LOCKED) RETURNING id"
        ),
        {"u": user_id, "b": import_id, "r": reason},
    ).all()
    return len(stopped)


def retry(session: Session, user_id: int, import_id: int, item_ids: list[int] | None) -> int:
    """Enqueue the failed items of a batch again; returns how many. Raises LookupError for another user's batch."""
    if owner(session, import_id) != user_id:
        raise LookupError("There is no such import.")
    again = session.scalars(
        text(
            "UPDATE import_items SET state = 'waiting', outcome = NULL, reason = '', problems = '[]', attempts = 0, "
            "claim = NULL, finished_at = NULL WHERE id IN (SELECT id FROM import_items WHERE user_id = :u "
            f"AND import_id = :b AND outcome = 'failed' AND {HAS_BYTES} "
            "AND (CAST(:ids AS bigint[]) IS NULL OR id = ANY (:ids)) ORDER BY id FOR UPDATE) RETURNING id"
        ),
        {"u": user_id, "b": import_id, "ids": item_ids},
    ).all()
    for item_id in again:
        queue.defer_item(session, item_id)
    return len(again)
