"""A sign-in at Garmin in progress: one row per user, valid for ten minutes per step."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from milevault_core.store.models import GarminSignIn

LIFE = timedelta(minutes=10)  # of each step


@dataclass(frozen=True)
class SignIn:
    """A row of garmin_sign_ins."""

    step: str  # asked | working | code_wanted | code_given | failed
    reason: str
    sealed: bytes | None
    is_china: bool
    attempts: int
    expires_at: datetime


def read(session: Session, user_id: int, lock: bool = False) -> SignIn | None:
    """The user's sign-in, even if it has expired."""
    row = GarminSignIn
    query = select(row.step, row.reason, row.sealed, row.is_china, row.attempts, row.expires_at).where(
        row.user_id == user_id
    )
    found = session.execute(query.with_for_update() if lock else query).first()
    return SignIn(*found) if found else None


def put(session: Session, user_id: int, sign_in: SignIn) -> None:
    """Save a sign-in, replacing an earlier one."""
    values = dict(vars(sign_in))
    session.execute(
        insert(GarminSignIn)
        .values(user_id=user_id, **values)
        .on_conflict_do_update(index_elements=["user_id"], set_=values)
    )


def take(session: Session, user_id: int, now: datetime) -> SignIn | None:
    """Take the next step of a sign-in for a worker, so that nobody else gets it: the sealed data is removed from the
    row, and the worker has another LIFE. None when there is nothing to do or it is too late."""
    found = read(session, user_id, lock=True)
    if found is None or found.sealed is None or found.step not in ("asked", "code_given"):
        return None
    values: dict[str, object] = {"sealed": None, "step": "working", "expires_at": now + LIFE}
    if found.expires_at <= now:
        values = {"sealed": None, "step": "failed", "reason": "too_late"}
    session.execute(update(GarminSignIn).where(GarminSignIn.user_id == user_id).values(**values))
    return found if found.expires_at > now else None


def is_working(session: Session, user_id: int) -> bool:
    """Whether the sign-in that a worker took is still wanted, which it is not if the user has disconnected meanwhile or
    asked for another one. Its row is locked until the transaction ends."""
    found = read(session, user_id, lock=True)
    return found is not None and found.step == "working"


def drop(session: Session, user_id: int) -> None:
    """Forget a sign-in."""
    session.execute(delete(GarminSignIn).where(GarminSignIn.user_id == user_id))


def forget_expired(session: Session, now: datetime) -> int:
    """Delete the sealed data of all users' expired sign-ins; returns how many."""
    late = (
        update(GarminSignIn)
        .where(GarminSignIn.expires_at <= now, GarminSignIn.sealed.is_not(None))
        .values(sealed=None)
        .returning(GarminSignIn.user_id)
    )
    return len(session.execute(late).all())
