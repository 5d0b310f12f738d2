"""Browsers in which a user has signed in before. A known browser gains no access: it only has its own count of failed
sign-ins, so that strangers who try the user's name do not slow it down (throttle.py). It stays known after sign-out and
a new password."""

from datetime import timedelta

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session as Transaction

from milevault_core import store
from milevault_core.accounts import rules, tokens
from milevault_core.store.models import OneTimeToken, User

PURPOSE = "known_browser"
LIFETIME = timedelta(days=400)  # no browser keeps a cookie longer


def number(token: object, username: str) -> str:
    """The identifier under which this browser's attempts with a user name are counted; "" if this browser is not a
    known one of that user."""
    name = rules.known_form(username)
    return _number(token, User.username == name) if name is not None else ""


def number_of(token: object, user_id: int | None = None) -> str:
    """As `number`, for a user's id; None means any user."""
    return _number(token, User.id == user_id if user_id is not None else true())


def _number(token: object, whose: ColumnElement[bool]) -> str:
    key = tokens.token_hash(token)
    if key is None:
        return ""
    with store.session() as opened:
        query = (
            select(User.id)
            .join(OneTimeToken, OneTimeToken.user_id == User.id)
            .where(OneTimeToken.token_hash == key, OneTimeToken.purpose == PURPOSE, whose)
            .where(OneTimeToken.expires_at > func.now())
        )
        return key.hex()[:32] if opened.scalar(query) is not None else ""


def remember(transaction: Transaction, user_id: int, token: object) -> str | None:
    """A token for a browser in which this user has just signed in; None if it has one already."""
    query = select(OneTimeToken.user_id).where(
        OneTimeToken.token_hash == (tokens.token_hash(token) or b""),
        OneTimeToken.purpose == PURPOSE,
        OneTimeToken.user_id == user_id,
        OneTimeToken.expires_at > func.now(),
    )
    if transaction.scalar(query) is not None:
        return None
    return tokens.new_token(transaction, user_id, PURPOSE, LIFETIME)
