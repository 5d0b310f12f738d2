"""Failed sign-ins cost time: after the n-th in a row, 1, 2, 4 … 60 seconds, never longer, never for ever. Counted in
the database, so that neither a new browser nor a restart nor a second replica forgets.

The keys are chosen so that nobody can lock somebody else out: name and address together, and with far higher limits
address alone and name alone. A wider key is asked only once the narrower ones let the attempt through, and one address
alone never raises a name's count to its limit. A browser in which this person has signed in before has a count of its
own (known_browsers.py): what strangers do to the name does not touch it.

An attempt is counted before the password is checked, under the lock of its row: of fifty at once, one is let through
and fifty are counted. A success resets the count.
"""

import ipaddress
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
MOST_OF_ONE = 10  # failures of one address that a name's count takes in
BROWSER_FREE = 3
PROVIDER_FREE = 20  # people turn back there for many reasons


@dataclass(frozen=True)
class Key:
    text: str
    free: int = 0  # failures that cost nothing
    is_shared: bool = False  # others count by it too: one person's success does not take their failures back
    most_of_one: int | None = None  # after so many failures by the narrowest key, no more of them count here


def keys(username: str, address: str | None, known_browser: str = "") -> tuple[Key, ...]:
    """What an attempt is counted by, the narrowest first. Names that nobody can have share one count. No address is the
    machine itself, or a proxy on it that TRUSTED_PROXIES does not name. `known_browser`: see known_browsers.number."""
    name = rules.known_form(username) or "?"
    if known_browser:
        return (Key(f"browser:{known_browser}", BROWSER_FREE),)
    by_name = Key(f"name:{name}", NAME_FREE, is_shared=True, most_of_one=MOST_OF_ONE)
    if not address:
        return (Key(f"user:{name}"), by_name)
    at = network(address)
    return (Key(f"user:{name}@{at}"), Key(f"address:{at}", ADDRESS_FREE, is_shared=True), by_name)


def network(address: str) -> str:
    """An address as far as it is one household's: of IPv6 everybody has 2^64 and may come from each."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(found), 64), strict=False))


def of_code(user_id: int, address: str | None, known_browser: str = "") -> tuple[Key, ...]:
    """What a two-factor code is counted by: whoever has the password must not keep its owner from the code."""
    if known_browser:
        return (Key(f"code:{user_id}@{known_browser}", BROWSER_FREE),)
    by_user = Key(f"code:{user_id}", NAME_FREE, is_shared=True, most_of_one=MOST_OF_ONE)
    return (Key(f"code:{user_id}@{network(address or '')}", BROWSER_FREE), by_user)


def of_provider(address: str | None, known_browser: str = "") -> tuple[Key, ...]:
    """What a sign-in by the identity provider that has begun, and has not ended well, is counted by."""
    if known_browser:
        return (Key(f"oidc:{known_browser}", PROVIDER_FREE),)
    return (Key(f"oidc:{network(address or '')}", PROVIDER_FREE, is_shared=True),)


def of_password_change(user_id: int) -> tuple[Key, ...]:
    """What a try of the old password, in a browser that is signed in, is counted by."""
    return (Key(f"change:{user_id}", BROWSER_FREE),)


def attempt(by: tuple[Key, ...]) -> bool:
    """Count an attempt as failed; whether the password may be looked at, or it is too early."""
    failures = 0  # by the narrowest key, before this one
    with store.session() as opened:
        for key in by:  # everybody locks them in this order, which is never a circle
            before, is_allowed = _count(opened, key, failures)
            if not is_allowed:
                return False
            failures = before if key is by[0] else failures
    return True


def _count(transaction: Transaction, key: Key, failures: int) -> tuple[int, bool]:
    # Attempts during the wait do not prolong it: last_failed_at moves only for an attempt that was let through.
    wait = (
        "CASE WHEN failures <= :free THEN 0 "
        "ELSE least(:most, power(2, least(failures - :free - 1, 20))) END * interval '1 s'"
    )
    # A failure in the future comes from a wrong clock: it must not lock anybody out until then.
    allowed = (
        f"(last_failed_at + {wait} <= clock_timestamp() "
        "OR last_failed_at > clock_timestamp() + :most * interval '1 s')"
    )
    # One statement that makes the row or locks it: a success elsewhere deletes rows meanwhile.
    row = text(
        "INSERT INTO login_attempts (key, failures, last_failed_at) VALUES (:key, 0, 'epoch') "
        "ON CONFLICT (key) DO UPDATE SET failures = login_attempts.failures "
        f"RETURNING failures, {allowed} AS allowed"
    )
    values = {"key": key.text, "free": key.free, "most": MAX_DELAY_S}
    before, is_allowed = transaction.execute(row, values).one()
    is_counted = key.most_of_one is None or failures < key.most_of_one
    transaction.execute(
        text(
            "UPDATE login_attempts SET failures = failures + :more, last_failed_at = "
            "CASE WHEN :allowed THEN clock_timestamp() ELSE last_failed_at END WHERE key = :key"
        ),
        {"key": key.text, "allowed": is_allowed, "more": int(is_counted)},
    )
    return before, is_allowed


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
