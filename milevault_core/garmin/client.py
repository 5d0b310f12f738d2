"""The only module that creates garminconnect's objects and hooks into them (version 0.3.20).

Hooks for what the package does not report:
- The token host's own answer. The package swallows it, so that a 429 from that host or a network failure looks like an
  invalid login. Here anything but success ends the call at once.
- A new token, as soon as it exists: refresh tokens rotate, and an unsaved one is lost.
- The first refusal (429, 427) during sign-in. The package would try its next way of signing in, and each sends the
  password again.
- Time limits, and the pause between two requests: the package makes several requests for a sign-in, and for a call that
  first has to renew the token.
The hooks use private names; tests/garmin/test_client.py fails if a new release lacks one.
"""

import json
import logging
import time
from collections.abc import Callable
from typing import Any

import requests
import urllib3
from garminconnect import (
    Garmin,
    GarminConnectAuthenticationError,
    GarminConnectConnectionError,
    GarminConnectNotFoundError,
    GarminConnectTooManyRequestsError,
)

from milevault_core.garmin.manners import Pace

__all__ = [
    "ORIGINAL",
    "Garmin",
    "GarminConnectAuthenticationError",
    "GarminConnectConnectionError",
    "GarminConnectNotFoundError",
    "GarminConnectTooManyRequestsError",
    "NoToken",
    "SignInLimited",
    "TokenHostRefused",
    "forget_status",
    "last_status",
    "loads",
    "make",
]

ORIGINAL = Garmin.ActivityDownloadFormat.ORIGINAL
BASE_URL = ""  # tests set the URL of a fake server here; "" is Garmin
TIMEOUT_S = 30.0  # until the next bytes arrive
LONGEST_S = 300.0  # until the whole answer has arrived
_PART = 1 << 16  # bytes read at once
_STATUS = "_milevault_status"
LIMITED = (427, 429)

# The package logs URLs with the account's name in them, and our own states report what goes wrong.
_log = logging.getLogger("garminconnect")
_log.propagate = False
_log.addHandler(logging.NullHandler())
_log.setLevel(logging.CRITICAL + 1)


class TokenHostRefused(BaseException):
    """The token host did not give a token. `status`: None if it could not be reached. A BaseException, because the
    package catches every Exception here and continues with the old token."""

    def __init__(self, status: int | None, retry_after: str = "") -> None:
        super().__init__(status)
        self.status, self.retry_after = status, retry_after


class NoToken(BaseException):
    """The sign-in succeeded but gave no token. The package would continue with a cookie, which cannot be saved."""


class SignInLimited(BaseException):
    """A sign-in page answered 429 or 427. A BaseException for the same reason."""

    def __init__(self, retry_after: str = "") -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


def make(is_china: bool, on_token: Callable[[str], None], pace: Pace) -> Garmin:
    """A Garmin Connect client that has no token yet. on_token: called with the token as text whenever it was renewed.
    pace: limits its requests, to whichever host."""
    garmin = Garmin(is_cn=is_china, retry_attempts=0)
    inner: Any = garmin.client
    if BASE_URL:
        inner._connectapi = inner._connect = inner._sso = BASE_URL
        inner._di_token_url = f"{BASE_URL}/di-oauth2-service/oauth/token"
        inner._ios_service_url = inner._mobile_sso_service_url = inner._portal_service_url = BASE_URL
    _limit_time(inner, pace)
    _listen_to_token_host(inner, on_token, pace)
    _watch_sign_in(inner, pace)
    return garmin


def is_wrong_password(error: Exception) -> bool:
    """Whether a GarminConnectAuthenticationError during sign-in is about the password, judged by its text because it
    has no code."""
    return any(
        words in str(error) for words in ("Invalid Username or Password", "Widget authentication failed")
    )


def is_wrong_code(error: Exception) -> bool:
    """Whether a GarminConnectAuthenticationError from `resume_login` is about the code."""
    text = str(error)
    is_answered = "non-JSON" not in text and "connection error" not in text
    return "Widget MFA failed" in text or ("MFA verification failed" in text and is_answered)


def loads(text: str) -> dict[str, str]:
    """The three strings of a token. Raises ValueError with a sentence if it is not a complete garminconnect token."""
    try:
        said = json.loads(text)
        token = {name: said[name] for name in ("di_token", "di_refresh_token", "di_client_id")}
    except (ValueError, KeyError, TypeError):
        token = {"": ""}
    if not all(isinstance(value, str) and value for value in token.values()):
        raise ValueError(
            "This is not a token of garminconnect 0.3: the content of its file garmin_tokens.json, with di_token, "
            "di_refresh_token and di_client_id."
        )
    return token


