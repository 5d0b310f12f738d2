"""/map/style.json: the background of the maps, as a MapLibre style. Without a tile server it has no tiles; with
`?background=satellite`, and if MAPBOX_TOKEN is set, it has Mapbox's satellite images."""

from typing import Any
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from milevault_core import config
from milevault_core.web import cookies, tiles

_BACKGROUND = {"light": "#e9e6e1", "dark": "#1b1d20"}

# https://docs.mapbox.com/api/maps/raster-tiles/ (tileset mapbox.satellite, version 4)
SATELLITE_ORIGIN = "https://api.mapbox.com"
_SATELLITE = SATELLITE_ORIGIN + "/v4/mapbox.satellite/{z}/{x}/{y}@2x.jpg90?access_token="
_SATELLITE_ATTRIBUTION = "© Mapbox © OpenStreetMap © Maxar"


def style(theme: str, tile_url: str, attribution: str) -> dict[str, Any]:
    """A MapLibre style (version 8). theme: light | dark; dark dims the tiles, which are made for a light theme."""
    layers: list[dict[str, Any]] = [
        {"id": "background", "type": "background", "paint": {"background-color": _BACKGROUND[theme]}}
    ]
    sources = {}
    if tile_url:
        source = {"type": "raster", "tiles": [tile_url], "tileSize": 256, "maxzoom": 19}
        sources["tiles"] = source | {"attribution": attribution}
        dim = {"raster-brightness-max": 0.55, "raster-saturation": -0.6, "raster-contrast": 0.1}
        layers.append(
            {"id": "tiles", "type": "raster", "source": "tiles", "paint": dim if theme == "dark" else {}}
        )
    return {"version": 8, "sources": sources, "layers": layers}


def map_style(request: Request) -> Response:
    """The style of the maps (their background), for signed-in users only."""
    if cookies.signed_in(request) is None:
        return Response(status_code=401)
    theme = "dark" if request.query_params.get("theme") == "dark" else "light"
    settings = config.settings()
    if settings.satellite_token and request.query_params.get("background") == "satellite":
        # Satellite images are not dimmed: they are dark enough for the dark theme.
        answer = style("light", _SATELLITE + quote(settings.satellite_token), _SATELLITE_ATTRIBUTION)
    else:
        now = tiles.refresh()
        answer = style(theme, now.url, now.attribution)
    return JSONResponse(answer, headers={"Cache-Control": "private, max-age=3600"})


def tile_origins(settings: config.Settings, tile_url: str | None = None) -> str:
    """All servers that tiles may come from, for the content security policy; "" if there are none. tile_url: the one in
    use, or None for the environment's."""
    satellite = SATELLITE_ORIGIN if settings.satellite_token else ""
    return " ".join(
        filter(None, (tile_origin(settings.tile_url if tile_url is None else tile_url), satellite))
    )


def tile_origin(tile_url: str) -> str:
    """Scheme and host of the tiles, for the content security policy; "" if they do not come from another server.

    A {placeholder} in the host (as for the subdomains a, b, c) becomes a wildcard.
    """
    parts = urlsplit(tile_url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    host = parts.netloc.rpartition("@")[2]
    if "{" in host:
        host = "*." + host.split("}")[-1].lstrip(".")
    return f"{parts.scheme}://{host}"
