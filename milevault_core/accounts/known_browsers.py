"""Browsers in which a person has signed in before. Being known opens nothing: it only keeps what strangers try under
that person's name from slowing this browser down (throttle.py). It outlives sign-out and a new password."""

from datetime import timedelta

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session as Transaction

from milevault_core import store
from milevault_core.accounts import rules, tokens
from milevault_core.store.models import OneTimeToken, User

PURPOSE = "known_browser"
LIFETIME = timedelta(days=400)  # no browser keeps a cookie longer


def number(token: object, username: str) -> str:
    """By what a known browser's attempts under this name are counted; "" when it is not known, or to somebody else."""
    name = rules.known_form(username)
    return _number(token, User.username == name) if name is not None else ""


def number_of(token: object, user_id: int | None = None) -> str:
    """The same for a user's id; None stands for anybody's."""
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
    """A token for a browser in which this user has just signed in; None when it has one already."""
    query = select(OneTimeToken.user_id).where(
        OneTimeToken.token_hash == (tokens.token_hash(token) or b""),
        OneTimeToken.purpose == PURPOSE,
        OneTimeToken.user_id == user_id,
        OneTimeToken.expires_at > func.now(),
    )
    if transaction.scalar(query) is not None:
        return None
    return tokens.new_token(transaction, user_id, PURPOSE, LIFETIME)
