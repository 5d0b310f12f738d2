"""A random word for every browser, set in a cookie before anybody signs in there.

The sign-in form runs over a websocket, and its ticket (accounts/sign_in.py) works only in the browser whose word came
with that websocket. Over http, browsers do not say which site a request comes from, so nothing else would prevent a
ticket from being used elsewhere.
"""

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from milevault_core.accounts import tokens
from milevault_core.web import cookies
from milevault_core.web.addresses import takes_html


class BrowserWord:
    """Middleware that gives a word to every browser that opens a page without one."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_page = scope["type"] == "http" and scope["method"] == "GET" and takes_html(scope)
        if not is_page or tokens.token_hash(HTTPConnection(scope).cookies.get(cookies.BROWSER)):
            return await self.app(scope, receive, send)
        carrier = Response()
        cookies.set_browser(carrier, tokens.random_token())

        async def send_with_word(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", carrier.headers["set-cookie"])
            await send(message)

        await self.app(scope, receive, send_with_word)
