"""Passwords are kept as bcrypt hashes of cost 12 (a quarter of a second each). The only importer of bcrypt."""

import threading
from functools import cache

import bcrypt

COST = 12

# bcrypt works outside Python's lock: strangers who try names could take every core. Two at a time leave some.
_few_at_a_time = threading.BoundedSemaphore(2)


def hash_password(password: str) -> str:
    """Up to 72 bytes (rules.password sees to that); more raise ValueError."""
    with _few_at_a_time:
        return bcrypt.hashpw(password.encode(), bcrypt.gensalt(COST)).decode()


def matches(password: str, password_hash: str | None) -> bool:
    """Whether the password is right. Without a hash (nobody has that name) it takes just as long and is False."""
    data = password.encode("utf-8", "surrogatepass")
    with _few_at_a_time:
        same = bcrypt.checkpw(data[:72], (password_hash or _nobody()).encode())
    return same and password_hash is not None and len(data) <= 72


@cache
def _nobody() -> str:
    """The hash of no password, with today's cost."""
    salt = bcrypt.gensalt(COST)
    return bcrypt.hashpw(b"", salt).decode()
