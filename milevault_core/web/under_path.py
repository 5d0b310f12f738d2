"""MileVault below a path (`BASE_URL=https://home.example/vault`): inside, addresses begin at / as if there were none.

The path is removed from requests, and added to redirects and cookies. So it makes no difference whether a proxy passes
the path on or removes it itself, and the server also responds without it (for health checks).
"""

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class UnderPath:
    """Middleware, the outermost. root: "/vault", or "" for none."""

    def __init__(self, app: ASGIApp, root: str):
        self.app, self.root = app, root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.root or scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        if scope["type"] == "http" and scope["path"] == self.root:
            # The first page refers to its files by relative addresses.
            query = scope["query_string"].decode("latin-1")
            return await RedirectResponse(f"{self.root}/" + (f"?{query}" if query else ""), 307)(
                scope, receive, send
            )
        if scope["path"].startswith(self.root + "/"):
            raw = scope.get("raw_path") or b""
            shorter = raw[len(self.root) :] if raw.startswith(f"{self.root}/".encode()) else None
            scope = {**scope, "path": scope["path"][len(self.root) :], "raw_path": shorter}

        async def send_below(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.accept"):
                message = {**message, "headers": [self._below(*each) for each in message.get("headers", ())]}
            await send(message)

        await self.app(scope, receive, send_below)

    def _below(self, name: bytes, value: bytes) -> tuple[bytes, bytes]:
        """A response header, with its address or cookie path moved below the path."""
        if name.lower() == b"location" and value.startswith(b"/") and not value.startswith(b"//"):
            return name, self.root.encode() + value
        if name.lower() == b"set-cookie":
            parts = [b" Path=" + self.root.encode() if part.strip().lower() == b"path=/" else part
                     for part in value.split(b";")]  # fmt: skip
            return name, b";".join(parts)
        return name, value
