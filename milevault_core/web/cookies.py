"""The cookies of MileVault, and which account a request is signed in to."""

from starlette.requests import HTTPConnection
from starlette.responses import Response

from milevault_core import config
from milevault_core.accounts import known_browsers, oidc_attempts, sessions
from milevault_core.accounts.account import Account
from milevault_core.view import dates

SESSION = "mv_session"
BROWSER = "mv_browser"  # a random word that every browser gets before signing in; tickets are bound to it
KNOWN = "mv_known"  # marks a browser in which somebody has signed in before
SETUP = "mv_setup"  # the token of a link (first account, invitation, reset), kept out of the address

ATTEMPT = "mv_oidc"  # an attempt to sign in with an identity provider

_DAY_S = 86_400


def signed_in(request: HTTPConnection) -> Account | None:
    """The account that is signed in. Queries the database, so call it in a thread; routes that are plain functions run
    in one. Dates that the route then writes have the format of this user."""
    account = sessions.user_of(request.cookies.get(SESSION))
    if account is not None:
        dates.read_as(account.date_format, account.week_start, account.clock)
    return account


def set_session(response: Response, token: str) -> None:
    _set(response, SESSION, token, sessions.ABSOLUTE.days * _DAY_S)


def set_browser(response: Response, word: str) -> None:
    _set(response, BROWSER, word, 365 * _DAY_S)


def set_known(response: Response, token: str) -> None:
    _set(response, KNOWN, token, known_browsers.LIFETIME.days * _DAY_S)


def set_setup(response: Response, token: str) -> None:
    _set(response, SETUP, token, _DAY_S)


def set_attempt(response: Response, word: str) -> None:
    _set(response, ATTEMPT, word, int(oidc_attempts.LIFETIME.total_seconds()))


def clear(response: Response, name: str) -> None:
    response.delete_cookie(name, path="/", secure=config.settings().is_https, httponly=True, samesite="lax")


def _set(response: Response, name: str, value: str, max_age_s: int) -> None:
    # Secure depends on BASE_URL, because behind a proxy the request does not show that it came by https.
    response.set_cookie(
        name,
        value,
        max_age=max_age_s,
        path="/",
        secure=config.settings().is_https,
        httponly=True,
        samesite="lax",
    )
