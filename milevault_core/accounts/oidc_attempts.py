"""Attempts to sign in by an identity provider that are under way: one random word each, in a cookie, which works once
and for ten minutes."""

from dataclasses import dataclass
from datetime import timedelta

from milevault_core import store
from milevault_core.accounts import tokens

LIFETIME = timedelta(minutes=10)
_PURPOSE = "oidc"


@dataclass(frozen=True)
class Attempt:
    user_id: int | None  # who connects an account; None for somebody who signs in
    next_url: str


def begin(user_id: int | None, next_url: str) -> str:
    """The word of a new attempt."""
    with store.session() as opened:
        return tokens.new_token(opened, user_id, _PURPOSE, LIFETIME, next_url)


def end(word: object) -> Attempt | None:
    """What the attempt was for; None when there is none of this word, or no more."""
    with store.session() as opened:
        redeemed = tokens.redeem(opened, _PURPOSE, word)
    return Attempt(redeemed.user_id, redeemed.next_url) if redeemed else None