def last_status(garmin: Garmin) -> int | None:
    """The HTTP status of the API's last answer to this client; None if the last request got no answer."""
    return getattr(garmin.client, _STATUS, None)


def forget_status(garmin: Garmin) -> None:
    """Reset `last_status` before a call that may end without a request to the API, for example because the token must
    be renewed first."""
    setattr(garmin.client, _STATUS, None)


def _limit_time(inner: Any, pace: Pace) -> None:
    request = inner._api_session.request

    def within_time(method: str, url: str, **options: Any) -> Any:
        setattr(inner, _STATUS, None)
        with pace:
            until_s = time.monotonic() + LONGEST_S
            answer = request(method, url, **options | {"timeout": TIMEOUT_S, "stream": True})
            _read_whole(answer, until_s)
        setattr(inner, _STATUS, answer.status_code)
        return answer

    inner._api_session.request = within_time


def _read_whole(answer: Any, until_s: float) -> None:
    """Read an answer's body until `until_s` (monotonic seconds). `timeout` limits only each wait, so a server that
    sends a byte now and then could block a worker for hours. Raises requests' exceptions."""
    body = bytearray()
    try:
        while part := answer.raw.read1(_PART, decode_content=True):
            body += part
            if time.monotonic() > until_s:
                raise requests.ReadTimeout("The answer takes too long.")
    except urllib3.exceptions.ReadTimeoutError as error:
        raise requests.ReadTimeout(error) from error
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise requests.ConnectionError(error) from error
    finally:
        answer.close()
    answer._content, answer._content_consumed = bytes(body), True


def _listen_to_token_host(inner: Any, on_token: Callable[[str], None], pace: Pace) -> None:
    post, refresh = inner._di_token_post, inner._refresh_di_token

    def posted(client_id: str, accept: str, data: dict[str, str]) -> Any:
        is_refresh = data.get("grant_type") == "refresh_token"
        try:
            with pace:
                answer = post(client_id, accept, data)
        except Exception as error:
            if is_refresh:
                raise TokenHostRefused(None) from error
            raise
        if answer.status_code in LIMITED or (is_refresh and not answer.ok):
            raise TokenHostRefused(answer.status_code, answer.headers.get("Retry-After") or "")
        return answer

    def refreshed() -> None:
        try:
            refresh()
        except (ValueError, KeyError, TypeError) as error:  # an answer that is not a token
            raise TokenHostRefused(200) from error
        on_token(inner.dumps())

    exchange = inner._exchange_service_ticket

    def exchanged(ticket: str, service_url: str | None = None) -> None:
        try:
            exchange(ticket, service_url=service_url)
        except Exception as error:
            raise NoToken from error

    inner._di_token_post, inner._refresh_di_token = posted, refreshed
    inner._exchange_service_ticket = exchanged


class _WatchedSession:
    """A session that raises SignInLimited when Garmin refuses, and paces its requests."""

    def __init__(self, session: Any, pace: Pace) -> None:
        self._session, self._pace = session, pace

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def get(self, *arguments: Any, **options: Any) -> Any:
        with self._pace:
            answer = self._session.get(*arguments, **options)
        return self._check(answer)

    def post(self, *arguments: Any, **options: Any) -> Any:
        with self._pace:
            answer = self._session.post(*arguments, **options)
        return self._check(answer)

    def _check(self, answer: Any) -> Any:
        if answer.status_code in LIMITED:
            raise SignInLimited(answer.headers.get("Retry-After") or "")
        return answer


def _watch_sign_in(inner: Any, pace: Pace) -> None:
    mobile, portal = inner._do_mobile_login, inner._do_portal_web_login
    widget, complete = inner._widget_web_login, inner._complete_mfa

    def stopping(function: Callable[..., None]) -> Callable[..., None]:
        def run(*arguments: Any) -> None:
            try:
                function(*arguments)
            except GarminConnectTooManyRequestsError as error:
                raise SignInLimited from error

        return run

    def widget_alone(*who: Any) -> None:
        with pace:  # it creates a session of its own, and itself waits before it sends the password
            widget(*who)

    def completed(code: str) -> None:
        inner._mfa_session = inner._mfa_session and _WatchedSession(inner._mfa_session, pace)
        complete(code)

    inner._do_mobile_login = stopping(lambda session, *who: mobile(_WatchedSession(session, pace), *who))
    inner._do_portal_web_login = stopping(lambda session, *who: portal(_WatchedSession(session, pace), *who))
    inner._widget_web_login = stopping(widget_alone)
    inner._complete_mfa = stopping(completed)
