"""/files/photo/{id}.jpg: the thumbnail of a photo; /files/photo/{id}: the original photo."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from milevault_core.store.queries import activities
from milevault_core.store.queries import photos as queries
from milevault_core.web import cookies

_NOT_FOUND = "There is no such picture."
_HEADERS = {"Cache-Control": "private, max-age=86400", "Content-Security-Policy": "sandbox"}
_SHOWN = ("image/jpeg", "image/png", "image/webp", "image/gif")  # other types are offered as downloads


def small(request: Request) -> Response:
    """The thumbnail of a photo."""
    account = cookies.signed_in(request)
    if account is None:
        return PlainTextResponse("Sign in first.", 401)
    photo_id = request.path_params["id"]
    data = queries.small(account.id, photo_id) if photo_id < 2**63 else None
    if data is None:
        return PlainTextResponse(_NOT_FOUND, 404)
    return Response(data, media_type="image/jpeg", headers=_HEADERS)


def whole(request: Request) -> Response:
    """The original photo."""
    account = cookies.signed_in(request)
    if account is None:
        return PlainTextResponse("Sign in first.", 401)
    photo_id = request.path_params["id"]
    found = queries.original(account.id, photo_id) if photo_id < 2**63 else None
    original = activities.original(account.id, found[1]) if found else None
    if found is None or original is None:
        return PlainTextResponse(_NOT_FOUND, 404)
    shown = found[0] in _SHOWN
    more = {} if shown else {"Content-Disposition": "attachment"}
    media_type = found[0] if shown else "application/octet-stream"
    return Response(original.data, media_type=media_type, headers=_HEADERS | more)
