"""Turn a user name and password into a ticket. The form runs over a websocket, which cannot set a cookie; the ticket is
passed to a route, which can. It works once, within 30 seconds, and only in the browser whose form was filled in:
otherwise somebody could send their ticket to others, who would then be signed in to an account that is not theirs."""

import hashlib
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session as Transaction

from milevault_core import store
from milevault_core.accounts import known_browsers, passwords, rules, sessions, throttle, tokens
from milevault_core.store.models import User

# The same sentence for a wrong name, a wrong password, a disabled account and an attempt that comes too early.
FAILED = (
    "That user name and password do not match, or there were too many attempts. "
    "Wait a minute before you try again."
)
_TICKET = timedelta(seconds=30)


def check(username: str, password: str, address: str | None = None, browser: str | None = None) -> int | None:
    """The user's id; None if the sign-in fails for any reason. `address`: the client's IP address, if known. `browser`:
    the token of a known browser, if it has one (known_browsers.py)."""
    by = throttle.keys(username, address, known_browsers.number(browser, username))
    if not throttle.attempt(by):
        return None
    with store.session() as opened:
        query = select(User.id, User.password_hash).where(
            User.username == rules.known_form(username), User.disabled_at.is_(None)
        )
        row = opened.execute(query).first()
    if not passwords.matches(password, row.password_hash if row else None):
        return None
    assert row is not None
    throttle.forget(by)
    return int(row.id)


def stamp(user_id: int) -> bytes:
    """A value that changes with the user's password and reveals nothing about it."""
    with store.session() as opened:
        found = opened.scalar(select(User.password_hash).where(User.id == user_id))
    return hashlib.sha256(b"password stamp\0" + (found or "").encode()).digest()


def ticket(user_id: int, word: str) -> str:
    """A new ticket. word: the random word of the browser whose form was filled in (web.cookies.BROWSER)."""
    with store.session() as opened:
        return tokens.new_token(opened, user_id, "sign_in", _TICKET, word=word)


def redeem_ticket(
    ticket: object, word: object, user_agent: str = "", browser: str | None = None
) -> tuple[str, str | None] | None:
    """(session token, token that makes the browser known); the second is None if `browser` is known already. None if
    the ticket is invalid or belongs to another browser."""
    with store.session() as opened:
        redeemed = tokens.redeem_with(opened, "sign_in", ticket, word)
        if redeemed is None or redeemed.user_id is None:
            return None
        enabled = update(User).where(User.id == redeemed.user_id, User.disabled_at.is_(None))
        if opened.execute(enabled.values(id=User.id).returning(User.id)).first() is None:
            return None
        return open_session(opened, redeemed.user_id, user_agent, browser)


def open_session(
    transaction: Transaction, user_id: int, user_agent: str = "", browser: str | None = None
) -> tuple[str, str | None]:
    """(session token, token that makes the browser known) for an authenticated user; the second is None if `browser`
    is known already."""
    token = sessions.create(user_id, user_agent, transaction)
    return token, known_browsers.remember(transaction, user_id, browser)
