"""Name and password in, a ticket out. The ticket is the way from the form (a websocket, which cannot set a cookie)
to the cookie (a route, which can): it works once, within 30 seconds, and in the browser whose form was filled in: else
somebody could send it to others, who would go on in an account that is not theirs."""

import hashlib
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session as Transaction

from milevault_core import store
from milevault_core.accounts import known_browsers, passwords, rules, sessions, throttle, tokens
from milevault_core.store.models import User

# One sentence for a wrong name, a wrong password, a disabled account and an attempt that comes too early.
FAILED = (
    "That user name and password do not match, or there were too many attempts. "
    "Wait a minute before you try again."
)
_TICKET = timedelta(seconds=30)


def check(username: str, password: str, address: str | None = None, browser: str | None = None) -> int | None:
    """The user's id; None when it fails, whatever the reason. `address`: the client's, if known. `browser`: the token
    by which its browser is known, if it is."""
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
    """Tells one password of a user from the next, and nothing about it."""
    with store.session() as opened:
        found = opened.scalar(select(User.password_hash).where(User.id == user_id))
    return hashlib.sha256(b"password stamp\0" + (found or "").encode()).digest()


def ticket(user_id: int, word: str) -> str:
    """word: the random word of the browser whose form was filled in (web.cookies.BROWSER)."""
    with store.session() as opened:
        return tokens.new_token(opened, user_id, "sign_in", _TICKET, word=word)


def redeem_ticket(
    ticket: object, word: object, user_agent: str = "", browser: str | None = None
) -> tuple[str, str | None] | None:
    """The token of a new session, and a token by which the browser is known from now on (None when it is known by
    `browser` already); None when the ticket is no good, or not this browser's."""
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
    """The token of a new session of somebody who has shown who it is, and a token by which the browser is known from
    now on (None when it is known by `browser` already)."""
    token = sessions.create(user_id, user_agent, transaction)
    return token, known_browsers.remember(transaction, user_id, browser)
