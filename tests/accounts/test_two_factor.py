"""Codes as the second step: each works once, and recovery codes help when the phone is lost."""

import secrets
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from sqlalchemy import text

from milevault_core import config, store
from milevault_core.accounts import sign_in, throttle, two_factor
from milevault_core.accounts.rules import Refused

NOW = 1_790_000_010.0
BROWSER = "B" * 43
KEY, NEW_KEY = (secrets.token_hex(32) for _ in range(2))


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", KEY)
    monkeypatch.setattr(two_factor.time, "time", lambda: NOW)
    monkeypatch.setattr(throttle, "BROWSER_FREE", 1000)
    config.settings.cache_clear()


def turned_on(user: int) -> tuple[str, list[str]]:
    secret = two_factor.new_secret()
    return secret, two_factor.turn_on(user, secret, code(secret, -30))


def code(secret: str, later_s: float = 0.0) -> str:
    return pyotp.TOTP(secret).at(int(NOW + later_s))


def test_the_code_of_the_standard() -> None:
    """RFC 6238, appendix B: SHA-1, time 59."""
    assert pyotp.TOTP("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", digits=8).at(59) == "94287082"


def test_it_is_on_once_a_code_was_right(user: int) -> None:
    secret = two_factor.new_secret()
    with pytest.raises(Refused):
        two_factor.turn_on(user, secret, code(secret, 3600))
    assert not two_factor.is_on(user)
    assert len(two_factor.turn_on(user, secret, code(secret))) == two_factor.RECOVERY_CODES
    assert two_factor.is_on(user)


@pytest.mark.parametrize("later_s", [-30, 0, 30])
def test_a_clock_half_a_minute_off(user: int, later_s: float) -> None:
    secret = two_factor.new_secret()
    two_factor.turn_on(user, secret, code(secret, -30))
    if later_s == -30:  # already used
        with pytest.raises(Refused):
            two_factor.check(user, code(secret, later_s))
    else:
        two_factor.check(user, code(secret, later_s))


def test_a_code_works_once(user: int) -> None:
    secret, _ = turned_on(user)
    right = code(secret)
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda _: _is_accepted(user, right), range(4)))
    assert sorted(outcomes) == [False, False, False, True]


@pytest.mark.parametrize("wrong", ["", "000", "abcdef", "١٢٣٤٥٦", "1" * 10_000, "\0\0\0\0\0\0"])
def test_anything_else_is_refused(user: int, wrong: str) -> None:
    turned_on(user)
    assert not _is_accepted(user, wrong)


def test_recovery_codes_work_once_each(user: int, other_user: int) -> None:
    _, codes = turned_on(user)
    _, others = turned_on(other_user)
    assert not _is_accepted(user, others[0])
    assert _is_accepted(user, codes[0].upper().replace("-", " "))
    assert not _is_accepted(user, codes[0])
    assert two_factor.recovery_codes_left(user) == two_factor.RECOVERY_CODES - 1
    again = two_factor.new_recovery_codes(user)
    assert not _is_accepted(user, codes[1])
    assert _is_accepted(user, again[1])


def test_another_key_leaves_the_recovery_codes(user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, codes = turned_on(user)
    monkeypatch.setenv("SECRET_KEY", NEW_KEY)
    config.settings.cache_clear()
    assert not _is_accepted(user, code(secret))
    assert _is_accepted(user, codes[0])


def test_rotation_seals_it_again(user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, _ = turned_on(user)
    monkeypatch.setenv("SECRET_KEY", NEW_KEY)
    monkeypatch.setenv("SECRET_KEY_OLD", KEY)
    config.settings.cache_clear()
    assert _is_accepted(user, code(secret))
    monkeypatch.delenv("SECRET_KEY_OLD")
    config.settings.cache_clear()
    assert _is_accepted(user, code(secret, 30))


def test_another_users_secret_does_not_open(user: int, other_user: int) -> None:
    """Someone who can write to the database copies a row to another user."""
    secret, _ = turned_on(user)
    turned_on(other_user)
    copied = (
        "UPDATE two_factor SET sealed = (SELECT sealed FROM two_factor WHERE user_id = :a) WHERE user_id = :b"
    )
    with store.session() as session:
        session.execute(text(copied), {"a": user, "b": other_user})
    assert not _is_accepted(other_user, code(secret))
    assert _is_accepted(user, code(secret))


def test_guessing_is_slowed_down(user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "BROWSER_FREE", 3)
    secret, _ = turned_on(user)
    said = []
    for _ in range(6):
        with pytest.raises(Refused) as refused:
            two_factor.check(user, "000000")
        said.append(str(refused.value))
    assert said[-1] == two_factor.TOO_MANY
    assert not _is_accepted(user, code(secret))  # for a moment, not even the right one


def test_somebody_with_the_password_does_not_keep_its_owner_from_the_code(
    user: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "BROWSER_FREE", 3)
    secret, codes = turned_on(user)
    for _ in range(throttle.NAME_FREE + 5):
        assert not _is_accepted(user, "000000", "203.0.113.7")
    assert not _is_accepted(user, code(secret), "203.0.113.7")
    assert _is_accepted(user, codes[0], "198.51.100.1")
    opened = sign_in.redeem_ticket(sign_in.ticket(user, BROWSER), BROWSER)
    assert opened is not None
    for number in range(throttle.NAME_FREE + 5):  # many addresses: only a known browser is not slowed down
        _is_accepted(user, "000000", f"203.0.113.{number}")
    assert not _is_accepted(user, codes[1], "198.51.100.2")
    assert _is_accepted(user, codes[1], "198.51.100.2", opened[1])


def test_nothing_of_it_lies_in_the_database_in_clear(user: int) -> None:
    secret, codes = turned_on(user)
    with store.session() as session:
        tables = ("two_factor", "recovery_codes")
        dump = "".join(
            str(session.scalar(text(f"SELECT string_agg(t::text, ' ') FROM {t} t"))) for t in tables
        )
    for word in (secret, secret.encode().hex(), codes[0], codes[0].replace("-", "")):
        assert word not in dump


def test_off_again(user: int) -> None:
    turned_on(user)
    two_factor.turn_off(user)
    assert not two_factor.is_on(user)
    assert two_factor.recovery_codes_left(user) == 0


def test_only_an_administrator_turns_it_off_for_others(user: int, other_user: int) -> None:
    turned_on(user)
    with pytest.raises(Refused, match="administrators"):
        two_factor.turn_off_for(other_user, user)
    with store.session() as session:
        session.execute(text("UPDATE users SET is_admin = true WHERE id = :id"), {"id": other_user})
    two_factor.turn_off_for(other_user, user)
    assert not two_factor.is_on(user)


def test_the_picture_of_the_address(user: int) -> None:
    address = two_factor.address("ABCDEFGHIJKLMNOPQRSTUVWX", "ann")
    assert address == "otpauth://totp/MileVault:ann?secret=ABCDEFGHIJKLMNOPQRSTUVWX&issuer=MileVault"
    assert two_factor.qr_code(address).startswith("<svg")


def _is_accepted(user: int, typed: str, *where: str | None) -> bool:
    try:
        two_factor.check(user, typed, *where)
    except Refused:
        return False
    return True
