"""Browsers that are signed in. The cookie holds a random token, the table its SHA-256. The row is looked up at
every run of a page, so that an end (sign-out, new password, disabled account) counts at once."""

from datetime import timedelta

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session as Transaction

from milevault_core import store
from milevault_core.accounts.account import COLUMNS, Account
from milevault_core.accounts.tokens import random_token, token_hash
from milevault_core.store.models import LoginAttempt, OneTimeToken, Session, User

IDLE = timedelta(days=30)
ABSOLUTE = timedelta(days=90)
_TOUCH_EVERY = timedelta(hours=1)  # last_seen_at is as exact as this; a write for every run would be waste


def create(user_id: int, user_agent: str = "", transaction: Transaction | None = None) -> str:
    """A new session; its token, for the cookie. The user's sessions that have run out are cleared away."""
    if transaction is None:
        with store.session() as opened:
            return create(user_id, user_agent, opened)
    transaction.execute(delete(Session).where(Session.user_id == user_id, ~_is_living()))
    token = random_token()
    transaction.execute(
        insert(Session).values(
            token_hash=token_hash(token),
            user_id=user_id,
            expires_at=func.now() + ABSOLUTE,
            user_agent=user_agent.replace("\0", "")[:300],
        )
    )
    return token


def user_of(token: object) -> Account | None:
    """Who is signed in with this token; None for anything else, whatever it is."""
    key = token_hash(token)
    if key is None:
        return None
    due = (Session.last_seen_at < func.now() - _TOUCH_EVERY).label("due")
    query = select(*COLUMNS, due).join(Session, Session.user_id == User.id)
    with store.session() as opened:
        living = (Session.token_hash == key, _is_living(), User.disabled_at.is_(None))
        row = opened.execute(query.where(*living)).first()
        if row is None:
            return None
        if row.due:
            opened.execute(update(Session).where(Session.token_hash == key).values(last_seen_at=func.now()))
    return Account(*row[:-1])


def end(token: object) -> None:
    """Sign out one browser."""
    with store.session() as opened:
        opened.execute(delete(Session).where(Session.token_hash == (token_hash(token) or b"")))


def end_all(user_id: int, transaction: Transaction | None = None) -> None:
    """Sign out every browser of the user; tickets that were about to become sessions go too."""
    if transaction is None:
        with store.session() as opened:
            return end_all(user_id, opened)
    transaction.execute(delete(Session).where(Session.user_id == user_id))
    transaction.execute(delete(OneTimeToken).where(OneTimeToken.user_id == user_id))


def _is_living():
    # What a clock that was wrong has dated years ahead would live as long.
    is_of_now = Session.expires_at < func.now() + ABSOLUTE + timedelta(days=1)
    return (Session.expires_at > func.now()) & (Session.last_seen_at > func.now() - IDLE) & is_of_now


def forget_expired() -> None:
    """Delete sessions and links that are over, and failed sign-ins of more than a day ago."""
    with store.session() as opened:
        opened.execute(delete(Session).where(~_is_living()))
        opened.execute(delete(OneTimeToken).where(OneTimeToken.expires_at < func.now()))
        day = func.now() - timedelta(days=1)
        ahead = func.now() + timedelta(days=1)
        failed_at = LoginAttempt.last_failed_at
        opened.execute(delete(LoginAttempt).where((failed_at < day) | (failed_at > ahead)))
