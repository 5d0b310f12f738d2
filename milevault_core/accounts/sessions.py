"""Browsers that are signed in. The cookie holds a random token, the table its SHA-256. Every run of a page looks the
row up, so that sign-out, a new password or a disabled account takes effect at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session as Transaction

from milevault_core import store
from milevault_core.accounts import known_browsers
from milevault_core.accounts.account import COLUMNS, Account
from milevault_core.accounts.tokens import random_token, token_hash
from milevault_core.store.models import LoginAttempt, OneTimeToken, Session, User

IDLE = timedelta(days=30)
ABSOLUTE = timedelta(days=90)
_TOUCH_EVERY = timedelta(hours=1)  # precision of last_seen_at; a write on every page run would be wasteful


def create(user_id: int, user_agent: str = "", transaction: Transaction | None = None) -> str:
    """Create a session and return its token, for the cookie. The user's expired sessions are deleted."""
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
    """The account signed in with this token; None for anything that is not a valid token."""
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


@dataclass(frozen=True)
class Browser:
    """A browser that is signed in."""

    key: str  # identifies it for `end_one`; cannot be used to sign in
    user_agent: str
    created_at: datetime
    last_seen_at: datetime  # accurate to an hour
    is_this: bool


def browsers(user_id: int, token: object) -> list[Browser]:
    """The user's signed-in browsers: the one with this token first, then the most recently seen."""
    mine = token_hash(token)
    columns = (Session.token_hash, Session.user_agent, Session.created_at, Session.last_seen_at)
    query = select(*columns).where(Session.user_id == user_id, _is_living())
    with store.session() as opened:
        rows = opened.execute(query.order_by(Session.last_seen_at.desc())).all()
    found = [Browser(row[0].hex(), *row[1:], is_this=row[0] == mine) for row in rows]
    return sorted(found, key=lambda each: not each.is_this)


def end_one(user_id: int, key: str) -> None:
    """Sign out one of the user's browsers."""
    with store.session() as opened:
        row = (Session.user_id == user_id, Session.token_hash == bytes.fromhex(key))
        opened.execute(delete(Session).where(*row))


def end_all(user_id: int, transaction: Transaction | None = None) -> None:
    """Sign out every browser of the user; also delete the user's one-time tokens, except those of known browsers, so
    that a pending sign-in ticket cannot become a session."""
    if transaction is None:
        with store.session() as opened:
            return end_all(user_id, opened)
    transaction.execute(delete(Session).where(Session.user_id == user_id))
    tickets = (OneTimeToken.user_id == user_id, OneTimeToken.purpose != known_browsers.PURPOSE)
    transaction.execute(delete(OneTimeToken).where(*tickets))


def _is_living() -> ColumnElement[bool]:
    # A session created while the clock was wrong may expire years ahead; it must not stay valid that long.
    is_of_now = Session.expires_at < func.now() + ABSOLUTE + timedelta(days=1)
    return (Session.expires_at > func.now()) & (Session.last_seen_at > func.now() - IDLE) & is_of_now


def forget_expired() -> None:
    """Delete expired sessions and links, and failed sign-ins that are more than a day old."""
    with store.session() as opened:
        opened.execute(delete(Session).where(~_is_living()))
        opened.execute(delete(OneTimeToken).where(OneTimeToken.expires_at < func.now()))
        day = func.now() - timedelta(days=1)
        ahead = func.now() + timedelta(days=1)
        failed_at = LoginAttempt.last_failed_at
        opened.execute(delete(LoginAttempt).where((failed_at < day) | (failed_at > ahead)))
