"""Accounts: create them, change their password, units and time zone, and disable them."""

import secrets
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session as Transaction

from milevault_core import store
from milevault_core.accounts import passwords, rules, sessions, throttle
from milevault_core.accounts.account import COLUMNS, Account
from milevault_core.accounts.rules import Refused
from milevault_core.store import marks, queue
from milevault_core.store.health import files
from milevault_core.store.models import User

ADMINISTRATORS_ONLY = "This is for administrators."


def create(
    username: str,
    password: str,
    *,
    is_admin: bool = False,
    time_zone: str = "UTC",
    units: str = "metric",
    transaction: Transaction | None = None,
) -> Account:
    """Create an account. Raises Refused with a sentence for an invalid value or a name that is taken."""
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
    """Create an account from another MileVault with its bcrypt hash; for "" the password is random. Raises Refused as
    `create` does."""
    values = {
        "username": rules.username(username),
        "password_hash": password_hash or passwords.hash_password(secrets.token_urlsafe(32)),
        "is_admin": is_admin,
        "time_zone": rules.time_zone(time_zone),
        "units": rules.units(units),
    }
    with store.session() as opened:
        return _insert(opened, values)


def _insert(transaction: Transaction, values: dict[str, Any]) -> Account:
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
    """The only account of this installation; None if there are none or several."""
    with store.session() as opened:
        rows = opened.execute(select(*COLUMNS).limit(2)).all()
    return Account(*rows[0]) if len(rows) == 1 else None


def check_password(user_id: int, password: str, wrong: str = "The password is wrong.") -> None:
    """Check the password again before an important change in a signed-in browser. Raises Refused, with the sentence
    `wrong` or because there were too many attempts."""
    by = throttle.of_password_change(user_id)
    if not throttle.attempt(by):
        raise Refused("There were too many attempts. Wait a minute before you try again.")
    with store.session() as opened:
        found = opened.scalar(select(User.password_hash).where(User.id == user_id))
    if not passwords.matches(password, found):
        raise Refused(wrong)
    throttle.forget(by)


def change_password(user_id: int, old: str, new: str) -> None:
    """Set a new password if the old one is right. All the user's sessions end, including the caller's. Raises Refused
    with a sentence."""
    check_password(user_id, old, "The old password is wrong.")
    set_password(user_id, new)


def set_password(user_id: int, new: str, transaction: Transaction | None = None) -> None:
    """Set a password without the old one: for the operator and for password reset links. All the user's sessions end.
    Raises Refused."""
    if transaction is None:
        with store.session() as opened:
            return set_password(user_id, new, opened)
    name = transaction.scalar(select(User.username).where(User.id == user_id)) or ""
    hashed = passwords.hash_password(rules.password(new, name))
    transaction.execute(update(User).where(User.id == user_id).values(password_hash=hashed))
    sessions.end_all(user_id, transaction=transaction)


# Display settings: column of the users table -> rule for its values.
VIEW = {
    "time_zone": rules.time_zone,
    "units": rules.units,
    "date_format": rules.date_format,
    "week_start": rules.week_start,
    "clock": rules.clock,
    "currency": rules.currency,
}


def set_view(user_id: int, **wanted: str) -> None:
    """Set some of VIEW. If the time zone changes, all health days are computed again, because many files contain no
    time zone; if the first day of the week changes, the weekly records are. Raises Refused."""
    values = {name: VIEW[name](value) for name, value in wanted.items()}
    with store.session() as opened:
        mine = select(User.time_zone, User.week_start).where(User.id == user_id).with_for_update()
        before = opened.execute(mine).first()
        opened.execute(update(User).where(User.id == user_id).values(values))
        if before is None:
            return
        if values.get("time_zone", before.time_zone) != before.time_zone:
            files.mark(opened, user_id, files.every_day(opened, user_id))
        if values.get("week_start", before.week_start) != before.week_start:
            marks.mark_steps(opened, user_id, 0, ("personal_records",))
            queue.defer_derive(opened, user_id)


def is_admin(transaction: Transaction, user_id: int) -> bool:
    """Whether this user is an administrator whose account is not disabled."""
    asks = select(User.id).where(User.id == user_id, User.is_admin, User.disabled_at.is_(None))
    return transaction.scalar(asks) is not None


def check_admin(transaction: Transaction, user_id: int) -> None:
    """Raises Refused unless this user is an administrator whose account is not disabled."""
    if not is_admin(transaction, user_id):
        raise Refused(ADMINISTRATORS_ONLY)


def lock_administrators(transaction: Transaction) -> set[int]:
    """The ids of the active administrators. They are locked until the end of the transaction, because two who remove
    each other at the same moment would leave none."""
    open_ones = select(User.id).where(User.is_admin, User.disabled_at.is_(None)).order_by(User.id)
    return set(transaction.scalars(open_ones.with_for_update()))


def _check_admin_locked(transaction: Transaction, admin_id: int) -> None:
    if admin_id not in lock_administrators(transaction):
        raise Refused(ADMINISTRATORS_ONLY)


def set_role(admin_id: int, user_id: int, is_admin: bool) -> None:
    """Make a user an administrator, or a member again. Users cannot change their own role, so that one administrator
    always remains. Raises Refused."""
    with store.session() as opened:
        _check_admin_locked(opened, admin_id)
        if admin_id == user_id:
            raise Refused("Another administrator can change your role; you cannot.")
        opened.execute(update(User).where(User.id == user_id).values(is_admin=is_admin))


def disable(user_id: int, admin_id: int | None = None) -> None:
    """Disable an account: nobody can sign in to it until it is enabled again; no data is deleted. `admin_id`: the
    administrator who does this, None for the operator. Raises Refused."""
    with store.session() as opened:
        if admin_id is not None:
            _check_admin_locked(opened, admin_id)
            if admin_id == user_id:
                raise Refused("Another administrator can disable your account; you cannot.")
        opened.execute(update(User).where(User.id == user_id).values(disabled_at=func.now()))
        sessions.end_all(user_id, transaction=opened)


def enable(user_id: int, admin_id: int | None = None) -> None:
    """Enable an account again; `admin_id` as for `disable`. Raises Refused, also for an account whose owner has asked
    to delete it."""
    with store.session() as opened:
        if admin_id is not None:
            check_admin(opened, admin_id)
        mine = update(User).where(User.id == user_id, User.deletion_asked_at.is_(None))
        if opened.execute(mine.values(disabled_at=None).returning(User.id)).first() is None:
            raise Refused("This account is being deleted, or is gone already. It cannot be enabled again.")


State = Literal["open", "disabled", "being deleted"]


def everyone(admin_id: int) -> list[tuple[Account, State]]:
    """All accounts with their state, sorted by name. Empty unless `admin_id` is an active administrator."""
    with store.session() as opened:
        if not is_admin(opened, admin_id):
            return []
        rows = opened.execute(
            select(*COLUMNS, User.disabled_at, User.deletion_asked_at).order_by(User.username)
        )
        return [(Account(*row[:-2]), _state(*row[-2:])) for row in rows]


def _state(disabled_at: datetime | None, deletion_asked_at: datetime | None) -> State:
    if deletion_asked_at is not None:
        return "being deleted"
    return "open" if disabled_at is None else "disabled"
