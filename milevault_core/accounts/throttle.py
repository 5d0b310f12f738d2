"""Failed sign-ins cost time: after the n-th in a row, 1, 2, 4 … 60 seconds, never longer, never for ever. Counted in
the database, so that neither a new browser nor a restart nor a second replica forgets.

The keys are chosen so that nobody can lock somebody else out: name and address together, and with far higher limits
address alone and name alone. A browser in which this person has signed in before has a count of its own
(known_browsers.py): what strangers do to the name does not touch it.

An attempt is counted before the password is checked, under the lock of its row: of fifty at once, one is let through
and fifty are counted. A success resets the count.
"""

from dataclasses import dataclass

from sqlalchemy import delete, text
from sqlalchemy.orm import Session as Transaction

from milevault_core import store
from milevault_core.accounts import rules
from milevault_core.store.models import LoginAttempt

MAX_DELAY_S = 60
FORGOTTEN_AFTER_S = 86_400
ADDRESS_FREE = 10  # a household shares an address: it is slowed down only from here on
NAME_FREE = 100  # a crowd of addresses that tries one name is slowed down only from here on
BROWSER_FREE = 3


@dataclass(frozen=True)
class Key:
    text: str
    free: int = 0  # failures that cost nothing
    is_shared: bool = False  # others count by it too: one person's success does not take their failures back


def keys(username: str, address: str | None, known_browser: str = "") -> tuple[Key, ...]:
    """What an attempt is counted by. Names that nobody can have share one count. No address is the machine itself, or
    a proxy on it that TRUSTED_PROXIES does not name. `known_browser`: see known_browsers.number."""
    name = rules.known_form(username) or "?"
    if known_browser:
        return (Key(f"browser:{known_browser}", BROWSER_FREE),)
    by_name = Key(f"name:{name}", NAME_FREE, is_shared=True)
    if not address:
        return (Key(f"user:{name}"), by_name)
    at = address[:64]
    return (Key(f"user:{name}@{at}"), Key(f"address:{at}", ADDRESS_FREE, is_shared=True), by_name)


def of_password_change(user_id: int) -> tuple[Key, ...]:
    """What a try of the old password, in a browser that is signed in, is counted by."""
    return (Key(f"change:{user_id}", BROWSER_FREE),)


def attempt(by: tuple[Key, ...]) -> bool:
    """Count an attempt as failed; whether the password may be looked at, or it is too early."""
    with store.session() as opened:
        return all([_count(opened, key) for key in sorted(by, key=lambda key: key.text)])  # all are counted


def _count(transaction: Transaction, key: Key) -> bool:
    # Attempts during the wait do not prolong it: last_failed_at moves only for an attempt that was let through.
    transaction.execute(
        text(
            "INSERT INTO login_attempts (key, failures, last_failed_at) VALUES (:key, 0, 'epoch') "
            "ON CONFLICT DO NOTHING"
        ),
        {"key": key.text},
    )
    wait = (
        "CASE WHEN failures <= :free THEN 0 "
        "ELSE least(:most, power(2, least(failures - :free - 1, 20))) END * interval '1 s'"
    )
    # A failure in the future comes from a wrong clock: it must not lock anybody out until then.
    allowed = (
        f"(last_failed_at + {wait} <= clock_timestamp() "
        "OR last_failed_at > clock_timestamp() + :most * interval '1 s')"
    )
    row = text(f"SELECT {allowed} AS allowed FROM login_attempts WHERE key = :key FOR UPDATE")
    values = {"key": key.text, "free": key.free, "most": MAX_DELAY_S}
    is_allowed = bool(transaction.execute(row, values).scalar_one())
    transaction.execute(
        text(
            "UPDATE login_attempts SET failures = failures + 1, last_failed_at = "
            "CASE WHEN :allowed THEN clock_timestamp() ELSE last_failed_at END WHERE key = :key"
        ),
        {"key": key.text, "allowed": is_allowed},
    )
    return is_allowed


def forget(by: tuple[Key, ...]) -> None:
    """Take the count back, after a success: of what is shared, this one attempt. What is a day old goes too."""
    with store.session() as opened:
        own = [key.text for key in by if not key.is_shared]
        opened.execute(delete(LoginAttempt).where(LoginAttempt.key.in_(own)))
        for key in by:
            if key.is_shared:
                one = text("UPDATE login_attempts SET failures = greatest(failures - 1, 0) WHERE key = :key")
                opened.execute(one, {"key": key.text})
        old = text("DELETE FROM login_attempts WHERE last_failed_at < now() - :s * interval '1 s'")
        opened.execute(old, {"s": FORGOTTEN_AFTER_S})
