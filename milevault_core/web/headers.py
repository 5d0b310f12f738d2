"""Security headers of every answer. The content security policy lets nothing in but this server and the map's
tiles; the page's one inline script is Streamlit's own, known by its hash."""

import base64
import hashlib
import re
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def inline_script_hashes(html: str) -> list[str]:
    """The inline scripts of a page, as a content security policy names them."""
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    return [f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts]


def content_security_policy(index: Path | None, tile_origins: str) -> str:
    """`index`: the page that Streamlit sends first. `tile_origins`: where map tiles come from, or ""."""
    hashes = inline_script_hashes(index.read_text(encoding="utf-8")) if index and index.exists() else []
    tiles = f" {tile_origins}" if tile_origins else ""
    return "; ".join(
        (
            "default-src 'self'",
            # WebAssembly is the tables' and the maps'; workers are made from blobs.
            " ".join(("script-src 'self' 'wasm-unsafe-eval' blob:", *hashes)),
            "worker-src 'self' blob:",
            "style-src 'self' 'unsafe-inline'",
            "font-src 'self' data:",
            f"img-src 'self' data: blob:{tiles}",
            f"connect-src 'self' ws: wss: data: blob:{tiles}",
            "frame-src 'self'",
            "frame-ancestors 'self'",
            "form-action 'self'",
            "base-uri 'self'",
            "object-src 'none'",
        )
    )


class SecurityHeaders:
    """Middleware. An answer that sets one of these headers itself keeps its own."""

    def __init__(self, app: ASGIApp, policy: str, is_https: bool):
        self.app = app
        self.headers = {
            "Content-Security-Policy": policy,
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

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)
