"""What of Streamlit's own addresses is closed. Streamlit takes uploads from anybody who opened the login page, and
keeps them in memory; it gives figures about the server, and media files, to anybody at all."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from milevault_core.web import cookies

_UPLOADS = "/_stcore/upload_file/"
_MEDIA = "/media/"  # not /static/media/, where the fonts of the login are
_CLOSED = ("/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent")


class Guard:
    """Middleware: 404 for what is closed; 403 without a session that is in the table, before a byte is read."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            # The decoded path, which is what Streamlit's routes look at; a trailing slash makes no difference.
            path = scope["path"].rstrip("/") + "/"
            if any(f"{closed}/" in path for closed in _CLOSED):
                return await PlainTextResponse("Not found", 404)(scope, receive, send)
            if _UPLOADS in path or path.startswith(_MEDIA):
                account = await run_in_threadpool(cookies.signed_in, HTTPConnection(scope))
                if account is None:
                    return await PlainTextResponse("Sign in first", 403)(scope, receive, send)
        await self.app(scope, receive, send)
