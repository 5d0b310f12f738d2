"""Which of Streamlit's addresses are closed, and to whom.

Streamlit takes uploads from anybody who opened the login page, and keeps them in memory; it gives figures about the
server, and media files, to anybody at all; and a request from another site's page makes it ask an outside service for
its own address while everybody waits. So requests that it should not get are refused here.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from milevault_core.accounts import throttle
from milevault_core.web import connections, cookies, hosts
from milevault_core.web.strangers import Strangers

_UPLOADS = "/_stcore/upload_file/"
_MEDIA = "/media/"  # not /static/media/, where the fonts of the login are
_STREAMLITS = ("/_stcore/", "/media/", "/component/", "/static/", "/app/static/")
_CLOSED = ("/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent")
_STREAMLITS_LOGIN = ("/auth/", "/oauth2callback/")  # ours is web/oidc.py
LONGEST_NAME = 255  # bytes of a file's name; what is longer makes the system fail, and a traceback of each
MOST_HELD = 48 << 20  # bytes of files in the upload widgets of all open tabs, which are in this process
FULL = "That is too much at once for single files. Import the ones listed first, or drop a zip or a folder."
# Tells Streamlit whose a websocket is (server.trustedUserHeaders of .streamlit/config.toml), and never comes from
# outside: a tab whose connection broke off goes on only for the person it was opened by, since what its fragments and
# its state hold is that person's.
WHOSE = b"x-milevault-user"
FIRST_S = 15.0  # s; how long a stranger's websocket may be open without a message
NOT_OURS = (
    "This server does not answer to the name in this address. Its operator can allow it with BASE_URL "
    "or ALLOWED_HOSTS."
)


@dataclass(frozen=True)
class Rules:
    """What the guard needs to know of this server; see config.Settings for the first two."""

    base_url: str = ""
    allowed_hosts: str = ""
    # Removes what only users may know from a message to somebody who is not signed in.
    redact: Callable[[bytes], bytes] = bytes
    # Whether a message is one that a browser starts with.
    is_beginning: Callable[[bytes], bool] = bool
    # Whether a message is one that the login needs; others may be for everybody, as the one that empties all caches.
    is_of_login: Callable[[bytes], bool] = bool
    held_bytes: Callable[[], int] = int  # of files in Streamlit's upload widgets


class Guard:
    """Middleware: 404 for closed addresses; 403 without a valid session, before a byte is read; no websocket for
    other sites' pages; small messages and few connections for those who are not signed in."""

    def __init__(self, app: ASGIApp, rules: Rules | None = None):
        self.app = app
        self.rules = rules or Rules()
        self.strangers = Strangers()
        self.coming = 0  # bytes of files being uploaded to widgets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        asked = HTTPConnection(scope)
        rules, host = self.rules, asked.headers.get("host")
        is_ours = hosts.is_ours(host, rules.base_url, rules.allowed_hosts)
        is_from_us = hosts.is_from_us(asked.headers.get("origin"), host, rules.base_url)
        if scope["type"] == "websocket":
            if not is_ours or not is_from_us:
                return await _refuse(receive, send)
            return await self._websocket(_with_header(_as_from_here(scope), WHOSE, None), receive, send)
        if not is_ours:
            return await PlainTextResponse(NOT_OURS, 421)(scope, receive, send)
        if not is_from_us and scope["path"].startswith(_STREAMLITS):
            scope = _with_header(scope, b"origin", None)
        await self._request(scope, receive, send, is_from_us)

    async def _request(self, scope: Scope, receive: Receive, send: Send, is_from_us: bool) -> None:
        # The decoded path, which is what Streamlit's routes look at; a trailing slash makes no difference.
        path = scope["path"].rstrip("/") + "/"
        is_closed = any(f"{closed}/" in path for closed in _CLOSED) or path.startswith(_STREAMLITS_LOGIN)
        if is_closed or (path.startswith(_STREAMLITS) and _is_too_long(path)):
            return await PlainTextResponse("Not found", 404)(scope, receive, send)
        if _UPLOADS in path or path.startswith(_MEDIA):
            account = await run_in_threadpool(cookies.signed_in, HTTPConnection(scope))
            if account is None or not is_from_us:
                return await PlainTextResponse("Sign in first", 403)(scope, receive, send)
            if _UPLOADS in path and scope["method"] == "PUT":
                return await self._upload(scope, receive, send)
        await self.app(scope, receive, send)

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Accept a file for an upload widget if there is room for it, counting those stored and those being uploaded:
        a browser sends many at once."""
        length = HTTPConnection(scope).headers.get("content-length", "")
        if not length.isdecimal():  # a browser always says it
            return await PlainTextResponse("Length required", 411)(scope, receive, send)
        size = int(length)
        if self.rules.held_bytes() + self.coming + size > MOST_HELD:
            return await PlainTextResponse(FULL, 413)(scope, receive, send)
        self.coming += size
        try:
            await self.app(scope, receive, send)
        finally:
            self.coming -= size

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        rules, protocol = self.rules, scope.get("extensions", {}).get(connections.EXTENSION)
        account = await run_in_threadpool(cookies.signed_in, HTTPConnection(scope))
        if account is not None:
            if protocol is not None:
                connections.set_frame_limit(protocol, connections.USERS_FRAME)
            return await self.app(_with_header(scope, WHOSE, str(account.id)), receive, send)

        async def send_redacted(message: Message) -> None:
            if message["type"] == "websocket.accept":
                return  # the response has started
            if message["type"] == "websocket.send" and message.get("bytes"):
                message = {**message, "bytes": rules.redact(message["bytes"])}
            await send(message)

        def make_way() -> None:
            if protocol is not None:
                protocol.transport.abort()

        address = throttle.network((scope.get("client") or ("",))[0])
        number = self.strangers.enter(address, make_way)
        try:
            message = await _first_message(scope, receive, send)
            if message is not None and message["type"] == "websocket.disconnect":
                return  # there is nobody left to close it for
            first = message.get("bytes") if message is not None else None
            if first is not None and rules.is_beginning(first):
                await self.app(scope, _with(first, receive, rules.is_of_login), send_redacted)
            else:
                await send({"type": "websocket.close", "code": 1002})
        finally:
            self.strangers.leave(number)


async def _first_message(scope: Scope, receive: Receive, send: Send) -> Message | None:
    """Open a stranger's websocket and wait for its first message; Streamlit learns of it only then. None if none
    comes in time."""
    await receive()  # websocket.connect
    named = next((value for name, value in scope["headers"] if name == b"sec-websocket-protocol"), b"")
    subprotocol = named.decode("latin-1").split(",")[0].strip() or None  # as Streamlit answers
    await send({"type": "websocket.accept", "subprotocol": subprotocol})
    try:
        async with asyncio.timeout(FIRST_S):
            return await receive()
    except TimeoutError:
        return None


def _with(first: bytes, receive: Receive, is_taken: Callable[[bytes], bool]) -> Receive:
    """`receive`, as if nothing had been received yet, and without messages that are not to be taken."""
    before: list[Message] = [
        {"type": "websocket.connect"},
        {"type": "websocket.receive", "bytes": first},
    ]

    async def receive_again() -> Message:
        if before:
            return before.pop(0)
        while True:
            message = await receive()
            data = message.get("bytes") if message["type"] == "websocket.receive" else None
            if data is None or is_taken(data):
                return message

    return receive_again


async def _refuse(receive: Receive, send: Send) -> None:
    await receive()  # websocket.connect
    await send({"type": "websocket.close", "code": 1008})


def _as_from_here(scope: Scope) -> Scope:
    """The handshake with the Origin's host as its own: a proxy may have put another one there, and Streamlit compares
    the two for itself."""
    origin = next((value for name, value in scope["headers"] if name == b"origin"), None)
    if origin is None:
        return scope
    return _with_header(scope, b"host", origin.partition(b"://")[2].decode("latin-1"))


def _is_too_long(path: str) -> bool:
    return any(len(name.encode("utf-8", "surrogatepass")) > LONGEST_NAME for name in path.split("/"))


def _with_header(scope: Scope, name: bytes, value: str | None) -> Scope:
    """The same with this header alone of its name; without one for None."""
    added = [] if value is None else [(name, value.encode("latin-1"))]
    return {**scope, "headers": added + [each for each in scope["headers"] if each[0] != name]}
