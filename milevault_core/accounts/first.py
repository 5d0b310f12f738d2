"""The first account. A server that others can reach must not belong to the first stranger who finds it, so the form
for the first account is behind a link that only the operator sees. The link works once, for a day, and only while
there is no account. The other ways are ADMIN_PASSWORD and `manage.py user add`."""

import logging
from datetime import timedelta

from sqlalchemy import delete, text
from sqlalchemy.orm import Session as Transaction

from milevault_core import store
from milevault_core.accounts import tokens, users
from milevault_core.accounts.account import Account
from milevault_core.accounts.rules import Refused
from milevault_core.config import ConfigError, Settings
from milevault_core.store.models import OneTimeToken

_log = logging.getLogger(__name__)

_LINK = timedelta(hours=24)
_PURPOSE = "first_account"
_LOCK = 7_240_190  # advisory lock: only one transaction at a time may create the first account


def is_missing() -> bool:
    """Whether there is no account yet."""
    with store.session() as opened:
        return not users.any_exists(opened)


def link(base_url: str) -> str | None:
    """A new link to the form for the first account; None if there is an account already."""
    with store.session() as opened:
        if users.any_exists(opened):
            return None
        return f"{base_url.rstrip('/')}/setup?t={tokens.new_token(opened, None, _PURPOSE, _LINK)}"


def is_valid(token: object) -> bool:
    """Whether the token of a link still opens the form."""
    with store.session() as opened:
        return tokens.is_valid(opened, _PURPOSE, token) and not users.any_exists(opened)


def create(token: object, username: str, password: str, *, time_zone: str, units: str) -> Account:
    """Create the first account, an administrator. Raises Refused with a sentence; the link then still works."""
    with store.session() as opened:
        _one_at_a_time(opened)
        if users.any_exists(opened) or tokens.redeem(opened, _PURPOSE, token) is None:
            raise Refused("This link no longer works. Start MileVault again for a new one, or sign in.")
        account = users.create(
            username, password, is_admin=True, time_zone=time_zone, units=units, transaction=opened
        )
        opened.execute(delete(OneTimeToken).where(OneTimeToken.purpose == _PURPOSE))
        return account


def seed_admin(settings: Settings) -> bool:
    """Create the first account from ADMIN_USERNAME and ADMIN_PASSWORD; returns whether it was created.

    Once there is an account, the two variables have no effect. Raises ConfigError for invalid values.
    """
    if not settings.admin_password:
        return False
    with store.session() as opened:
        _one_at_a_time(opened)
        if users.any_exists(opened):
            return False
        try:
            account = users.create(
                settings.admin_username, settings.admin_password, is_admin=True, transaction=opened
            )
        except Refused as refused:
            raise ConfigError(
                f"ADMIN_USERNAME and ADMIN_PASSWORD cannot make the first account. {refused}"
            ) from None
    _log.info("Made the first account, %s, from ADMIN_USERNAME and ADMIN_PASSWORD.", account.username)
    return True


def _one_at_a_time(transaction: Transaction) -> None:
    transaction.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
