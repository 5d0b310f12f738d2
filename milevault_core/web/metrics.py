"""/metrics for Prometheus. Requires the token in METRICS_TOKEN; if that is not set, the address does not exist."""

import hmac

from starlette.requests import Request
from starlette.responses import PlainTextResponse

from milevault_core import config, store
from milevault_core.server import figures


def metrics(request: Request) -> PlainTextResponse:
    """Figures of this server in Prometheus's text format."""
    token = config.settings().metrics_token
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    if not token or kind.lower() != "bearer" or not hmac.compare_digest(given.encode(), token.encode()):
        return PlainTextResponse("Not found", 404)
    try:
        body = figures.prometheus()
    except store.UNAVAILABLE:
        return PlainTextResponse("The database does not answer.", 503)
    headers = {"Cache-Control": "no-store"}
    return PlainTextResponse(body, headers=headers, media_type="text/plain; version=0.0.4")
