"""The account that belongs to a person of the identity provider, found by issuer and subject alone. An e-mail address
or a name proves nothing: anyone who can choose theirs at the provider could sign in here as somebody else."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session as Transaction

from milevault_core import store
from milevault_core.accounts import rules, tokens, users
from milevault_core.accounts.oidc import Person, plain_group
from milevault_core.accounts.oidc_settings import Provider
from milevault_core.accounts.rules import Refused
from milevault_core.store.models import Identity, Session, User

UNKNOWN = (
    "No account here is connected to that one yet. Sign in with your password first, and connect it on the "
    "Profile page. If you have no account here, ask whoever runs this server for an invitation."
)
FRESH = timedelta(minutes=10)
TOO_LONG_AGO = (
    "It has been too long since you signed in. Sign out, sign in again, and come back within ten minutes."
)
TAKEN = "That account is already connected to another user here."


@dataclass(frozen=True)
class Connection:
    issuer: str
    subject: str
    created_at: datetime
    last_used_at: datetime | None


def user_of(provider: Provider, person: Person) -> int:
    """The user's id. For a new person an account is created only if the provider's settings allow it and the person
    is in the required group. Raises Refused with a sentence."""
    key = (Identity.issuer == person.issuer, Identity.subject == person.subject)
    with store.session() as opened:
        query = select(Identity.user_id, User.disabled_at).join(User, User.id == Identity.user_id).where(*key)
        row = opened.execute(query).first()
        if row is not None:
            if row.disabled_at is not None:
                raise Refused("This account is disabled.")
            opened.execute(update(Identity).where(*key).values(last_used_at=func.now()))
            return int(row.user_id)
        if (
            not provider.creates_accounts
            or not provider.group
            or plain_group(provider.group) not in person.groups
        ):
            raise Refused(UNKNOWN)
        account = users.create(
            _free_name(opened, person.username),
            secrets.token_urlsafe(32),  # a password nobody knows; the user may set one (set_password)
            transaction=opened,
        )
        _connect(opened, account.id, person)
        opened.execute(update(Identity).where(*key).values(last_used_at=func.now()))
        return account.id


def connect(user_id: int, person: Person) -> None:
    """Let this person sign in as the user. Raises Refused if they are already connected to another user."""
    with store.session() as opened:
        if not _connect(opened, user_id, person):
            raise Refused(TAKEN)


def of_user(user_id: int) -> list[Connection]:
    """The provider accounts with which a user can sign in, oldest first."""
    columns = (Identity.issuer, Identity.subject, Identity.created_at, Identity.last_used_at)
    query = select(*columns).where(Identity.user_id == user_id).order_by(Identity.created_at)
    with store.session() as opened:
        return [Connection(*row) for row in opened.execute(query)]


def has_just_come(user_id: int, token: object) -> bool:
    """Whether the session with this token began with a sign-in through the provider within FRESH. That proves who is
    at the browser as well as a password would."""
    query = (
        select(Session.user_id)
        .join(Identity, Identity.user_id == Session.user_id)
        .where(Session.token_hash == (tokens.token_hash(token) or b""), Session.user_id == user_id)
        # A session that began another way is older than the last sign-in through the provider, or used the password.
        .where(Session.created_at >= Identity.last_used_at, Session.created_at > func.now() - FRESH)
        .where(Identity.last_used_at > func.now() - FRESH)
    )
    with store.session() as opened:
        return opened.execute(query.limit(1)).first() is not None


def set_password(user_id: int, token: object, new: str) -> None:
    """Set a password for a user who has just signed in through the provider and may never have had one. All the user's
    sessions end, including this one. Raises Refused."""
    check_just_come(user_id, token)
    users.set_password(user_id, new)


def check_just_come(user_id: int, token: object) -> None:
    """Raises Refused unless has_just_come."""
    if not has_just_come(user_id, token):
        raise Refused(TOO_LONG_AGO)


def disconnect(user_id: int, issuer: str, subject: str) -> None:
    with store.session() as opened:
        mine = (Identity.user_id == user_id, Identity.issuer == issuer, Identity.subject == subject)
        opened.execute(delete(Identity).where(*mine))


def _connect(transaction: Transaction, user_id: int, person: Person) -> bool:
    values = {"issuer": person.issuer, "subject": person.subject, "user_id": user_id}
    transaction.execute(insert(Identity).values(values).on_conflict_do_nothing())
    key = (Identity.issuer == person.issuer, Identity.subject == person.subject)
    return transaction.scalar(select(Identity.user_id).where(*key)) == user_id


def _free_name(transaction: Transaction, wanted: str) -> str:
    """A user name like the one at the provider that is not taken here."""
    plain = re.sub(r"[^a-z0-9_.-]", "", wanted.strip().lower().partition("@")[0])[:28] or "user"
    like = select(User.username).where(User.username.like(plain.replace("_", r"\_") + "%"))
    taken = set(transaction.scalars(like))
    number, name = 1, plain
    while name in taken:
        number += 1
        name = f"{plain}{number}"
    return rules.username(name)
