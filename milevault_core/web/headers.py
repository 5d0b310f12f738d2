"""Security headers of every response. The content security policy allows only this server and the map tiles; the page's
inline scripts (Streamlit's own, and ours from first_page.py) are allowed by their hashes."""

import base64
import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from milevault_core.web.first_page import first_page

# Older browsers do not accept 'self' for websockets. The host comes from the request; the guard has checked it.
_OWN_SOCKETS = "{own sockets}"


def inline_script_hashes(html: str) -> list[str]:
    """The hashes of a page's inline scripts, as written in a content security policy."""
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    return [f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts]


@lru_cache(maxsize=64)
def content_security_policy(index: Path | None, tile_origins: str, root: str = "") -> str:
    """The policy. index: the page that Streamlit sends first; tile_origins: where map tiles come from, or ""; root: the
    path of BASE_URL, or ""."""
    html = first_page(index.read_text(encoding="utf-8"), root) if index and index.exists() else ""
    hashes = inline_script_hashes(html)
    tiles = f" {tile_origins}" if tile_origins else ""
    return "; ".join(
        (
            "default-src 'self'",
            # Tables and maps use WebAssembly; workers are made from blobs.
            " ".join(("script-src 'self' 'wasm-unsafe-eval' blob:", *hashes)),
            "worker-src 'self' blob:",
            "style-src 'self' 'unsafe-inline'",
            "font-src 'self' data:",
            f"img-src 'self' data: blob:{tiles}",
            f"connect-src 'self' {_OWN_SOCKETS} data: blob:{tiles}",
            "frame-src 'self'",
            "frame-ancestors 'self'",
            "form-action 'self'",
            "base-uri 'self'",
            "object-src 'none'",
        )
    )


class SecurityHeaders:
    """Middleware. A response keeps the headers that it sets itself. policy: a function if the policy can change."""

    def __init__(self, app: ASGIApp, policy: str | Callable[[], str], is_https: bool):
        self.app, self.policy = app, policy
        self.headers = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "strict-origin-when-cross-origin",
            "X-Frame-Options": "SAMEORIGIN",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        if is_https:
            self.headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        host = _host(scope)
        sockets = f"ws://{host} wss://{host}" if host else ""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                policy = self.policy if isinstance(self.policy, str) else self.policy()
                headers.setdefault("Content-Security-Policy", policy.replace(_OWN_SOCKETS, sockets))
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _host(scope: Scope) -> str:
    """The request's Host if it is safe to put in a policy, else ""."""
    host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    return host if re.fullmatch(r"[A-Za-z0-9.:\[\]-]{1,255}", host) else ""
