"""Dirty marks: what derived rows are to be computed again. Set in the transaction of the change, taken (deleted)
at the beginning of the transaction that computes, so that a change committed meanwhile marks anew."""

import json
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from milevault_core.store import queue
from milevault_core.store.models import Activity


def mark_activity(session: Session, user_id: int, activity_id: int, step: str = "") -> None:
    """Compute an activity's steps again (all, or one and those that need it)."""
    session.execute(
        text(
            "INSERT INTO dirty_activities (activity_id, step, user_id) VALUES (:a, :s, :u) "
            "ON CONFLICT DO NOTHING"
        ),
        {"a": activity_id, "s": step, "u": user_id},
    )
    queue.defer_derive(session, user_id)


def mark_gone(session: Session, user_id: int, activity_id: int, day: date, steps: tuple[str, ...]) -> None:
    """An activity was removed: its day and the steps over all activities are computed again."""
    mark_day(session, user_id, day)
    mark_steps(session, user_id, activity_id, steps)
    queue.defer_derive(session, user_id)


def mark_day(session: Session, user_id: int, day: date, step: str = "") -> None:
    session.execute(
        text("INSERT INTO dirty_days (user_id, day, step) VALUES (:u, :d, :s) ON CONFLICT DO NOTHING"),
        {"u": user_id, "d": day, "s": step},
    )


def mark_steps(session: Session, user_id: int, activity_id: int, steps: tuple[str, ...]) -> None:
    """Steps over all of a user's activities have to look at this one (0: all) again."""
    for step in steps:
        session.execute(
            text(
                "INSERT INTO dirty_steps (user_id, step, activity_id) VALUES (:u, :s, :a) "
                "ON CONFLICT DO NOTHING"
            ),
            {"u": user_id, "s": step, "a": activity_id},
        )


def mark_computed(
    session: Session, user_id: int, days: set[date], activity_ids: set[int], steps: tuple[str, ...]
) -> None:
    """These activities were computed: their days and the steps over all activities are next."""
    session.execute(
        text(
            "WITH days AS (INSERT INTO dirty_days (user_id, day, step) SELECT :u, unnest(CAST(:d AS date[])), '' "
            "ON CONFLICT DO NOTHING) INSERT INTO dirty_steps (user_id, step, activity_id) "
            "SELECT :u, s, a FROM unnest(CAST(:s AS text[])) s, unnest(CAST(:a AS int[])) a ON CONFLICT DO NOTHING"
        ),
        {"u": user_id, "d": sorted(days), "a": sorted(activity_ids), "s": list(steps)},
    )


def take_activities(
    session: Session, user_id: int, limit: int, among: list[int] | None = None
) -> dict[int, set[str]]:
    """Up to `limit` marks (`among` these activities only), taken away: activity id -> steps ("" is all). Marks
    another worker holds are skipped."""
    rows = session.execute(
        text(
            "DELETE FROM dirty_activities WHERE (activity_id, step) IN (SELECT activity_id, step FROM "
            "dirty_activities WHERE user_id = :u AND (CAST(:among AS int[]) IS NULL OR activity_id = ANY (:among)) "
            "ORDER BY activity_id LIMIT :n FOR UPDATE SKIP LOCKED) RETURNING activity_id, step"
        ),
        {"u": user_id, "n": limit, "among": among},
    )
    taken: dict[int, set[str]] = {}
    for activity_id, step in rows:
        taken.setdefault(activity_id, set()).add(step)
    return dict(sorted(taken.items()))


def activities_of(session: Session, user_id: int, activity_ids: Iterable[int]) -> Iterable[Activity]:
    """The rows of those activities that are there and the user's, in the order of their ids."""
    query = select(Activity).where(Activity.user_id == user_id, Activity.id.in_(list(activity_ids)))
    return session.scalars(query.order_by(Activity.id)).all()


def set_aside(session: Session, user_id: int, activity_id: int) -> None:
    """Note at an activity that a step cannot compute it, instead of trying for ever."""
    problem = {
        "code": "not_computed",
        "text": "Some figures of this activity could not be computed.",
        "where": "",
    }
    session.execute(
        text(
            "UPDATE activities SET problems = problems || CAST(:p AS jsonb), version = version + 1 "
            "WHERE user_id = :u AND id = :a AND NOT problems @> CAST(:p AS jsonb)"
        ),
        {"p": json.dumps([problem]), "u": user_id, "a": activity_id},
    )


