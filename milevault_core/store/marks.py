"""Dirty marks: which derived rows are to be computed again. A mark is set in the transaction of the change and taken
(deleted) at the beginning of the transaction that computes, so a change committed meanwhile leaves a new mark.

Each change adds its own marks without looking for existing ones: a worker that does not see the change yet may be
taking an existing mark right now. Marking never blocks anybody.
"""

import json
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from milevault_core.store import queue
from milevault_core.store.models import Activity


def mark_activity(session: Session, user_id: int, activity_id: int, step: str = "") -> None:
    """Mark an activity for its steps to be computed again (all, or one and those that need it). Another user's activity
    gets no mark."""
    session.execute(
        text(
            "INSERT INTO dirty_activities (activity_id, step, user_id) "
            "SELECT id, :s, user_id FROM activities WHERE user_id = :u AND id = :a"
        ),
        {"a": activity_id, "s": step, "u": user_id},
    )
    queue.defer_derive(session, user_id)


EVERY_STEP = ""  # stands for every step over all of a user's activities


def mark_gone(session: Session, user_id: int, activity_id: int, day: date) -> None:
    """After an activity was removed: mark its day and the steps over all activities."""
    mark_day(session, user_id, day)
    mark_steps(session, user_id, activity_id, (EVERY_STEP,))
    queue.defer_derive(session, user_id)


def mark_day(session: Session, user_id: int, day: date, step: str = "") -> None:
    """Mark a local day to be computed again, for one step or ("") for all."""
    session.execute(
        text("INSERT INTO dirty_days (user_id, day, step) VALUES (:u, :d, :s)"),
        {"u": user_id, "d": day, "s": step},
    )


def mark_again(session: Session, user_id: int, scope: str, step: str, key: str) -> None:
    """Mark what a step was set aside for: an activity, a day, or an activity of a step over all activities."""
    match scope:
        case "activity":
            mark_activity(session, user_id, int(key), step)
        case "day":
            mark_day(session, user_id, date.fromisoformat(key), step)
        case "athlete" if key:
            mark_steps(session, user_id, int(key), (step,))


def mark_steps(session: Session, user_id: int, activity_id: int, steps: tuple[str, ...]) -> None:
    """Have steps over all of a user's activities look at this activity (0: all) again."""
    for step in steps:
        session.execute(
            text("INSERT INTO dirty_steps (user_id, step, activity_id) VALUES (:u, :s, :a)"),
            {"u": user_id, "s": step, "a": activity_id},
        )


def mark_computed(
    session: Session, user_id: int, days: set[date], activity_ids: set[int], steps: tuple[str, ...]
) -> None:
    """After these activities were computed: mark their days and the steps over all activities."""
    session.execute(
        text(
            "WITH days AS (INSERT INTO dirty_days (user_id, day, step) SELECT :u, unnest(CAST(:d AS date[])), '') "
            "INSERT INTO dirty_steps (user_id, step, activity_id) "
            "SELECT :u, s, a FROM unnest(CAST(:s AS text[])) s, unnest(CAST(:a AS int[])) a"
        ),
        {"u": user_id, "d": sorted(days), "a": sorted(activity_ids), "s": list(steps)},
    )


