"""The token of an account, sealed in the database: unsealed for a run, saved each time it changes."""

from milevault_core import store
from milevault_core.accounts import vault
from milevault_core.garmin import asking, client
from milevault_core.garmin.manners import Clock, Pace
from milevault_core.store.garmin import connection

PURPOSE = "garmin token"


def save(user_id: int, token: str) -> None:
    """Save a token, in a transaction of its own, because the previous token is now invalid."""
    with store.session() as session:
        connection.renew_token(session, user_id, vault.seal(user_id, PURPOSE, token))


def open_account(user_id: int, account: connection.Connection, clock: Clock) -> asking.Garmin:
    """The account with its token, ready for calls; makes none itself. Raises NeedsSignIn if the token is unusable."""
    try:
        token = vault.unseal(user_id, PURPOSE, account.token or b"")
        client.loads(token)
    except (vault.CannotUnseal, vault.NoKey, ValueError):
        raise asking.NeedsSignIn("other_key") from None
    if vault.is_under_an_old_key(account.token or b""):
        save(user_id, token)
    saved = token

    def keep(now: str) -> None:
        nonlocal saved
        if now != saved:
            save(user_id, now)
            saved = now

    inner = client.make(account.is_china, keep, Pace(clock))
    inner.client.loads(token)
    saved = inner.client.dumps()
    inner.display_name = account.display_name or None
    return asking.Garmin(inner, clock, keep)
