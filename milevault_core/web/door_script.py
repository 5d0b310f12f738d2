"""/door.js: the script with which a page sends the browser somewhere. The content policy allows no inline scripts, so
the page writes `<script src="/door.js" data-go="/address">`. `data-post` is an address to post to first, with
`data-ticket` as a header if there is one; `data-refused` is where to go instead if that is refused. All must be
addresses on this server."""

import hashlib

from starlette.requests import Request
from starlette.responses import Response

_SCRIPT = """\
(() => {
  const { go, post = go, ticket, refused = go } = document.currentScript.dataset;
  const leave = to => window.location.replace(to);
  if ([go, post, refused].some(to => !to.startsWith("/") || to.startsWith("//"))) return;
  if (post === go) return leave(go);
  const headers = ticket ? { "X-MileVault-Ticket": ticket } : {};
  const sent = fetch(post, { method: "POST", redirect: "manual", headers });
  sent.then(answer => leave(answer.status === 403 ? refused : go), () => leave(go));
})();
"""
# Part of its address, so that no browser keeps using the script of an earlier version.
VERSION = hashlib.sha256(_SCRIPT.encode()).hexdigest()[:8]


def door_script(request: Request) -> Response:
    return Response(_SCRIPT, media_type="text/javascript", headers={"Cache-Control": "max-age=3600"})
