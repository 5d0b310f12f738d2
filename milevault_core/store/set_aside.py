"""Work that failed and is not retried at once: which step, on what, since when, and when it is next tried.

scope     step        key
activity  its name    the activity's id
day       its name    the day
athlete   its name    an activity's id, or "" for the step as a whole
undo      ""          the import's id, or IMPORT:ORIGINAL for one of its files
undo      "file"      IMPORT:ORIGINAL, a file that the import read again
undo      "activity"  IMPORT:ACTIVITY, an activity that the import read again
reread    ""          the batch's id
act       the verb    what actions/by_worker.py was asked about: NUMBER, or NUMBER:[further arguments as JSON]
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

# The delay doubles after each try (1 min, 2 min, … 1 day), and is at least a hundred times as long as the try took.
_PUT = text(
    "INSERT INTO set_aside (user_id, scope, step, key, reason, retry_at) "
    "VALUES (:u, :scope, :step, :key, :reason, now() + greatest(interval '1 min', :took * interval '100 s')) "
    "ON CONFLICT (user_id, scope, step, key) DO UPDATE SET tries = set_aside.tries + 1, reason = excluded.reason, "
    "retry_at = now() + greatest(least(interval '1 min' * 2 ^ least(set_aside.tries, 11), interval '1 day'), "
    ":took * interval '100 s')"
)


def put(
    session: Session, user_id: int, scope: str, step: str, key: str, took_s: float, reason: str = ""
) -> None:
    """Set aside something that failed, or failed again. `reason`: a sentence for the owner, if there is one."""
    values = {"u": user_id, "scope": scope, "step": step, "key": key, "took": took_s, "reason": reason}
    session.execute(_PUT, values)


def forget(session: Session, user_id: int, scope: str, step: str = "", key: str = "") -> None:
    """Forget an entry: the work has succeeded."""
    session.execute(
        text("DELETE FROM set_aside WHERE user_id = :u AND scope = :scope AND step = :step AND key = :key"),
        {"u": user_id, "scope": scope, "step": step, "key": key},
    )


def forget_step(session: Session, step: str) -> None:
    """Forget a step's failures for all users: its version has changed, so it is computed again."""
    session.execute(
        text("DELETE FROM set_aside WHERE step = :s AND scope IN ('activity', 'day', 'athlete')"), {"s": step}
    )


def steps_of(session: Session, user_id: int, scope: str, key: str) -> list[str]:
    """The steps that failed on an activity or a day."""
    found = text(
        "SELECT step FROM set_aside WHERE user_id = :u AND scope = :scope AND key = :key "
        "AND scope IN ('activity', 'day') ORDER BY step"
    )
    return list(session.scalars(found, {"u": user_id, "scope": scope, "key": key}))


def with_step(session: Session, step: str) -> list[tuple[int, str, str, str]]:
    """(user, scope, step, key) of the activities and days that a step failed on: the step itself, and other steps that
    failed on the same, perhaps because they needed it."""
    found = text(
        "SELECT o.user_id, o.scope, o.step, o.key FROM set_aside o JOIN set_aside mine USING (user_id, scope, key) "
        "WHERE mine.step = :s AND o.scope IN ('activity', 'day') ORDER BY 1, 2, 4, 3"
    )
    return [(row.user_id, row.scope, row.step, row.key) for row in session.execute(found, {"s": step})]


def has(session: Session, user_id: int, scope: str, step: str = "", key: str = "") -> bool:
    """Whether this entry exists."""
    found = text(
        "SELECT 1 FROM set_aside WHERE user_id = :u AND scope = :scope AND step = :step AND key = :key"
    )
    own = {"u": user_id, "scope": scope, "step": step, "key": key}
    return session.execute(found, own).first() is not None


def resting_steps(session: Session, user_id: int) -> set[str]:
    """Steps over all of a user's activities whose delay is not over."""
    resting = text(
        "SELECT step FROM set_aside WHERE user_id = :u AND scope = 'athlete' AND key = '' AND retry_at > now()"
    )
    return set(session.execute(resting, {"u": user_id}).scalars())


def resting(session: Session, scope: str) -> set[tuple[int, int]]:
    """(user, import) of a scope, where all entries of the import (itself and its parts) still have to wait."""
    found = text(
        "SELECT user_id, split_part(key, ':', 1)::int AS id FROM set_aside WHERE scope = :s GROUP BY 1, 2 "
        "HAVING min(retry_at) > now()"
    )
    return {(row.user_id, row.id) for row in session.execute(found, {"s": scope})}


def resting_parts(session: Session, user_id: int, import_id: int, step: str = "") -> set[int]:
    """Parts of an import (originals, or activities that it read again) that could not be undone and whose delay is not
    over."""
    found = text(
        "SELECT split_part(key, ':', 2)::int AS id FROM set_aside WHERE user_id = :u AND scope = 'undo' "
        "AND step = :step AND key LIKE :begins AND retry_at > now()"
    )
    return set(session.scalars(found, {"u": user_id, "step": step, "begins": f"{import_id}:%"}))


def forget_parts(session: Session, user_id: int, import_id: int) -> None:
    """Forget all entries of an import's parts, because the import is undone."""
    session.execute(
        text("DELETE FROM set_aside WHERE user_id = :u AND scope = 'undo' AND key LIKE :begins"),
        {"u": user_id, "begins": f"{import_id}:%"},
    )


def reason(session: Session, user_id: int, scope: str, step: str, key: str) -> str | None:
    """The sentence of an entry, "" if it has none; None if there is no such entry."""
    found = text(
        "SELECT reason FROM set_aside WHERE user_id = :u AND scope = :scope AND step = :step AND key = :key"
    )
    return session.scalar(found, {"u": user_id, "scope": scope, "step": step, "key": key})
