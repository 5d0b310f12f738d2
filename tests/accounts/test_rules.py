"""What may be a user name, a password, a time zone."""

import pytest

from milevault_core.accounts import rules
from milevault_core.accounts.rules import Refused


@pytest.mark.parametrize(
    ("typed", "stored"), [("Ann", "ann"), (" bob.b-1_ ", "bob.b-1_"), ("a" * 32, "a" * 32)]
)
def test_user_names(typed: str, stored: str) -> None:
    assert rules.username(typed) == stored


@pytest.mark.parametrize("typed", ["", " ", "a" * 33, "ann b", "änn", "ann\0", "ann\n.", "a/b", "<b>", "Å"])
def test_user_names_refused(typed: str) -> None:
    with pytest.raises(Refused):
        rules.username(typed)


@pytest.mark.parametrize(
    "typed", ["twelve chars", "  spaces at both ends  ", "x1!y" * 18, "Grüße aus Köln", "🚴🏔️🌧️☕🥐🛌🌅⛰️🏁🎉"]
)
def test_passwords(typed: str) -> None:
    assert rules.password(typed) == typed


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("eleven char", "too short"),
        ("x1!y" * 18 + "y", "72 bytes"),
        ("äöüß" * 10, "72 bytes"),
        ("tab\tinside it", "control character"),
        ("nul\0inside it", "control character"),
        ("Password1234", "guess"),
        ("changeme123!", "guess"),
        ("!!!!!!!!!!!!", "guess"),
        ("aaaaaaaaaaaa", "guess"),
        ("annabel.long", "guess"),
    ],
)
def test_passwords_refused(typed: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        rules.password(typed, "annabel.long")


def test_time_zones() -> None:
    assert rules.time_zone("Europe/Vienna") == "Europe/Vienna"
    assert rules.time_zone("UTC") == rules.time_zones()[0]
    for name in ("Mars/Base", "", "../../etc/passwd", "Europe/Vienna\0"):
        with pytest.raises(Refused):
            rules.time_zone(name)


def test_units() -> None:
    assert rules.units("imperial") == "imperial"
    with pytest.raises(Refused):
        rules.units("nautical")
