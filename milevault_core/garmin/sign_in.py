"""Sign in to Garmin, in a worker, because it can take minutes. A password is used once and not kept.

What a step needs (e-mail and password; the state of a sign-in that waits for a code, which holds cookies; or a token
that the user entered) is sealed in the database, and deleted from it before Garmin is contacted.
"""

import json
import logging
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from milevault_core import store
from milevault_core.accounts import vault
from milevault_core.actions.garmin import PURPOSE
from milevault_core.garmin import asking, client, sync, tokens
from milevault_core.garmin.manners import Clock, Pace
from milevault_core.store.garmin import connection, sign_ins
from milevault_core.store.garmin.sign_ins import LIFE, SignIn

MOST_CODES = 3  # wrong codes allowed, because Garmin locks accounts
log = logging.getLogger("milevault.garmin")


class Refused(Exception):
    """The sign-in has failed; `reason` is a key of the sentences in view/garmin.py."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def work(user_id: int, clock: Clock | None = None) -> None:
    """Do the next step of a user's sign-in. Failures are saved for the page, not raised."""
    clock = clock or Clock()
    with connection.alone(user_id, is_patient=True):
        with store.session() as session:
            account = connection.read(session, user_id)
            step = sign_ins.take(session, user_id, clock.now())
        if step is None or account is None:
            _end_interrupted(user_id)
            return
        try:
            if account.is_cooling(clock.now()):
                raise Refused("still_cooling")
            token = _token(user_id, step, clock)
        except Refused as refused:
            _fail(user_id, step, refused.reason)
        except asking.Stop as stop:
            _fail(user_id, step, stop.reason)
            if isinstance(stop, asking.TooMany):
                sync.note_stop(user_id, stop, clock.now(), 0)
        else:
            if token:
                _connect(user_id, account, step, token, clock)


def _token(user_id: int, step: SignIn, clock: Clock) -> str:
    """The token that a step results in; "" if a code is needed. Raises Refused and Stop."""
    try:
        told = json.loads(vault.unseal(user_id, PURPOSE, step.sealed or b""))
    except (vault.CannotUnseal, vault.NoKey, ValueError):
        raise Refused("other_key") from None
    if "token" in told:
        return str(told["token"])
    garmin = client.make(step.is_china, lambda _: None, Pace(clock))
    wanted, state = None, None
    try:
        if "code" in told:
            garmin.client.resume_login(told["state"], told["code"])
        else:
            # Not the package's outer login(): it takes any error with "401" in its text, even in a port number, for a
            # wrong password.
            wanted, state = garmin.client.login(told["email"], told["password"], return_on_mfa=True)
    except client.NoToken:
        raise Refused("no_token") from None
    except client.SignInLimited as limited:
        raise asking.TooMany("sign_in_limit", limited.retry_after) from None
    except client.TokenHostRefused as refused:
        raise asking.of_token_host(refused) from None
    except client.GarminConnectTooManyRequestsError:
        raise asking.TooMany("sign_in_limit") from None
    except client.GarminConnectAuthenticationError as error:
        if "code" in told and client.is_wrong_code(error):
            _ask_for_code(user_id, step, told["state"], clock, is_wrong=True)
            return ""
        raise Refused("wrong_password" if client.is_wrong_password(error) else "sign_in_trouble") from None
    except (
        Exception
    ) as error:  # unexpected pages, a network failure, a way of signing in that no longer exists
        log.warning("A sign-in at Garmin failed: %s", type(error).__name__)
        raise Refused("sign_in_trouble") from None
    if wanted:
        _ask_for_code(user_id, step, state, clock)
        return ""
    return _whole(garmin.client.dumps())


def _whole(token: str) -> str:
    """Return the token if it is complete; the package's fallback gives an empty one. Raises Refused."""
    try:
        client.loads(token)
    except ValueError:
        raise Refused("no_token") from None
    return token


def _ask_for_code(user_id: int, step: SignIn, state: Any, clock: Clock, is_wrong: bool = False) -> None:
    attempts = step.attempts + is_wrong
    if attempts >= MOST_CODES:
        raise Refused("wrong_codes")
    sealed = vault.seal(user_id, PURPOSE, json.dumps({"state": state}))
    expires_at = step.expires_at if is_wrong else clock.now() + LIFE
    reason = "wrong_code" if is_wrong else ""
    with store.session() as session:
        if sign_ins.is_working(session, user_id):
            asked = SignIn("code_wanted", reason, sealed, step.is_china, attempts, expires_at)
            sign_ins.put(session, user_id, asked)


def _fail(user_id: int, step: SignIn, reason: str) -> None:
    with store.session() as session:
        if sign_ins.is_working(session, user_id):
            sign_ins.put(session, user_id, replace(step, step="failed", reason=reason, sealed=None))


def _end_interrupted(user_id: int) -> None:
    """Mark a step as failed whose worker was killed: the password is gone, so the user has to enter it again."""
    with store.session() as session:
        step = sign_ins.read(session, user_id, lock=True)
        if step is not None and step.step == "working":
            sign_ins.put(session, user_id, replace(step, step="failed", reason="interrupted"))


def _connect(user_id: int, account: connection.Connection, step: SignIn, token: str, clock: Clock) -> None:
    now = clock.now()
    values: dict[str, Any] = {
        "token": vault.seal(user_id, tokens.PURPOSE, token), "state": "ok", "reason": "", "is_new": True,
        "is_china": step.is_china, "is_paused": False, "cooling_until": None, "cooling_steps": 0,
        "failing_since": None, "next_run_at": now,
        "connected_on": account.connected_on or now.astimezone(ZoneInfo(account.time_zone)).date(),
    }  # fmt: skip
    with store.session() as session:
        if not sign_ins.is_working(session, user_id):
            return  # disconnected meanwhile, or another sign-in was started
        connection.change(session, user_id, values)
        sign_ins.drop(session, user_id)
