"""A user's own values and zones: saving and removing them, and marking what becomes stale."""

import json
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from milevault_core.store import queue
from milevault_core.store.activities import save
from milevault_core.store.activities.recordings import NotFound
from milevault_core.store.training.rows import mark_stale


def lock(session: Session, user_id: int) -> None:
    """Serialize changes of one athlete, so that each sees the values that the previous change wrote."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('athlete'), :u)"), {"u": user_id})


def set_value(session: Session, user_id: int, name: str, sport: str, day: date, value: float) -> None:
    """Save a value that is valid from a day on; replaces what the user had entered for that day."""
    session.execute(
        text(
            "INSERT INTO athlete_values (user_id, name, sport, valid_from, value, origin) "
            "VALUES (:u, :n, :s, :d, :v, 'person') ON CONFLICT (user_id, name, sport, valid_from) "
            "WHERE origin = 'person' DO UPDATE SET value = excluded.value, told_at = now()"
        ),
        {"u": user_id, "n": name, "s": sport, "d": day, "v": value},
    )
    _changed(session, user_id)


def remove_value(session: Session, user_id: int, value_id: int) -> None:
    """Remove a value that the user entered. Raises NotFound when the user has no such value."""
    found = session.execute(
        text("DELETE FROM athlete_values WHERE user_id = :u AND id = :i AND origin = 'person' RETURNING 1"),
        {"u": user_id, "i": value_id},
    ).first()
    if found is None:
        raise NotFound("There is no such value.")
    _changed(session, user_id)


def forget_values(session: Session, user_id: int, names: Collection[str]) -> None:
    """Remove every value of these names that the user entered, for any day."""
    session.execute(
        text("DELETE FROM athlete_values WHERE user_id = :u AND name = ANY (:n) AND origin = 'person'"),
        {"u": user_id, "n": list(names)},
    )
    _changed(session, user_id)


def set_zones(
    session: Session, user_id: int, kind: str, sport: str, day: date, method: str, bounds: Sequence[float]
) -> None:
    """Save how zones are computed from a day on; method "" is the default, which removes all settings of that sport."""
    own = {"u": user_id, "k": kind, "s": sport, "d": day, "m": method, "b": json.dumps(list(bounds))}
    if method:
        session.execute(
            text(
                "INSERT INTO athlete_zones (user_id, kind, sport, valid_from, method, bounds) "
                "VALUES (:u, :k, :s, :d, :m, CAST(:b AS jsonb)) "
                "ON CONFLICT (user_id, kind, sport, valid_from) DO UPDATE SET method = excluded.method, "
                "bounds = excluded.bounds"
            ),
            own,
        )
    else:
        session.execute(
            text("DELETE FROM athlete_zones WHERE user_id = :u AND kind = :k AND sport = :s"), own
        )
    _changed(session, user_id)


def rate(session: Session, user_id: int, activity_id: int, rating: int | None) -> None:
    """Save how hard an activity felt, 1 to 10 (None: use the value from the device). Raises NotFound."""
    save.edit_activity(session, user_id, activity_id, "rpe", "" if rating is None else str(int(rating)))


def _changed(session: Session, user_id: int) -> None:
    if mark_stale(session, user_id):
        queue.defer_derive(session, user_id)
