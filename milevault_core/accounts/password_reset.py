"""Forgotten passwords: an administrator creates a link for the user that works once, within a day. The administrator
never learns the new password."""

from datetime import timedelta

from sqlalchemy import delete, func, select

from milevault_core import store
from milevault_core.accounts import tokens, users
from milevault_core.accounts.rules import Refused
from milevault_core.store.models import OneTimeToken, User

LIFETIME = timedelta(hours=24)
PURPOSE = "reset"
GONE = "This link no longer works. Ask for a new one."


def link(admin_id: int, user_id: int) -> str:
    """The token of a link with which this user chooses a new password; the user's earlier reset links stop working.
    Raises Refused."""
    with store.session() as opened:
        users.check_admin(opened, admin_id)
        if opened.scalar(select(User.id).where(User.id == user_id, User.disabled_at.is_(None))) is None:
            raise Refused("There is no such account, or it is disabled.")
        earlier = (OneTimeToken.user_id == user_id, OneTimeToken.purpose == PURPOSE)
        opened.execute(delete(OneTimeToken).where(*earlier))
        return tokens.new_token(opened, user_id, PURPOSE, LIFETIME, made_by=admin_id)


def username_of(token: object) -> str | None:
    """The user name whose password the token resets; None if the token does not work."""
    query = (
        select(User.username)
        .join(OneTimeToken, OneTimeToken.user_id == User.id)
        .where(OneTimeToken.token_hash == (tokens.token_hash(token) or b""), OneTimeToken.purpose == PURPOSE)
        .where(OneTimeToken.expires_at > func.now(), User.disabled_at.is_(None), tokens.is_vouched_for())
    )
    with store.session() as opened:
        return opened.scalar(query)


def use(token: object, password: str) -> int:
    """Set the password and sign out all the user's browsers. Returns the user's id. Raises Refused with a sentence; a
    link that worked before then still works."""
    with store.session() as opened:
        redeemed = tokens.redeem(opened, PURPOSE, token)
        if redeemed is None or redeemed.user_id is None:
            raise Refused(GONE)
        users.set_password(redeemed.user_id, password, transaction=opened)
        return redeemed.user_id
