"""Accounts for others: an administrator makes a link, which works once and for a week; whoever opens it chooses a name
and a password. Opening the link uses nothing up (mail programs open links to look at them): sending the form does."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from milevault_core import store
from milevault_core.accounts import tokens, users
from milevault_core.accounts.account import Account
from milevault_core.accounts.rules import Refused
from milevault_core.formats.texts import straight
from milevault_core.store.models import OneTimeToken

LIFETIME = timedelta(days=7)
_MEMBER, _ADMIN = "invitation", "invitation_admin"
_PURPOSES = (_MEMBER, _ADMIN)
GONE = "This link no longer works. Ask for a new one."


@dataclass(frozen=True)
class Invitation:
    key: str  # names it for `withdraw`, and opens nothing
    note: str  # for whom it is
    is_admin: bool
    expires_at: datetime


def invite(admin_id: int, note: str = "", is_admin: bool = False) -> str:
    """The token of a new invitation. Raises Refused when `admin_id` is no administrator."""
    with store.session() as opened:
        users.check_admin(opened, admin_id)
        token = tokens.new_token(opened, None, _ADMIN if is_admin else _MEMBER, LIFETIME, made_by=admin_id)
        note = straight(note).strip()[:80]
        row = OneTimeToken.token_hash == tokens.token_hash(token)
        opened.execute(update(OneTimeToken).where(row).values(note=note))
        return token


def pending(admin_id: int) -> list[Invitation]:
    """Those that nobody has used yet, newest first. Empty unless `admin_id` is an open administrator's."""
    query = (
        select(OneTimeToken.token_hash, OneTimeToken.note, OneTimeToken.purpose, OneTimeToken.expires_at)
        .where(OneTimeToken.purpose.in_(_PURPOSES), OneTimeToken.expires_at > func.now())
        .where(tokens.is_vouched_for())
        .order_by(OneTimeToken.created_at.desc())
    )
    with store.session() as opened:
        if not users.is_admin(opened, admin_id):
            return []
        return [
            Invitation(row.token_hash.hex(), row.note, row.purpose == _ADMIN, row.expires_at)
            for row in opened.execute(query)
        ]


def withdraw(admin_id: int, key: str) -> None:
    """Its link no longer works. Raises Refused."""
    with store.session() as opened:
        users.check_admin(opened, admin_id)
        row = (OneTimeToken.token_hash == bytes.fromhex(key), OneTimeToken.purpose.in_(_PURPOSES))
        opened.execute(delete(OneTimeToken).where(*row))


def is_valid(token: object) -> bool:
    with store.session() as opened:
        return any(tokens.is_valid(opened, purpose, token) for purpose in _PURPOSES)


def accept(token: object, username: str, password: str, *, time_zone: str, units: str) -> Account:
    """Make the account. Raises Refused with a sentence; the link then still works, unless it did not before."""
    with store.session() as opened:
        found = [purpose for purpose in _PURPOSES if tokens.redeem(opened, purpose, token)]
        if not found:
            raise Refused(GONE)
        return users.create(
            username,
            password,
            is_admin=found == [_ADMIN],
            time_zone=time_zone,
            units=units,
            transaction=opened,
        )
