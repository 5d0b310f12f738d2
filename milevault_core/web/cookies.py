"""The two cookies of MileVault, and who is signed in with a request."""

from starlette.requests import HTTPConnection
from starlette.responses import Response

from milevault_core import config
from milevault_core.accounts import sessions
from milevault_core.accounts.account import Account

SESSION = "mv_session"
SETUP = "mv_setup"  # the link to the first account, so that it does not stay in the address

_DAY_S = 86_400


def signed_in(request: HTTPConnection) -> Account | None:
    """Who is signed in. Asks the database, so it belongs in a thread: routes that are plain functions are."""
    return sessions.user_of(request.cookies.get(SESSION))


def set_session(response: Response, token: str) -> None:
    _set(response, SESSION, token, sessions.ABSOLUTE.days * _DAY_S)


def set_setup(response: Response, token: str) -> None:
    _set(response, SETUP, token, _DAY_S)


def clear(response: Response, name: str) -> None:
    response.delete_cookie(name, path="/", secure=config.settings().is_https, httponly=True, samesite="lax")


def _set(response: Response, name: str, value: str, max_age_s: int) -> None:
    # Secure follows BASE_URL: behind a proxy, the request itself does not know that it came by https.
    response.set_cookie(
        name,
        value,
        max_age=max_age_s,
        path="/",
        secure=config.settings().is_https,
        httponly=True,
        samesite="lax",
    )
