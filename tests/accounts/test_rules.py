"""Which user names, passwords and time zones are valid."""

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
    "typed",
    ["twelve chars", "  spaces at both ends  ", "x1!y" * 17 + "z2?w", "Grüße aus Köln", "🚴🏔️🌧️☕🥐🛌🌅⛰️🏁🎉"],
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


COMMON = """
123456789012 098765432109 111122223333 121212121212 198719871987 102030405060 147258369147 qwertyuiop12 qwertzuiop12
qwerty123456 azertyuiop12 asdfghjkl123 zxcvbnm12345 1q2w3e4r5t6y 1qaz2wsx3edc qazwsxedcrfv abcdefghijkl a1b2c3d4e5f6
abcabcabcabc horse7horse7 password1234 password123456 password2024! Passw0rd2024! P@$$w0rd1234 passwordpassword
my_password_1 mypassword12 administrator1 adminadmin12 admin@123456 letmeinplease iloveyou2024 welcome12345
Welcome2024!! Summer2026!!! changeme1234 milevault2026 garminstrava1 trustno1trustno1 dragon-monkey-1
correct.horse.battery.staple maytheforcebewithyou! qwertyasdfzxcv !@#$%^&*()12 ann.example12 example.ann.1
annexample2026! ann.example.password .............. pass.word.1234
19851985198519 abc1abc1abc1ab Sommer2026!! Summer2026!! Oktober_2025! Frühling2026! Août2026!!!! Février1999!
Diciembre-2024 Domenica2024! Zaterdag2026! Août1985Août
"""


@pytest.mark.parametrize("typed", COMMON.split())
def test_what_people_guess_first_is_refused_however_long(typed: str) -> None:
    with pytest.raises(Refused, match="guess"):
        rules.password(typed, "ann.example")


@pytest.mark.parametrize(
    "typed",
    ["correct horse 7", "wrong horse 8", "another horse 9", "a long and quiet word", "numbers all the way",
     "summer rain on the old bridge", "annual plan 42", "tea at my sister's", "kV9#tqLw2!xZ", "83920174826155",
     "monkey drives garmin to lunch", "sommer am see 2026", "geboren 1985 in Ulm", "Grüße aus Köln 2026",
     "東京の夏はとても長くて暑い",  "admin of nothing but my shoes", "passport lost in 1999"],
)  # fmt: skip
def test_what_takes_work_to_guess_is_not(typed: str) -> None:
    assert rules.password(typed, "ann") == typed


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
