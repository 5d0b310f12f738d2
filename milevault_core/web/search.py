"""/search.json?q=…: what the search box in the sidebar shows while the user types."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from milevault_core.store.queries import routes as route_queries
from milevault_core.store.queries import search as queries
from milevault_core.view import format as fmt
from milevault_core.view import search as view
from milevault_core.web import cookies

FEW = 4  # of each kind


def search(request: Request) -> Response:
    """The results of the sidebar's search, as JSON."""
    user = cookies.signed_in(request)
    if user is None:
        return Response(status_code=401)
    words = request.query_params.get("q", "")[:200]
    if not view.is_enough(words):
        return JSONResponse([])
    found = view.things(
        queries.found(user.id, words, FEW), fmt.units(user.units), lambda: route_queries.names(user.id)
    )
    day = view.day_of(words)
    rows = [
        {"href": t.href, "name": t.name, "under": t.under, "icon": t.icon, "family": t.family}
        for things in ([view.the_day(day)] if day else [], *found.values())
        for t in things
    ]
    return JSONResponse(rows, headers={"Cache-Control": "no-store"})
