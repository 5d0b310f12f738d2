"""Users delete their own account: once they ask, nobody can sign in to it any more, and a worker then removes every
row. Restoring an earlier backup brings the account back, and the restore then deletes it again
(backup/deletions.py)."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session as Transaction

from milevault_core import store
from milevault_core.accounts import identities, rules, sessions, users
from milevault_core.accounts.rules import Refused
from milevault_core.store import deadlock, engine, erase, queue
from milevault_core.store.imports import undo
from milevault_core.store.models import User


def ask(user_id: int, password: str) -> None:
    """Delete the account with all its data; all its sessions end now. Raises Refused with a sentence."""
    users.check_password(user_id, password)
    _begin(user_id)


def ask_without_password(user_id: int, token: object, typed_name: str) -> None:
    """As `ask`, for a user who has just signed in through the identity provider (with the session of `token`) and may
    have no password: they type their user name instead. Raises Refused."""
    identities.check_just_come(user_id, token)
    with store.session() as opened:
        name = opened.scalar(select(User.username).where(User.id == user_id))
    if rules.known_form(typed_name) != name:
        raise Refused("That is not your user name. Nothing was deleted.")
    _begin(user_id)


def _begin(user_id: int) -> None:
    with store.session() as opened:
        if user_id in (administrators := users.lock_administrators(opened)):
            _check_another_admin(opened, user_id, administrators)
        now = {"deletion_asked_at": func.now(), "disabled_at": func.now()}
        opened.execute(update(User).where(User.id == user_id).values(now))
        sessions.end_all(user_id, transaction=opened)
        queue.defer_deletion(opened, user_id)


def run(user_id: int) -> None:
    """Delete the account; runs in a worker. Does nothing unless its owner has asked for it."""
    with store.session() as opened:
        asked = select(User.id).where(User.id == user_id, User.deletion_asked_at.is_not(None))
        if opened.scalar(asked) is None:
            return
    # End imports first, in a transaction of their own: a worker that is importing a file needs the user's row to
    # continue, and erasing locks that row.
    deadlock.repeated(lambda: _end_imports(user_id))
    deadlock.repeated(lambda: _erase(user_id))


def _end_imports(user_id: int) -> None:
    with store.session() as opened:
        undo.close(opened, user_id)


def _erase(user_id: int) -> None:
    with store.session() as opened:
        erase.erase(engine.raw(opened), user_id)


def _check_another_admin(transaction: Transaction, user_id: int, administrators: set[int]) -> None:
    """Raises Refused if the only administrator would leave other users behind."""
    stays = select(User.id).where(User.id != user_id, User.disabled_at.is_(None)).limit(1)
    if administrators == {user_id} and transaction.scalar(stays) is not None:
        raise Refused("Make somebody else an administrator first: the others on this server need one.")
