"""Failed sign-ins cost time: after the n-th in a row, 1, 2, 4 … 60 seconds, never longer, never for ever (a lock
would let anybody lock out anybody). Counted in the database, by user name and by address, so that neither a
new browser nor a restart nor a second replica forgets.

An attempt is counted before the password is looked at, under the lock of its row: of fifty at once, one is let
through and fifty are counted. A success takes the count back.
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


@dataclass(frozen=True)
class Key:
    text: str
    free: int = 0  # failures that cost nothing


def keys(username: str, address: str | None) -> tuple[Key, ...]:
    """What an attempt is counted by. Names that nobody can have share one count; so does no address at all
    (the machine itself, or a proxy on it) none."""
    by_name = Key(f"user:{rules.known_form(username) or '?'}")
    return (by_name, Key(f"address:{address[:64]}", ADDRESS_FREE)) if address else (by_name,)


def attempt(by: tuple[Key, ...]) -> bool:
    """Count an attempt as failed; whether the password may be looked at, or it is too early."""
    with store.session() as opened:
        return all([_count(opened, key) for key in sorted(by, key=lambda key: key.text)])  # all are counted


def _count(transaction: Transaction, key: Key) -> bool:
    # The wait is not prolonged by those who do not wait: last_failed_at moves only for an attempt that was let in.
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
    # A failure of the future is of a clock that was wrong: it must not lock anybody out until then.
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
    """Take the count back, after a success. What is a day old goes too."""
    with store.session() as opened:
        opened.execute(delete(LoginAttempt).where(LoginAttempt.key.in_([key.text for key in by])))
        old = text("DELETE FROM login_attempts WHERE last_failed_at < now() - :s * interval '1 s'")
        opened.execute(old, {"s": FORGOTTEN_AFTER_S})
