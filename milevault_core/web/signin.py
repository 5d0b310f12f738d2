"""Setting and clearing the session cookie: /signin/finish, /signin/end; and one-time links: /setup (for the first
account), /invite, /reset.

The form's ticket is sent in a header, because an address would end up in the browser's history and in proxy logs, and
because another site's page cannot send a custom header.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from milevault_core.accounts import first, invitations, password_reset, sessions, sign_in
from milevault_core.web import cookies
from milevault_core.web.origin import is_from_elsewhere

TICKET = "x-milevault-ticket"


def safe_next(url: object) -> str:
    """The address on this server to continue to; "/" for anything that leads, or might lead, elsewhere."""
    if not isinstance(url, str) or not url.startswith("/") or len(url) > 2000:
        return "/"
    # Browsers read \ as / and ignore tabs and line breaks: //host and /\host are addresses on another server.
    if url.startswith("//") or "\\" in url or any(ord(c) <= 32 or ord(c) == 127 for c in url):
        return "/"
    parts = urlsplit(url)
    if (
        parts.scheme
        or parts.netloc
        or parts.path.startswith(("/signin", "/setup", "/invite", "/reset", "/oidc"))
    ):
        return "/"
    return url


def finish(request: Request) -> Response:
    """Redeem the form's ticket. Always starts a new session, so that a cookie planted earlier is never adopted."""
    refused = PlainTextResponse("Sign in again.", 403, {"Cache-Control": "no-store"})
    if is_from_elsewhere(request):  # or another site could sign its visitors in to somebody else's account
        return refused
    opened = sign_in.redeem_ticket(
        request.headers.get(TICKET),
        request.cookies.get(cookies.BROWSER),
        request.headers.get("user-agent", ""),
        request.cookies.get(cookies.KNOWN),
    )
    if opened is None:
        return refused
    token, known = opened
    if old := request.cookies.get(cookies.SESSION):
        sessions.end(old)
    response = Response(status_code=204, headers={"Cache-Control": "no-store"})
    cookies.set_session(response, token)
    if known is not None:
        cookies.set_known(response, known)
    if cookies.SETUP in request.cookies:
        cookies.clear(response, cookies.SETUP)
    return response


def end(request: Request) -> Response:
    """Sign out this browser, and forget the one-time link it was opened with. A form on another site has no effect: it
    neither sends the cookies nor clears them."""
    response = _go("/")
    if is_from_elsewhere(request):
        return response
    if token := request.cookies.get(cookies.SESSION):
        sessions.end(token)
    for name in (cookies.SESSION, cookies.SETUP):
        if name in request.cookies:
            cookies.clear(response, name)
    return response


def setup(request: Request) -> Response:
    """The link for the first account. Its token moves to a cookie, out of the address and the Referer."""
    return _by_link(request, first.is_valid)


def invite(request: Request) -> Response:
    """The link of an invitation, likewise. Opening it does not use it up, because mail programs open links too."""
    return _by_link(request, invitations.is_valid)


def reset(request: Request) -> Response:
    """The link that resets a password, likewise."""
    return _by_link(request, password_reset.username_of)


def _by_link(request: Request, is_valid: Callable[[object], object]) -> Response:
    token = request.query_params.get("t")
    response = _go("/")
    if isinstance(token, str) and is_valid(token):
        cookies.set_setup(response, token)
    return response


def _go(url: str) -> Response:
    return RedirectResponse(url, 303, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
