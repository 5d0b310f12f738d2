"""Signing in with an identity provider: /oidc/start, /oidc/callback. Handlers are plain functions, which Starlette runs
in a thread."""

import logging

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from milevault_core import config, store
from milevault_core.accounts import (
    identities,
    known_browsers,
    oidc,
    oidc_attempts,
    oidc_settings,
    sessions,
    sign_in,
    throttle,
)
from milevault_core.accounts.rules import Refused
from milevault_core.web import cookies
from milevault_core.web.origin import is_from_elsewhere
from milevault_core.web.signin import safe_next

_log = logging.getLogger(__name__)
CALLBACK = "/oidc/callback"


def start(request: Request) -> Response:
    """Send the visitor to the provider. With `connect=1`, to connect it to the account that is signed in."""
    provider = oidc_settings.current()
    if not provider.is_ready or is_from_elsewhere(request):
        return _go("/")
    user_id = None
    if request.query_params.get("connect"):
        account = cookies.signed_in(request)
        if account is None:
            return _go("/")
        user_id = account.id
    if not throttle.attempt(_counted_by(request)):
        return _back("busy", user_id)
    try:
        endpoints = oidc.endpoints_of(provider.issuer)
    except oidc.NotSignedIn as error:
        _log.warning("Signing in by the identity provider: %s", error)
        return _back("failed", user_id)
    word = oidc_attempts.begin(user_id, safe_next(request.query_params.get("next")))
    response = _go(oidc.address(provider, endpoints, word, _redirect(request)))
    cookies.set_attempt(response, word)
    return response


def callback(request: Request) -> Response:
    """The provider's response: starts a session for the user, or goes back to the sign-in page with a message."""
    word = request.cookies.get(cookies.ATTEMPT)
    attempt = oidc_attempts.end(word)
    connecting = attempt.user_id if attempt else None
    try:
        if attempt is None or request.query_params.get("state") != oidc.derived(word or "", "state"):
            raise oidc.NotSignedIn("The answer belongs to no attempt of this browser.")
        code = request.query_params.get("code")
        if not code or len(code) > 4000:
            raise oidc.NotSignedIn("The provider sent no code.")
        provider = oidc_settings.current()
        sender = request.query_params.get("iss")  # RFC 9207
        if sender is not None and sender.rstrip("/") != provider.issuer.rstrip("/"):
            raise oidc.NotSignedIn("The answer says that another issuer sent it.")
        endpoints = oidc.endpoints_of(provider.issuer)
        person = oidc.exchange(provider, endpoints, word or "", code, _redirect(request))
        response = _come_in(request, provider, person, attempt)
        throttle.forget(_counted_by(request))
    except oidc.NotSignedIn as error:
        _log.warning("Signing in by the identity provider: %s", error)
        response = _back("failed", connecting)
    except Refused as refused:
        kinds = {identities.UNKNOWN: "unknown", identities.TAKEN: "taken"}
        response = _back(kinds.get(str(refused), "failed"), connecting)
    cookies.clear(response, cookies.ATTEMPT)
    return response


def _come_in(
    request: Request, provider: oidc_settings.Provider, person: oidc.Person, attempt: oidc_attempts.Attempt
) -> Response:
    if attempt.user_id is not None:
        account = cookies.signed_in(request)
        if account is None or account.id != attempt.user_id:  # signed out, or another user now
            raise oidc.NotSignedIn("Somebody else is signed in now.")
        identities.connect(account.id, person)
        return _go("/profile")
    user_id = identities.user_of(provider, person)
    with store.session() as opened:
        token, known = sign_in.open_session(
            opened, user_id, request.headers.get("user-agent", ""), request.cookies.get(cookies.KNOWN)
        )
    if old := request.cookies.get(cookies.SESSION):
        sessions.end(old)
    response = _go(safe_next(attempt.next_url))
    cookies.set_session(response, token)
    if known is not None:
        cookies.set_known(response, known)
    return response


def _counted_by(request: Request) -> tuple[throttle.Key, ...]:
    address = request.client.host if request.client else None
    return throttle.of_provider(address, known_browsers.number_of(request.cookies.get(cookies.KNOWN)))


def _redirect(request: Request) -> str:
    """The callback address, as it is registered with the provider."""
    server = config.settings().base_url or f"{request.url.scheme}://{request.headers.get('host', '')}"
    return server + CALLBACK


def _back(why: str, connecting: int | None) -> Response:
    return _go(f"/profile?oidc={why}" if connecting else f"/?oidc={why}")


def _go(url: str) -> Response:
    return RedirectResponse(url, 303, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
