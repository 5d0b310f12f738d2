"""Rules for user names, passwords, time zones, units, dates and currencies. Each function returns the value as it is
stored, or raises Refused with a sentence for the person who typed it."""

import re
import unicodedata
from functools import cache
from zoneinfo import available_timezones

from milevault_core.accounts import guessable

PASSWORD_MIN_CHARACTERS = 12
PASSWORD_MAX_BYTES = 72  # bcrypt reads no further
UNITS = ("metric", "imperial")
DATE_FORMATS = ("day", "month", "iso")  # 1 June 2026 | June 1, 2026 | 2026-06-01
WEEK_STARTS = ("monday", "sunday", "saturday")
CLOCKS = ("24h", "12h")  # 18:05 | 6:05 PM


class Refused(ValueError):
    """An invalid value; `str()` is a sentence that says why."""


def username(text: str) -> str:
    """A user name as it is stored: lower case, no surrounding spaces. Raises Refused with a sentence."""
    name = text.strip().lower()
    if not re.fullmatch(r"[a-z0-9_.-]{1,32}", name):
        raise Refused("A user name has 1 to 32 characters: letters a to z, digits, dot, dash and underscore.")
    return name


def known_form(text: str) -> str | None:
    """The typed text as it would be stored as a user name; None if it cannot be a user name."""
    try:
        return username(text)
    except Refused:
        return None


def password(text: str, name: str = "") -> str:
    """A password that may be set; it must not be made of `name`, the user name. Raises Refused with a sentence."""
    if any(unicodedata.category(c) == "Cc" for c in text):
        raise Refused("The password contains a control character (a tab, a line break or the like).")
    if len(text) < PASSWORD_MIN_CHARACTERS:
        raise Refused(f"The password is too short: it needs at least {PASSWORD_MIN_CHARACTERS} characters.")
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > PASSWORD_MAX_BYTES:
        raise Refused(
            f"The password is too long: {PASSWORD_MAX_BYTES} bytes are the most, and this one has {size} "
            "(an accented letter or an emoji takes more than one)."
        )
    if guessable.is_guessable(text, name):
        raise Refused("That password is one of the first that people guess. Choose another.")
    return text


def time_zone(name: str) -> str:
    """The name of a time zone known to this machine. Raises Refused with a sentence."""
    if name not in time_zones():
        raise Refused(f"{name[:60]!r} is not a time zone. They are written like Europe/Paris.")
    return name


def units(name: str) -> str:
    """One of UNITS. Raises Refused with a sentence."""
    if name not in UNITS:
        raise Refused(f"Units are {' or '.join(UNITS)}.")
    return name


def date_format(name: str) -> str:
    """One of DATE_FORMATS. Raises Refused with a sentence."""
    if name not in DATE_FORMATS:
        raise Refused(f"A date format is one of {', '.join(DATE_FORMATS)}.")
    return name


def week_start(name: str) -> str:
    """One of WEEK_STARTS. Raises Refused with a sentence."""
    if name not in WEEK_STARTS:
        raise Refused(f"A week begins on {', '.join(WEEK_STARTS)}.")
    return name


def clock(name: str) -> str:
    """One of CLOCKS. Raises Refused with a sentence."""
    if name not in CLOCKS:
        raise Refused(f"A clock is one of {', '.join(CLOCKS)}.")
    return name


def currency(text: str) -> str:
    """A currency as the user writes it, letters or a symbol: "EUR", "€", "Kč"; "" for none. Raises Refused with a
    sentence."""
    text = text.strip()
    if len(text) > 5 or any(
        unicodedata.category(c)[0] not in "LM" and unicodedata.category(c) != "Sc" and c != "." for c in text
    ):
        raise Refused("A currency is a symbol or up to five letters, such as €, $ or CHF.")
    return text


@cache
def time_zones() -> tuple[str, ...]:
    """The names of all time zones, sorted; UTC first."""
    kept = {z for z in available_timezones() if "/" in z and not z.startswith(("Etc/", "posix/", "right/"))}
    return ("UTC", *sorted(kept))
