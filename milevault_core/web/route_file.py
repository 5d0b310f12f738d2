"""Download of a route's line as GPX, to follow on a watch."""

import numpy as np
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from milevault_core import track
from milevault_core.accounts.account import Account
from milevault_core.store.queries import routes
from milevault_core.web import cookies
from milevault_core.web.files import attachment, download, from_title


def route_gpx(request: Request) -> Response:
    """The line of a route as GPX."""
    account = cookies.signed_in(request)
    if account is None:
        return PlainTextResponse("Sign in first.", 401)
    try:
        route_id = int(request.path_params["id"])
    except ValueError:
        route_id = 0
    made = _gpx(account, route_id) if 0 < abs(route_id) < 2**31 else None
    if made is None:
        return PlainTextResponse("There is no such file.", 404)
    name, data = made
    return download(data, "application/gpx+xml", attachment(from_title(f"{name}.gpx"), "route.gpx"))


def _gpx(account: Account, route_id: int) -> tuple[str, bytes] | None:
    """(name, GPX) of a route of this user; None if there is no such route or it has no line."""
    from milevault_core.formats.write_gpx import write_gpx
    from milevault_core.view.format import units
    from milevault_core.view.routes.routes import names

    route = routes.one(account.id, route_id)
    if route is None:
        return None
    points = route["line"]
    if len(points) < 2:
        return None
    title = names(routes.names(account.id), units(account.units))[int(route["id"])]
    drawn = track.from_columns(
        {"time": np.full(len(points), np.datetime64("NaT", "us")), "lat": points[:, 0], "lon": points[:, 1]}
    )
    return title, write_gpx(drawn, name=title, sport=route["sport"])
