"""Accounts for others: an administrator creates a link that works once, within a week. The person who opens it chooses
a name and a password. Opening the link does not use it up, because mail programs open links to check them; submitting
the form does."""

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
    key: str  # identifies it for `withdraw`; cannot be used to accept it
    note: str  # who it is for
    is_admin: bool
    expires_at: datetime


def invite(admin_id: int, note: str = "", is_admin: bool = False) -> str:
    """The token of a new invitation. Raises Refused if `admin_id` is not an administrator."""
    with store.session() as opened:
        users.check_admin(opened, admin_id)
        token = tokens.new_token(opened, None, _ADMIN if is_admin else _MEMBER, LIFETIME, made_by=admin_id)
        note = straight(note).strip()[:80]
        row = OneTimeToken.token_hash == tokens.token_hash(token)
        opened.execute(update(OneTimeToken).where(row).values(note=note))
        return token


def pending(admin_id: int) -> list[Invitation]:
    """Unused invitations that still work, newest first. Empty unless `admin_id` is an active administrator."""
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
    """Cancel an invitation, so that its link no longer works. Raises Refused."""
    with store.session() as opened:
        users.check_admin(opened, admin_id)
        row = (OneTimeToken.token_hash == bytes.fromhex(key), OneTimeToken.purpose.in_(_PURPOSES))
        opened.execute(delete(OneTimeToken).where(*row))


def is_valid(token: object) -> bool:
    with store.session() as opened:
        return any(tokens.is_valid(opened, purpose, token) for purpose in _PURPOSES)


def accept(token: object, username: str, password: str, *, time_zone: str, units: str) -> Account:
    """Create the account. Raises Refused with a sentence; a link that worked before then still works."""
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
