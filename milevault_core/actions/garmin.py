"""A user's actions on the Garmin Connect connection, each in one transaction. A worker makes the requests to Garmin."""

import json
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from milevault_core import store
from milevault_core.accounts import vault
from milevault_core.store import queue
from milevault_core.store.garmin import connection, sign_ins
from milevault_core.store.garmin.sign_ins import LIFE, SignIn

PURPOSE = "garmin sign-in"


def connect(user_id: int, email: str, password: str, is_china: bool = False) -> None:
    """Have a worker sign in to Garmin. Raises ValueError, with a sentence, and NoKey."""
    if "@" not in email or not password:
        raise ValueError("Enter the e-mail address and the password of your Garmin account.")
    _begin(user_id, {"email": email.strip(), "password": password}, is_china)


def bring_token(user_id: int, token: str, is_china: bool = False) -> None:
    """Connect with a token that garminconnect created elsewhere. Raises ValueError, with a sentence, and NoKey."""
    try:
        told = json.loads(token)
        names = ("di_token", "di_refresh_token", "di_client_id")
        is_whole = all(isinstance(told[name], str) and told[name] for name in names)
    except (ValueError, KeyError, TypeError):
        is_whole = False
    if not is_whole:
        raise ValueError(
            "This is not a token of garminconnect 0.3 or newer: paste the content of its file garmin_tokens.json, with "
            "di_token, di_refresh_token and di_client_id."
        )
    _begin(user_id, {"token": json.dumps({name: told[name] for name in names})}, is_china)


def _begin(user_id: int, told: dict[str, str], is_china: bool) -> None:
    now = datetime.now(UTC)
    sealed = vault.seal(user_id, PURPOSE, json.dumps(told))
    with store.session() as session:
        connection.make(session, user_id)
        account = connection.read(session, user_id)
        if account is not None and account.is_cooling(now):
            raise ValueError(
                "Garmin is refusing for now. Signing in again before the time is up makes the wait longer."
            )
        sign_ins.put(session, user_id, SignIn("asked", "", sealed, is_china, 0, now + LIFE))
        _defer(session, connection.SIGN_IN, user_id)


def give_code(user_id: int, code: str) -> None:
    """Pass on the code that Garmin sent. Raises ValueError, with a sentence, and LookupError if none is needed now."""
    code = "".join(code.split())
    if not code.isdecimal() or not 4 <= len(code) <= 10:
        raise ValueError("The code is a number of six digits.")
    with store.session() as session:
        step = sign_ins.read(session, user_id, lock=True)
        if step is None or step.step != "code_wanted" or step.sealed is None:
            raise LookupError("No code is needed any more.")
        if step.expires_at <= datetime.now(UTC):
            sign_ins.drop(session, user_id)
            raise LookupError("Too late: a code is valid for ten minutes. Sign in again.")
        told = json.loads(vault.unseal(user_id, PURPOSE, step.sealed)) | {"code": code}
        sealed = vault.seal(user_id, PURPOSE, json.dumps(told))
        given = SignIn("code_given", "", sealed, step.is_china, step.attempts, step.expires_at)
        sign_ins.put(session, user_id, given)
        _defer(session, connection.SIGN_IN, user_id)


def give_up(user_id: int) -> None:
    """Forget a sign-in that is in progress."""
    with store.session() as session:
        sign_ins.drop(session, user_id)


def sync_now(user_id: int) -> None:
    """Have a worker sync now. The usual limits apply: no requests are made while Garmin is refusing them."""
    with store.session() as session:
        _defer(session, connection.SYNC, user_id)


def pause(user_id: int) -> None:
    """Make no more requests until `resume`; a running sync finishes its current item and stops."""
    with store.session() as session:
        connection.change(session, user_id, {"is_paused": True})


def resume(user_id: int) -> None:
    """Continue syncing where it stopped."""
    with store.session() as session:
        if connection.change(session, user_id, {"is_paused": False}):
            _defer(session, connection.SYNC, user_id)


def disconnect(user_id: int) -> None:
    """Delete the sealed tokens and any sign-in in progress. Imported data stays, and so does the record of what was
    imported, in case the same account is connected again."""
    with store.session() as session:
        sign_ins.drop(session, user_id)
        values = {"token": None, "state": "disconnected", "reason": "", "next_run_at": None,
                  "failing_since": None, "is_paused": False}  # fmt: skip
        connection.change(session, user_id, values)


def _defer(session: Session, task: str, user_id: int) -> None:
    queue.defer(
        session, task, connection.QUEUE, once=f"{task}-{user_id}", priority=queue.SOON, user_id=user_id
    )