def lock_activity(session: Session, user_id: int, activity_id: int) -> None:
    """Wait for workers that are computing an activity's rows, and let none begin before this transaction ends."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('derive'), :a)"), {"a": activity_id})


def take_activities(
    session: Session, user_id: int, limit: int, among: list[int] | None = None
) -> dict[int, set[str]]:
    """Take up to `limit` marks (only of the activities `among`, if given): activity id -> steps ("" is all). Activities
    that another worker is computing, or that are being written, are left for later."""
    rows = session.execute(
        text(
            "WITH marked AS MATERIALIZED (SELECT id, activity_id FROM dirty_activities WHERE user_id = :u "
            "AND (CAST(:among AS int[]) IS NULL OR activity_id = ANY (:among)) ORDER BY activity_id, id LIMIT :n "
            "FOR UPDATE SKIP LOCKED), free AS MATERIALIZED (SELECT activity_id FROM (SELECT DISTINCT activity_id "
            "FROM marked) AS each_one WHERE pg_try_advisory_xact_lock(hashtext('derive'), activity_id)) "
            "DELETE FROM dirty_activities d USING marked m WHERE d.id = m.id "
            "AND m.activity_id IN (SELECT activity_id FROM free) RETURNING d.activity_id, d.step"
        ),
        {"u": user_id, "n": limit, "among": among},
    )
    taken: dict[int, set[str]] = {}
    for activity_id, step in rows:
        taken.setdefault(activity_id, set()).add(step)
    return dict(sorted(taken.items()))


def activities_of(session: Session, user_id: int, activity_ids: Iterable[int]) -> Iterable[Activity]:
    """The rows of these activities, as far as they exist and are the user's, ordered by id."""
    query = select(Activity).where(Activity.user_id == user_id, Activity.id.in_(list(activity_ids)))
    return session.scalars(query.order_by(Activity.id)).all()


def note_not_computed(session: Session, user_id: int, activity_id: int) -> None:
    """Add a problem to an activity: a step could not be computed."""
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
    """Take up to `limit` marks of days: day -> steps. Only one worker at a time computes a user's days."""
    lock_step(session, user_id, "days")
    rows = session.execute(
        text(
            "DELETE FROM dirty_days WHERE id IN (SELECT id FROM dirty_days WHERE user_id = :u ORDER BY day, id "
            "LIMIT :n) RETURNING day, step"
        ),
        {"u": user_id, "n": limit},
    )
    taken: dict[date, set[str]] = {}
    for day, step in rows:
        taken.setdefault(day, set()).add(step)
    return dict(sorted(taken.items()))


def take_step(session: Session, user_id: int, step: str, among: list[int] | None = None) -> set[int]:
    """Take the marks of a step over all activities (only of the activities `among`, if given): the activities that it
    has to look at again; 0 means all."""
    rows = session.execute(
        text(
            "DELETE FROM dirty_steps WHERE user_id = :u AND step = :s AND (CAST(:among AS int[]) IS NULL "
            "OR activity_id = ANY (:among)) RETURNING activity_id"
        ),
        {"u": user_id, "s": step, "among": among},
    )
    return set(rows.scalars())


def spread_all_steps(session: Session, user_id: int, steps: tuple[str, ...]) -> None:
    """Replace the marks for every step over all activities by a mark for each of `steps`."""
    session.execute(
        text(
            "WITH taken AS (DELETE FROM dirty_steps WHERE user_id = :u AND step = '' RETURNING activity_id) "
            "INSERT INTO dirty_steps (user_id, step, activity_id) "
            "SELECT :u, s, activity_id FROM taken, unnest(CAST(:s AS text[])) s ORDER BY 2, 3"
        ),
        {"u": user_id, "s": list(steps)},
    )


def spread_step(session: Session, user_id: int, step: str) -> list[int]:
    """The ids that a step is marked for, in order; a mark for all (0) becomes a mark for each activity and drawn
    course."""
    if 0 in take_step(session, user_id, step, [0]):
        session.execute(
            text(
                "INSERT INTO dirty_steps (user_id, step, activity_id) SELECT :u, :s, id FROM activities "
                "WHERE user_id = :u UNION SELECT :u, :s, -id FROM route_courses WHERE user_id = :u"
            ),
            {"u": user_id, "s": step},
        )
    marked = text(
        "SELECT DISTINCT activity_id FROM dirty_steps WHERE user_id = :u AND step = :s AND activity_id <> 0 "
        "ORDER BY 1"
    )
    return list(session.execute(marked, {"u": user_id, "s": step}).scalars())


def files_waiting(session: Session, user_id: int) -> bool:
    """Whether files of this user are still to be read."""
    some = text("SELECT EXISTS (SELECT 1 FROM import_items WHERE user_id = :u AND state = 'waiting')")
    return session.execute(some, {"u": user_id}).scalar_one()


