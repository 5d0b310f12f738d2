"""Sign-ins through an identity provider that are in progress. Each has a random word in a cookie, which works once and
for ten minutes."""

from dataclasses import dataclass
from datetime import timedelta

from milevault_core import store
from milevault_core.accounts import tokens

LIFETIME = timedelta(minutes=10)
_PURPOSE = "oidc"


@dataclass(frozen=True)
class Attempt:
    user_id: int | None  # the user who is connecting an account; None for a sign-in
    next_url: str


def begin(user_id: int | None, next_url: str) -> str:
    """Begin an attempt and return its word."""
    with store.session() as opened:
        return tokens.new_token(opened, user_id, _PURPOSE, LIFETIME, next_url)


def end(word: object) -> Attempt | None:
    """End the attempt with this word and return what it was for; None if there is none, or it was used or expired."""
    with store.session() as opened:
        redeemed = tokens.redeem(opened, _PURPOSE, word)
    return Attempt(redeemed.user_id, redeemed.next_url) if redeemed else None
