"""Redirects for unknown addresses: to the page that is probably meant, else to the "not found" page. Streamlit by
itself would silently show the dashboard."""

from collections.abc import Mapping
from difflib import get_close_matches
from urllib.parse import quote

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class Addresses:
    """Middleware. known: the addresses of pages, "" is the first page; near: what people type instead -> address; own:
    the first parts of route addresses; folders: those of them that are not routes themselves, as /map of
    /map/style.json.

    Only a browser that opens a page is redirected (GET, accepting HTML): files, the websocket, and routes with a slash
    or a dot are left alone.
    """

    def __init__(
        self, app: ASGIApp, known: frozenset[str], near: Mapping[str, str], own: frozenset[str],
        folders: frozenset[str] = frozenset(),
    ):  # fmt: skip
        self.app, self.known, self.near, self.folders = app, known, near, folders
        self.own = own | {"_stcore", "static", "media", "component", "app", "oauth2callback", "auth"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET" and takes_html(scope):
            to = self.leads_to(scope["path"])
            if to is not None:
                query = scope["query_string"].decode("latin-1")
                answer = RedirectResponse(to + (f"?{query}" if query and "?" not in to else ""), 302)
                return await answer(scope, receive, send)
        await self.app(scope, receive, send)

    def leads_to(self, path: str) -> str | None:
        """The address to redirect an unknown path to; None if the path is to be left alone."""
        name = path.strip("/")
        first = name.partition("/")[0]
        if name in self.known or (first in self.own and name not in self.folders) or "." in first:
            return None
        word = first.lower()
        if word in self.near or word in self.known:
            return "/" + self.near.get(word, word)
        close = get_close_matches(word, [*self.known, *self.near], n=1, cutoff=0.8)
        maybe = f"&maybe={quote(self.near.get(close[0], close[0]))}" if close else ""
        return f"/not-found?address={quote(name[:80])}{maybe}"


def takes_html(scope: Scope) -> bool:
    """Whether this is a browser asking for a page."""
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])