def is_worth(session: Session, user_id: int, step: str, share: float = 0.05) -> bool:
    """Whether a step is marked for all activities, or for at least this share of them."""
    enough = text(
        "SELECT count(*) > 0 AND (min(activity_id) = 0 OR count(DISTINCT activity_id) >= :p * "
        "(SELECT count(*) FROM activities WHERE user_id = :u)) FROM dirty_steps WHERE user_id = :u AND step = :s"
    )
    return session.execute(enough, {"u": user_id, "s": step, "p": share}).scalar_one()


def state_of_step(session: Session, user_id: int, step: str) -> tuple[int, int]:
    """Two numbers for the marks of a step, which change with every new mark."""
    query = text(
        "SELECT count(*), coalesce(max(id), 0) FROM dirty_steps WHERE user_id = :u AND step IN (:s, '')"
    )
    count, newest = session.execute(query, {"u": user_id, "s": step}).one()
    return count, newest


def lock_step(session: Session, user_id: int, step: str) -> None:
    """Lock a step over all of a user's activities until the transaction ends: one worker at a time computes it."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:s), :u)"), {"s": step, "u": user_id})


def users_with_marks(session: Session) -> list[int]:
    """Users with marks that can be computed now; steps that are set aside after a failure do not count."""
    return list(
        session.execute(
            text(
                "SELECT user_id FROM dirty_activities UNION SELECT user_id FROM dirty_days "
                "UNION SELECT user_id FROM dirty_steps d WHERE NOT EXISTS (SELECT 1 FROM set_aside a "
                "WHERE a.user_id = d.user_id AND a.scope = 'athlete' AND a.step = d.step AND a.key = '' "
                "AND a.retry_at > now()) ORDER BY 1"
            )
        ).scalars()
    )


def raise_revision(session: Session, user_id: int) -> None:
    """Note that a user's derived data changed in this transaction. Call it last: it locks a row until the transaction
    ends."""
    session.execute(
        text(
            "INSERT INTO derive_revisions (user_id, revision) VALUES (:u, 1) "
            "ON CONFLICT (user_id) DO UPDATE SET revision = derive_revisions.revision + 1"
        ),
        {"u": user_id},
    )


def stored_versions(session: Session) -> dict[str, str]:
    return {
        step: version for step, version in session.execute(text("SELECT step, version FROM derive_versions"))
    }


def mark_everything_of(session: Session, user_id: int) -> None:
    """Have every step compute everything of a user again."""
    every = (
        "INSERT INTO dirty_activities (activity_id, step, user_id) SELECT id, '', user_id FROM activities "
        "WHERE user_id = :u",
        "INSERT INTO dirty_days (user_id, day, step) SELECT :u, day, '' FROM (SELECT local_day AS day FROM activities "
        "WHERE user_id = :u UNION SELECT day + k FROM health_pieces, generate_series(-1, 2) k WHERE user_id = :u "
        "UNION SELECT day FROM weight_logs WHERE user_id = :u) d",
    )
    for statement in every:
        session.execute(text(statement), {"u": user_id})
    mark_steps(session, user_id, 0, (EVERY_STEP,))
    queue.defer_derive(session, user_id)


def raise_version(session: Session, step: str, version: str, scope: str) -> None:
    """Mark everything that a step computes, and remember the version it is computed with from now on."""
    mark_everything = {
        "activity": "INSERT INTO dirty_activities (activity_id, step, user_id) SELECT id, :s, user_id FROM activities",
        "day": "INSERT INTO dirty_days (user_id, day, step) SELECT user_id, local_day, :s FROM activities UNION "
        "SELECT user_id, day + k, :s FROM health_pieces, generate_series(-1, 2) k UNION "
        "SELECT user_id, day, :s FROM weight_logs",
        "athlete": "INSERT INTO dirty_steps (user_id, step, activity_id) SELECT id, :s, 0 FROM users",
    }
    session.execute(text(mark_everything[scope]), {"s": step})
    session.execute(
        text(
            "INSERT INTO derive_versions (step, version) VALUES (:s, :v) "
            "ON CONFLICT (step) DO UPDATE SET version = excluded.version"
        ),
        {"s": step, "v": version},
    )