def take_days(session: Session, user_id: int, limit: int) -> dict[date, set[str]]:
    """Up to `limit` marks of days, taken away: day -> steps."""
    rows = session.execute(
        text(
            "DELETE FROM dirty_days WHERE (user_id, day, step) IN (SELECT user_id, day, step FROM dirty_days "
            "WHERE user_id = :u ORDER BY day LIMIT :n FOR UPDATE SKIP LOCKED) RETURNING day, step"
        ),
        {"u": user_id, "n": limit},
    )
    taken: dict[date, set[str]] = {}
    for day, step in rows:
        taken.setdefault(day, set()).add(step)
    return dict(sorted(taken.items()))


def take_step(session: Session, user_id: int, step: str, among: list[int] | None = None) -> set[int]:
    """The activities a step over all of them has to look at again (`among` these only), taken away (0: all of them)."""
    rows = session.execute(
        text(
            "DELETE FROM dirty_steps WHERE user_id = :u AND step = :s AND (CAST(:among AS int[]) IS NULL "
            "OR activity_id = ANY (:among)) RETURNING activity_id"
        ),
        {"u": user_id, "s": step, "among": among},
    )
    return set(rows.scalars())


def spread_step(session: Session, user_id: int, step: str) -> list[int]:
    """What a step is marked for, in order; a mark for all (0) is made one for each activity and drawn course."""
    if 0 in take_step(session, user_id, step, [0]):
        session.execute(
            text(
                "INSERT INTO dirty_steps (user_id, step, activity_id) SELECT :u, :s, id FROM activities "
                "WHERE user_id = :u UNION SELECT :u, :s, -id FROM route_courses WHERE user_id = :u "
                "ON CONFLICT DO NOTHING"
            ),
            {"u": user_id, "s": step},
        )
    marked = text(
        "SELECT activity_id FROM dirty_steps WHERE user_id = :u AND step = :s AND activity_id <> 0 ORDER BY 1"
    )
    return list(session.execute(marked, {"u": user_id, "s": step}).scalars())


def files_waiting(session: Session, user_id: int) -> bool:
    """Whether files of this user are still to be read."""
    some = text("SELECT EXISTS (SELECT 1 FROM import_items WHERE user_id = :u AND state = 'waiting')")
    return session.execute(some, {"u": user_id}).scalar_one()


def is_worth(session: Session, user_id: int, step: str, share: float = 0.05) -> bool:
    """Whether a step is marked for all activities, or for at least this share of them."""
    enough = text(
        "SELECT count(*) > 0 AND (min(activity_id) = 0 OR count(*) >= :p * (SELECT count(*) FROM activities "
        "WHERE user_id = :u)) FROM dirty_steps WHERE user_id = :u AND step = :s"
    )
    return session.execute(enough, {"u": user_id, "s": step, "p": share}).scalar_one()


def lock_step(session: Session, user_id: int, step: str) -> None:
    """One worker at a time computes a step over all of a user's activities."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:s), :u)"), {"s": step, "u": user_id})


def users_with_marks(session: Session) -> list[int]:
    """Users something is dirty for."""
    return list(
        session.execute(
            text(
                "SELECT user_id FROM dirty_activities UNION SELECT user_id FROM dirty_days "
                "UNION SELECT user_id FROM dirty_steps ORDER BY 1"
            )
        ).scalars()
    )


def stored_versions(session: Session) -> dict[str, int]:
    return {
        step: version for step, version in session.execute(text("SELECT step, version FROM derive_versions"))
    }


def raise_version(session: Session, step: str, version: int, scope: str) -> None:
    """Mark everything of a step dirty and remember the version it is being computed with."""
    mark_everything = {
        "activity": "INSERT INTO dirty_activities (activity_id, step, user_id) SELECT id, :s, user_id FROM activities "
        "ON CONFLICT DO NOTHING",
        "day": "INSERT INTO dirty_days (user_id, day, step) SELECT DISTINCT user_id, local_day, :s FROM activities "
        "ON CONFLICT DO NOTHING",
        "athlete": "INSERT INTO dirty_steps (user_id, step, activity_id) SELECT id, :s, 0 FROM users "
        "ON CONFLICT DO NOTHING",
    }
    session.execute(text(mark_everything[scope]), {"s": step})
    session.execute(
        text(
            "INSERT INTO derive_versions (step, version) VALUES (:s, :v) "
            "ON CONFLICT (step) DO UPDATE SET version = excluded.version"
        ),
        {"s": step, "v": version},
    )
