"""Accounts: make one, change its password, units and time zone, disable it."""

import secrets

from sqlalchemy import exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session as Transaction

from milevault_core import store
from milevault_core.accounts import passwords, rules, sessions
from milevault_core.accounts.account import COLUMNS, Account
from milevault_core.accounts.rules import Refused
from milevault_core.store.models import User


def create(
    username: str,
    password: str,
    *,
    is_admin: bool = False,
    time_zone: str = "UTC",
    units: str = "metric",
    transaction: Transaction | None = None,
) -> Account:
    """Make an account. Raises Refused with a sentence: a value that cannot be used, or a name that is taken."""
    name = rules.username(username)
    values = {
        "username": name,
        "password_hash": passwords.hash_password(rules.password(password, name)),
        "is_admin": is_admin,
        "time_zone": rules.time_zone(time_zone),
        "units": rules.units(units),
    }
    if transaction is not None:
        return _insert(transaction, values)
    with store.session() as opened:
        return _insert(opened, values)


def bring(username: str, password_hash: str, *, is_admin: bool, time_zone: str, units: str) -> Account:
    """An account of another MileVault with its bcrypt hash; "" is nobody's password. Raises Refused as `create`."""
    values = {
        "username": rules.username(username),
        "password_hash": password_hash or passwords.hash_password(secrets.token_urlsafe(32)),
        "is_admin": is_admin,
        "time_zone": rules.time_zone(time_zone),
        "units": rules.units(units),
    }
    with store.session() as opened:
        return _insert(opened, values)


def _insert(transaction: Transaction, values: dict) -> Account:
    statement = insert(User).values(values).on_conflict_do_nothing().returning(*COLUMNS)
    row = transaction.execute(statement).first()
    if row is None:
        raise Refused(f"There is already a user called {values['username']}.")
    return Account(*row)


def any_exists(transaction: Transaction) -> bool:
    return bool(transaction.scalar(select(exists(select(User.id)))))


def by_username(username: str) -> Account | None:
    with store.session() as opened:
        row = opened.execute(select(*COLUMNS).where(User.username == rules.known_form(username))).first()
    return Account(*row) if row else None


def only() -> Account | None:
    """The account of an installation that has one and no other."""
    with store.session() as opened:
        rows = opened.execute(select(*COLUMNS).limit(2)).all()
    return Account(*rows[0]) if len(rows) == 1 else None


def change_password(user_id: int, old: str, new: str) -> None:
    """Every session of the user ends, that of the caller too. Raises Refused with a sentence."""
    with store.session() as opened:
        row = opened.execute(select(User.username, User.password_hash).where(User.id == user_id)).first()
    if row is None or not passwords.matches(old, row.password_hash):
        raise Refused("The old password is not right.")
    set_password(user_id, rules.password(new, row.username))


def set_password(user_id: int, new: str) -> None:
    """Without asking for the old one: for the operator. Every session of the user ends."""
    hashed = passwords.hash_password(rules.password(new))
    with store.session() as opened:
        opened.execute(update(User).where(User.id == user_id).values(password_hash=hashed))
        sessions.end_all(user_id, transaction=opened)


def set_view(user_id: int, *, time_zone: str, units: str) -> None:
    values = {"time_zone": rules.time_zone(time_zone), "units": rules.units(units)}
    with store.session() as opened:
        opened.execute(update(User).where(User.id == user_id).values(values))


def disable(user_id: int) -> None:
    """Nobody comes in by this account until it is enabled again; nothing of it is deleted."""
    with store.session() as opened:
        opened.execute(update(User).where(User.id == user_id).values(disabled_at=func.now()))
        sessions.end_all(user_id, transaction=opened)


def enable(user_id: int) -> None:
    with store.session() as opened:
        opened.execute(update(User).where(User.id == user_id).values(disabled_at=None))


def everyone(admin_id: int) -> list[tuple[Account, bool]]:
    """All accounts by name, each with whether it is closed. Empty unless `admin_id` is an open administrator's."""
    with store.session() as opened:
        asks = select(User.id).where(User.id == admin_id, User.is_admin, User.disabled_at.is_(None))
        if opened.scalar(asks) is None:
            return []
        rows = opened.execute(select(*COLUMNS, User.disabled_at).order_by(User.username))
        return [(Account(*row[:-1]), row[-1] is not None) for row in rows]
