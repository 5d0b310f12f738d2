"""Delays after failed sign-ins: each failure in a row doubles the wait, 1, 2, 4 … at most 60 seconds. The counts are in
the database, so that a new browser, a restart or a second replica does not reset them.

The keys are chosen so that nobody can lock somebody else out: name and address together, and with much higher limits
address alone and name alone. A wider key is checked only once the narrower ones let the attempt through, and one
address alone never raises a name's count to its limit. A browser in which the user has signed in before has a count of
its own (known_browsers.py), which strangers who try the name do not affect.

An attempt is counted before the password is checked, with its row locked: of fifty simultaneous attempts, one is let
through and all fifty are counted. A success resets the count.
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
ADDRESS_FREE = 10  # a household shares an address, so delays begin only after this many failures
NAME_FREE = 100  # many addresses that try the same name are delayed only after this many failures
MOST_OF_ONE = 10  # at most this many failures from one address count towards a name's limit
BROWSER_FREE = 3
PROVIDER_FREE = 20  # there are many harmless reasons to abandon a sign-in at the provider


@dataclass(frozen=True)
class Key:
    text: str
    free: int = 0  # failures without a delay
    is_shared: bool = False  # others count here too: one person's success does not clear their failures
    most_of_one: int | None = None  # failures by the narrowest key that count here; no more of them do


def keys(username: str, address: str | None, known_browser: str = "") -> tuple[Key, ...]:
    """The keys an attempt is counted under, narrowest first. Invalid names share one count. No address means this
    machine, or a proxy on it that TRUSTED_PROXIES does not name. `known_browser`: from known_browsers.number."""
    name = rules.known_form(username) or "?"
    if known_browser:
        return (Key(f"browser:{known_browser}", BROWSER_FREE),)
    by_name = Key(f"name:{name}", NAME_FREE, is_shared=True, most_of_one=MOST_OF_ONE)
    if not address:
        return (Key(f"user:{name}"), by_name)
    at = network(address)
    return (Key(f"user:{name}@{at}"), Key(f"address:{at}", ADDRESS_FREE, is_shared=True), by_name)


def network(address: str) -> str:
    """The part of an address that identifies a household: an IPv6 user has 2^64 addresses and may use any of them."""
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
    """The keys a two-factor code is counted under. Somebody who knows the password must not be able to keep the
    account's owner from entering the code."""
    if known_browser:
        return (Key(f"code:{user_id}@{known_browser}", BROWSER_FREE),)
    by_user = Key(f"code:{user_id}", NAME_FREE, is_shared=True, most_of_one=MOST_OF_ONE)
    return (Key(f"code:{user_id}@{network(address or '')}", BROWSER_FREE), by_user)


def of_provider(address: str | None, known_browser: str = "") -> tuple[Key, ...]:
    """The keys for sign-ins through the identity provider that were begun but did not succeed."""
    if known_browser:
        return (Key(f"oidc:{known_browser}", PROVIDER_FREE),)
    return (Key(f"oidc:{network(address or '')}", PROVIDER_FREE, is_shared=True),)


def of_password_change(user_id: int) -> tuple[Key, ...]:
    """The keys for attempts at the current password in a signed-in browser."""
    return (Key(f"change:{user_id}", BROWSER_FREE),)


def attempt(by: tuple[Key, ...]) -> bool:
    """Count an attempt as failed for now; returns whether the password may be checked (False: it is too early)."""
    failures = 0  # of the narrowest key, before this attempt
    with store.session() as opened:
        for key in by:  # always locked in this order, so there is no deadlock
            before, is_allowed = _count(opened, key, failures)
            if not is_allowed:
                return False
            failures = before if key is by[0] else failures
    return True


def _count(transaction: Transaction, key: Key, failures: int) -> tuple[int, bool]:
    # Attempts during the wait do not prolong it: last_failed_at changes only for an attempt that was let through.
    wait = (
        "CASE WHEN failures <= :free THEN 0 "
        "ELSE least(:most, power(2, least(failures - :free - 1, 20))) END * interval '1 s'"
    )
    # A failure dated in the future comes from a wrong clock and must not lock anybody out until then.
    allowed = (
        f"(last_failed_at + {wait} <= clock_timestamp() "
        "OR last_failed_at > clock_timestamp() + :most * interval '1 s')"
    )
    # One statement creates or locks the row, because a success in another session may delete it meanwhile.
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
    """After a success, reset the counts; from a shared count, subtract only this attempt. Delete counts a day old."""
    with store.session() as opened:
        own = [key.text for key in by if not key.is_shared]
        opened.execute(delete(LoginAttempt).where(LoginAttempt.key.in_(own)))
        for key in by:
            if key.is_shared:
                one = text("UPDATE login_attempts SET failures = greatest(failures - 1, 0) WHERE key = :key")
                opened.execute(one, {"key": key.text})
        old = text("DELETE FROM login_attempts WHERE last_failed_at < now() - :s * interval '1 s'")
        opened.execute(old, {"s": FORGOTTEN_AFTER_S})
