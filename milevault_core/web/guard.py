"""Which of Streamlit's addresses are closed, and to whom.

Streamlit accepts uploads from anybody who has opened the sign-in page, and keeps them in memory. It serves metrics of
the server, and media files, to anybody. And on a request from another site's page it asks an outside service for its
own address, while everybody waits. So requests that Streamlit should not get are refused here.
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
_MEDIA = "/media/"  # not /static/media/, which has the fonts of the sign-in page
_STREAMLITS = ("/_stcore/", "/media/", "/component/", "/static/", "/app/static/")
_CLOSED = ("/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent")
_STREAMLITS_LOGIN = ("/auth/", "/oauth2callback/")  # ours is web/oidc.py
LONGEST_NAME = 255  # bytes of a file name; a longer one fails in the system, with a traceback each time
MOST_HELD = 48 << 20  # bytes of files in all open tabs' upload widgets, held in this process
FULL = (
    "That is too much to upload as single files. Import the files listed so far, or drop a zip or a folder."
)
# Tells Streamlit whose websocket this is (server.trustedUserHeaders in .streamlit/config.toml); never accepted from
# outside. A tab whose connection broke off can only be resumed by the user who opened it, because its fragments and its
# state hold that user's data.
WHOSE = b"x-milevault-user"
FIRST_S = 15.0  # how long the websocket of a visitor who is not signed in may stay open without a message
NOT_OURS = (
    "This server does not answer to the name in this address. Its operator can allow it with BASE_URL "
    "or ALLOWED_HOSTS."
)


@dataclass(frozen=True)
class Rules:
    """What the guard needs to know about this server; see config.Settings for the first two."""

    base_url: str = ""
    allowed_hosts: str = ""
    # Removes what only users may see from a message to a visitor who is not signed in.
    redact: Callable[[bytes], bytes] = bytes
    # Whether a browser may start with this message.
    is_beginning: Callable[[bytes], bool] = bool
    # Whether sign-in needs this message. Others may affect everybody, such as the one that empties all caches.
    is_of_login: Callable[[bytes], bool] = bool
    held_bytes: Callable[[], int] = int  # of files in Streamlit's upload widgets


class Guard:
    """Middleware: 404 for closed addresses; 403 for uploads and media without a valid session, before reading the body;
    no websocket for other sites' pages; small messages and few connections for visitors who are not signed in."""

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
        # The decoded path, as Streamlit's routes see it; a trailing slash makes no difference.
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
        """Accept a file for an upload widget if there is room for it. Counts the files stored and those being uploaded,
        because a browser sends many at once."""
        length = HTTPConnection(scope).headers.get("content-length", "")
        if not length.isdecimal():  # browsers always send it
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
                return  # _first_message has already accepted
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
                return  # nobody is left to close it for
            first = message.get("bytes") if message is not None else None
            if first is not None and rules.is_beginning(first):
                await self.app(scope, _with(first, receive, rules.is_of_login), send_redacted)
            else:
                await send({"type": "websocket.close", "code": 1002})
        finally:
            self.strangers.leave(number)


async def _first_message(scope: Scope, receive: Receive, send: Send) -> Message | None:
    """Accept the websocket of a visitor who is not signed in, and wait for its first message. Only then does Streamlit
    learn of it. None if no message comes in time."""
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
    """`receive` as if nothing had been received yet, without the messages that `is_taken` rejects."""
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
    """The handshake with its Host header set to the Origin's host: a proxy may have set another one, and Streamlit
    compares the two."""
    origin = next((value for name, value in scope["headers"] if name == b"origin"), None)
    if origin is None:
        return scope
    return _with_header(scope, b"host", origin.partition(b"://")[2].decode("latin-1"))


def _is_too_long(path: str) -> bool:
    return any(len(name.encode("utf-8", "surrogatepass")) > LONGEST_NAME for name in path.split("/"))


def _with_header(scope: Scope, name: bytes, value: str | None) -> Scope:
    """The scope with this header replaced by `value`, or removed if that is None."""
    added = [] if value is None else [(name, value.encode("latin-1"))]
    return {**scope, "headers": added + [each for each in scope["headers"] if each[0] != name]}
