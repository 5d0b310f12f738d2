"""Corrects the first page that Streamlit sends: its title, the theme (light or dark), and the server's address.

Streamlit's script first looks for its server below the page's own address: `/trends/_stcore/health` before
`/_stcore/health`. For every visit that does not begin at the dashboard, that causes two errors in the browser's log and
two more round trips.
"""

import re
from pathlib import Path

from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from milevault_core.web.addresses import takes_html

_WHERE = 'window.__streamlit={BACKEND_BASE_URL:location.origin+"/"};'
_BELOW = 'window.milevaultRoot="{root}";window.__streamlit={BACKEND_BASE_URL:location.origin+"{root}/"};'
# Streamlit stores the chosen theme by the address of the page that was opened first; ours applies to all pages.
_THEME = (
    'try{const t=localStorage.getItem("milevault-theme"),k="stActiveTheme-"+location.pathname+"-v2";'
    "t?localStorage.setItem(k,JSON.stringify(t)):localStorage.removeItem(k)}catch{}"
)
_WITHOUT = "<noscript><p>MileVault needs JavaScript.</p></noscript>"


def first_page(index: str, root: str = "") -> str:
    """Streamlit's index.html as we send it. Parts that a Streamlit upgrade has changed are left as they are. root: the
    path of BASE_URL, or ""."""
    where = _BELOW.replace("{root}", root) if root else _WHERE
    html = index.replace("<title>Streamlit</title>", "<title>MileVault</title>")
    html = re.sub(r"<noscript>.*?</noscript>", _WITHOUT, html, flags=re.DOTALL)
    html = re.sub(r'\s*(<!--(?:(?!-->).)*?-->\s*)?<link rel="service-desc"[^>]*>', "", html, flags=re.DOTALL)
    return html.replace("</title>", f"</title>\n    <script>{where}{_THEME}</script>", 1)


class FirstPage:
    """Middleware: answers browsers that open one of the `known` addresses ("" is the first) with `first_page`."""

    def __init__(self, app: ASGIApp, index: Path, known: frozenset[str], root: str = ""):
        self.app, self.known = app, known
        self.html = first_page(index.read_text(encoding="utf-8"), root)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_page = scope["type"] == "http" and scope["method"] == "GET" and scope["path"][1:] in self.known
        if is_page and takes_html(scope):
            answer = HTMLResponse(self.html, headers={"Cache-Control": "no-cache"})
            return await answer(scope, receive, send)
        await self.app(scope, receive, send)
