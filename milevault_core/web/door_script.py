"""/door.js: the only script of ours in the browser. The policy allows no inline scripts, so a page that wants
to send the browser somewhere writes `<script src="/door.js" data-go="/address">`; `data-post` posts to an address
first. Both must be addresses on this server."""

from starlette.requests import Request
from starlette.responses import Response

_SCRIPT = """\
(() => {
  const { go, post } = document.currentScript.dataset;
  const leave = () => window.location.replace(go);
  if (!go.startsWith("/") || go.startsWith("//")) return;
  if (post) fetch(post, { method: "POST", redirect: "manual" }).finally(leave);
  else leave();
})();
"""


def door_script(request: Request) -> Response:
    return Response(_SCRIPT, media_type="text/javascript", headers={"Cache-Control": "max-age=3600"})
