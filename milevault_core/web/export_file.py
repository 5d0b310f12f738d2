"""/files/export/7.zip: an export of everything, made by a worker (export/runs.py)."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from milevault_core.export import runs
from milevault_core.web import cookies
from milevault_core.web.files import NOT_FOUND, attachment


def export_file(request: Request) -> Response:
    """The export, streamed. Its length is sent first, so that browsers notice when a download breaks off."""
    account = cookies.signed_in(request)
    if account is None:
        return PlainTextResponse("Sign in first.", 401)
    found = runs.current(account.id)
    if found is None or found.id != request.path_params["id"] or found.state != "ready":
        return PlainTextResponse(NOT_FOUND, 404)
    name = f"milevault-{account.username}-{found.made_at:%Y-%m-%d}.zip"
    headers = {
        "Content-Disposition": attachment(name, name),
        "Content-Length": str(found.size_bytes),
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "sandbox",
    }
    pieces = runs.pieces(account.id, found.id)
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)
