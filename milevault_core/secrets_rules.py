"""Secrets of the environment that are too weak for MileVault to start. Only real risks count: a database that nobody
outside can reach may have a simple password. The password of the first account has its own rules
(accounts/rules.py)."""

import ipaddress
from urllib.parse import unquote, urlsplit

SECRET_KEY_MIN_CHARACTERS = 32

# The passwords that attackers try first on a reachable database.
_GUESSED = frozenset(
    ("milevault", "postgres", "password", "passw0rd", "admin", "changeme", "change-me", "secret", "root", "test",
     "123456", "12345678", "timescale", "timescaledb", "example")
)  # fmt: skip
_MAKE_ONE = "`python3 manage.py setup` makes one, or: openssl rand -hex 32"


def check_secret_key(value: str) -> str:
    """Return the key, "" if there is none. Raises ValueError, which says what to write, for a weak one."""
    if value and len(value) < SECRET_KEY_MIN_CHARACTERS:
        raise ValueError(
            f"it has {len(value)} characters, and needs {SECRET_KEY_MIN_CHARACTERS}. {_MAKE_ONE}"
        )
    if value and len(set(value)) < 8:
        raise ValueError(f"it repeats a few characters, so it can be guessed. {_MAKE_ONE}")
    return value


def check_database_password(url: str) -> str:
    """Return the URL. Raises ValueError for one that cannot be parsed, and for a password that attackers try first if
    others can reach the server."""
    try:
        parts = urlsplit(url)
        host, password = parts.hostname or "", unquote(parts.password or "")
        _ = "," in parts.netloc or parts.port
    except ValueError:
        raise ValueError(
            "the address cannot be read. In a password, write @ as %40, / as %2F, : as %3A, # as %23, [ as %5B"
        ) from None
    weak = password.lower() in _GUESSED or (password != "" and password == parts.username)
    if weak and is_reachable_by_others(host):
        raise ValueError(
            f"the database's password is one that attackers try first, and other machines can reach {host}. Give the "
            "user another one: ALTER USER … PASSWORD '…'"
        )
    return url


def is_reachable_by_others(host: str) -> bool:
    """Whether other machines can reach the host. A bare name (`db`) is taken for one of Docker's own network."""
    if not host or host.startswith("/") or host.lower() in ("localhost", "host.docker.internal"):
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return "." in host
