"""Random tokens for cookies and links. The table holds their SHA-256, so that a stolen copy of the database gives no
access. A one-time token is redeemed by deleting its row, so only one of two simultaneous requests succeeds."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, insert, select
from sqlalchemy.orm import Session, aliased

from milevault_core.store.models import OneTimeToken, User

LENGTH = 43  # characters of 256 bits in URL-safe base64


@dataclass(frozen=True)
class RedeemedToken:
    user_id: int | None
    next_url: str


def random_token() -> str:
    return secrets.token_urlsafe(32)


def token_hash(token: object) -> bytes | None:
    """The key of the token's row; None for anything that cannot be a token (a cookie can contain anything)."""
    if not isinstance(token, str) or len(token) != LENGTH or not token.isascii():
        return None
    return hashlib.sha256(token.encode()).digest()


def hash_with(token: object, word: object) -> bytes | None:
    """The key of a token that works only together with a second word; None if either of them cannot be a token."""
    one, other = token_hash(token), token_hash(word)
    return None if one is None or other is None else hashlib.sha256(one + other).digest()


def new_token(
    session: Session,
    user_id: int | None,
    purpose: str,
    lifetime: timedelta,
    next_url: str = "/",
    made_by: int | None = None,
    word: str | None = None,
) -> str:
    """A token that `redeem` accepts once. made_by: the administrator who vouches for it; it works only while they are
    one. word: a second word, which `redeem_with` then requires. Also deletes expired tokens."""
    session.execute(delete(OneTimeToken).where(OneTimeToken.expires_at <= func.now()))
    token = random_token()
    session.execute(
        insert(OneTimeToken).values(
            token_hash=token_hash(token) if word is None else hash_with(token, word),
            purpose=purpose,
            user_id=user_id,
            next_url=next_url,
            made_by=made_by,
            expires_at=func.now() + lifetime,
        )
    )
    return token


def is_valid(session: Session, purpose: str, token: object) -> bool:
    """Whether `redeem` would accept the token now."""
    row = select(OneTimeToken.token_hash).where(*_valid(purpose, token_hash(token)))
    return session.scalar(row) is not None


def redeem(session: Session, purpose: str, token: object) -> RedeemedToken | None:
    """Use up a token and return what it was made for; None if it is unknown, used, expired, or for another purpose."""
    return _redeem(session, purpose, token_hash(token))


def redeem_with(session: Session, purpose: str, token: object, word: object) -> RedeemedToken | None:
    """As `redeem`, for a token that was made with this second word."""
    return _redeem(session, purpose, hash_with(token, word))


def _redeem(session: Session, purpose: str, key: bytes | None) -> RedeemedToken | None:
    gone = delete(OneTimeToken).where(*_valid(purpose, key))
    row = session.execute(gone.returning(OneTimeToken.user_id, OneTimeToken.next_url)).first()
    return RedeemedToken(row.user_id, row.next_url) if row else None


def is_vouched_for() -> ColumnElement[bool]:
    """Whether a link (a row of OneTimeToken) was made by nobody, or by a user who is still an active administrator."""
    maker = aliased(User)  # an alias, because the query may join User for the link's own user
    still = exists().where(maker.id == OneTimeToken.made_by, maker.is_admin, maker.disabled_at.is_(None))
    return OneTimeToken.made_by.is_(None) | still


def _valid(purpose: str, key: bytes | None) -> tuple[Any, ...]:
    return (
        OneTimeToken.token_hash == (key or b""),
        OneTimeToken.purpose == purpose,
        is_vouched_for(),
        OneTimeToken.expires_at > func.now(),
    )
