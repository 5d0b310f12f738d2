"""Passwords are stored as bcrypt hashes of cost 12 (a quarter of a second each). Only this module imports bcrypt."""

import threading
from functools import cache

import bcrypt

COST = 12

# bcrypt releases Python's GIL, so strangers trying passwords could use every core. Two at a time leave the rest free.
_few_at_a_time = threading.BoundedSemaphore(2)


def hash_password(password: str) -> str:
    """The hash of a password of up to 72 bytes (rules.password checks that); a longer one raises ValueError."""
    with _few_at_a_time:
        return bcrypt.hashpw(password.encode(), bcrypt.gensalt(COST)).decode()


def matches(password: str, password_hash: str | None) -> bool:
    """Whether the password is right. Without a hash (no such user) the result is False and takes just as long."""
    data = password.encode("utf-8", "surrogatepass")
    with _few_at_a_time:
        same = bcrypt.checkpw(data[:72], (password_hash or _nobody()).encode())
    return same and password_hash is not None and len(data) <= 72


@cache
def _nobody() -> str:
    """A hash to compare with when there is no user; it has the current cost, so that it takes the same time."""
    salt = bcrypt.gensalt(COST)
    return bcrypt.hashpw(b"", salt).decode()
