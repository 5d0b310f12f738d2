"""An id for each request, in the log lines written while it is handled and in the response (X-Request-ID). With
LOG_FORMAT=json, every request to one of our own routes is logged too, without its query."""

import logging
import re
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from milevault_core.operate import log_lines

_log = logging.getLogger("milevault.web")
_GIVEN = re.compile(rb"[A-Za-z0-9._-]{8,64}")


class RequestLog:
    """Middleware. own: the first parts of our own routes' addresses; says_all: log every request to them."""

    def __init__(self, app: ASGIApp, own: frozenset[str], says_all: bool):
        self.app, self.own, self.says_all = app, own, says_all

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        number = _given(scope) or log_lines.new_id()
        began, status = time.monotonic(), 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {
                    **message,
                    "headers": [*message.get("headers", ()), (b"x-request-id", number.encode())],
                }
            await send(message)

        with log_lines.about(request=number):
            try:
                await self.app(scope, receive, send_with_id)
            finally:
                is_own = scope["type"] == "http" and scope["path"].strip("/").partition("/")[0] in self.own
                if is_own and (self.says_all or (status >= 500 and status != 503)):
                    ms = round(1000 * (time.monotonic() - began))
                    said = {"method": scope["method"], "path": scope["path"], "status": status, "ms": ms}
                    _log.info("%s %s", scope["method"], scope["path"], extra={"about": said})


def _given(scope: Scope) -> str:
    """The id that a proxy has given the request; "" if there is none or it has unusual characters."""
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    return given.decode() if _GIVEN.fullmatch(given) else ""
