"""Codes of an authenticator app (TOTP, RFC 6238) as the second step of signing in, and recovery codes in case the phone
is lost. The secret is sealed (vault.py), recovery codes are stored as SHA-256, and every code works once. The only
module that imports pyotp and segno."""

import hashlib
import hmac
import io
import secrets
import time
from typing import Any

import pyotp
import segno
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session as Transaction

from milevault_core import store
from milevault_core.accounts import known_browsers, throttle, users, vault
from milevault_core.accounts.rules import Refused
from milevault_core.store.models import RecoveryCode, TwoFactor

RECOVERY_CODES = 10
WRONG = "That code is wrong, or it was used already. Wait for the next one."
TOO_MANY = "There were too many attempts. Wait a minute before you try again."
_PURPOSE = "two-factor secret"
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # without characters that look alike
_STEP_S, _DRIFT_STEPS = 30, 1


def new_secret() -> str:
    """A new secret for an app, in base32. It takes effect when `turn_on` gets a valid code for it."""
    return pyotp.random_base32()


def address(secret: str, username: str) -> str:
    """The otpauth:// URI that an app reads."""
    return pyotp.TOTP(secret, name=username, issuer="MileVault").provisioning_uri()


def qr_code(text: str) -> str:
    """A QR code as SVG, dark on white."""
    out = io.BytesIO()
    segno.make(text, error="m").save(
        out, kind="svg", scale=4, border=3, light="#fff", xmldecl=False, nl=False
    )
    return out.getvalue().decode()


def is_on(user_id: int) -> bool:
    with store.session() as opened:
        return opened.scalar(select(TwoFactor.user_id).where(TwoFactor.user_id == user_id)) is not None


def turn_on(user_id: int, secret: str, code: str) -> list[str]:
    """Require codes from now on, if this code is valid for the secret. Returns the recovery codes, which cannot be
    shown again. Raises Refused, and vault.NoKey."""
    step = _step_of(secret, code, 0)
    if step is None:
        raise Refused(WRONG)
    sealed = vault.seal(user_id, _PURPOSE, secret)
    with store.session() as opened:
        opened.execute(delete(TwoFactor).where(TwoFactor.user_id == user_id))
        opened.execute(insert(TwoFactor).values(user_id=user_id, sealed=sealed, last_step=step))
        return _new_recovery_codes(opened, user_id)


def new_recovery_codes(user_id: int) -> list[str]:
    """Replace the recovery codes; the old ones stop working."""
    with store.session() as opened:
        return _new_recovery_codes(opened, user_id)


def recovery_codes_left(user_id: int) -> int:
    query = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user_id)
    with store.session() as opened:
        return opened.scalar(query) or 0


def turn_off(user_id: int, transaction: Transaction | None = None) -> None:
    """Remove a user's second factor and recovery codes."""
    if transaction is None:
        with store.session() as opened:
            return turn_off(user_id, opened)
    for table in (TwoFactor, RecoveryCode):
        transaction.execute(delete(table).where(table.user_id == user_id))


def turn_off_for(admin_id: int, user_id: int) -> None:
    """Turn it off for a user who has lost phone and recovery codes. Raises Refused unless an administrator asks."""
    with store.session() as opened:
        users.check_admin(opened, admin_id)
        turn_off(user_id, opened)


def check(user_id: int, code: str, address: str | None = None, browser: str | None = None) -> None:
    """Accept a code of the app or a recovery code, which is then used up. Raises Refused with a sentence. `address`,
    `browser`: as for sign_in.check."""
    by = throttle.of_code(user_id, address, known_browsers.number_of(browser, user_id))
    if not throttle.attempt(by):
        raise Refused(TOO_MANY)
    plain = "".join(code.split()).replace("-", "").lower()
    with store.session() as opened:
        row = opened.execute(
            select(TwoFactor.sealed, TwoFactor.last_step)
            .where(TwoFactor.user_id == user_id)
            .with_for_update()  # of two simultaneous requests with the same code, only one succeeds
        ).first()
        if row is None:
            raise Refused(WRONG)
        if not (_take_code(opened, user_id, row, plain) or _take_recovery_code(opened, user_id, plain)):
            raise Refused(WRONG)
    throttle.forget(by)


def _take_code(transaction: Transaction, user_id: int, row: Any, code: str) -> bool:
    try:
        secret = vault.unseal(user_id, _PURPOSE, row.sealed)
    except (vault.CannotUnseal, vault.NoKey):
        return False  # SECRET_KEY has changed; recovery codes still work
    step = _step_of(secret, code, row.last_step)
    if step is None:
        return False
    mine = TwoFactor.user_id == user_id
    transaction.execute(update(TwoFactor).where(mine).values(last_step=step))
    if vault.is_under_an_old_key(row.sealed):
        transaction.execute(
            update(TwoFactor).where(mine).values(sealed=vault.seal(user_id, _PURPOSE, secret))
        )
    return True


def _step_of(secret: str, code: str, after: int) -> int | None:
    """The 30-second step of this code: the current one or a neighbour, later than `after`; None if there is none."""
    plain = "".join(code.split())
    if len(plain) != 6 or not plain.isascii() or not plain.isdigit():
        return None
    now = int(time.time()) // _STEP_S
    totp, found = pyotp.TOTP(secret), None
    for step in range(now - _DRIFT_STEPS, now + _DRIFT_STEPS + 1):
        if hmac.compare_digest(totp.at(step * _STEP_S), plain) and step > after:
            found = step
    return found


def _take_recovery_code(transaction: Transaction, user_id: int, code: str) -> bool:
    row = (RecoveryCode.user_id == user_id, RecoveryCode.code_hash == _hashed(code))
    taken = delete(RecoveryCode).where(*row).returning(RecoveryCode.user_id)
    return transaction.execute(taken).first() is not None


def _new_recovery_codes(transaction: Transaction, user_id: int) -> list[str]:
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(12)) for _ in range(RECOVERY_CODES)]
    transaction.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    transaction.execute(
        insert(RecoveryCode), [{"user_id": user_id, "code_hash": _hashed(code)} for code in codes]
    )
    return ["-".join((code[:4], code[4:8], code[8:])) for code in codes]


def _hashed(code: str) -> bytes:
    # Each code has 59 random bits, so a fast hash is enough.
    return hashlib.sha256(b"recovery code\0" + code.encode()).digest()
