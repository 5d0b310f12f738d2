"""What a user name, a password, a time zone and units must be. Each function returns the value as it is stored,
or raises Refused with a sentence for the person who typed it."""

import re
import unicodedata
from functools import cache
from zoneinfo import available_timezones

PASSWORD_MIN_CHARACTERS = 10
PASSWORD_MAX_BYTES = 72  # bcrypt reads no further
UNITS = ("metric", "imperial")

# What everybody tries first, as far as it is long enough to pass the minimum. Compared without case.
_COMMON = frozenset(
    {"1q2w3e4r5t", "qwertyuiop", "qwertzuiop", "administrator", "passwordpassword", "letmeinplease", "abcdefghij"}
    | {"1234567890", "12345678910", "0123456789", "0987654321"}
    | {f"{word}{tail}" for word in ("password", "passw0rd", "changeme", "admin", "adminadmin", "welcome", "iloveyou")
       for tail in ("", "1", "12", "123", "1234", "12345", "please")}
    | {f"milevault{tail}" for tail in ("", "1", "12", "123", "1234")}
)  # fmt: skip


class Refused(ValueError):
    """A value that cannot be used; `str()` is a sentence that says why."""


def username(text: str) -> str:
    name = text.strip().lower()
    if not re.fullmatch(r"[a-z0-9_.-]{1,32}", name):
        raise Refused("A user name has 1 to 32 characters: letters a to z, digits, dot, dash and underscore.")
    return name


def known_form(text: str) -> str | None:
    """What was typed as a user name that somebody may have; None if nobody can."""
    try:
        return username(text)
    except Refused:
        return None


def password(text: str, name: str = "") -> str:
    """A password that may be set; `name` is the user's, which it must not be."""
    if any(unicodedata.category(c) == "Cc" for c in text):
        raise Refused("The password has a control character (a tab, a line break or the like) in it.")
    if len(text) < PASSWORD_MIN_CHARACTERS:
        raise Refused(f"The password is too short: it needs at least {PASSWORD_MIN_CHARACTERS} characters.")
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > PASSWORD_MAX_BYTES:
        raise Refused(
            f"The password is too long: {PASSWORD_MAX_BYTES} bytes are the most, and this one has {size} "
            "(an accented letter or an emoji takes more than one)."
        )
    plain = text.strip().lower().rstrip("!.?") or "!"
    if plain in _COMMON or plain == name.lower() or len(set(plain)) < 4:
        raise Refused("That password is among the first ones that people guess. Choose another.")
    return text


def time_zone(name: str) -> str:
    if name not in time_zones():
        raise Refused(f"{name[:60]!r} is not a time zone. They are written like Europe/Paris.")
    return name


def units(name: str) -> str:
    if name not in UNITS:
        raise Refused(f"Units are {' or '.join(UNITS)}.")
    return name


@cache
def time_zones() -> tuple[str, ...]:
    """The names of all time zones, sorted; UTC first."""
    kept = {z for z in available_timezones() if "/" in z and not z.startswith(("Etc/", "posix/", "right/"))}
    return ("UTC", *sorted(kept))
