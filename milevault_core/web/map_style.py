"""/map/style.json: the background of the maps, as MapLibre reads it. No tiles where MAP_TILE_URL is empty."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from milevault_core import config
from milevault_core.web import cookies

_BACKGROUND = {"light": "#e9e6e1", "dark": "#1b1d20"}


def style(theme: str, tile_url: str, attribution: str) -> dict:
    """A MapLibre style (version 8). theme: light | dark; dark dims the tiles, which are made for light."""
    layers: list[dict] = [
        {"id": "background", "type": "background", "paint": {"background-color": _BACKGROUND[theme]}}
    ]
    sources = {}
    if tile_url:
        tiles = {"type": "raster", "tiles": [tile_url], "tileSize": 256, "maxzoom": 19}
        sources["tiles"] = tiles | {"attribution": attribution}
        dim = {"raster-brightness-max": 0.55, "raster-saturation": -0.6, "raster-contrast": 0.1}
        layers.append(
            {"id": "tiles", "type": "raster", "source": "tiles", "paint": dim if theme == "dark" else {}}
        )
    return {"version": 8, "sources": sources, "layers": layers}


def map_style(request: Request) -> Response:
    if cookies.signed_in(request) is None:
        return Response(status_code=401)
    theme = "dark" if request.query_params.get("theme") == "dark" else "light"
    settings = config.settings()
    answer = style(theme, settings.tile_url, settings.tile_attribution)
    return JSONResponse(answer, headers={"Cache-Control": "private, max-age=3600"})


def tile_origin(tile_url: str) -> str:
    """Scheme and host of the tiles, for the content security policy; "" without tiles of another server.

    A {placeholder} in the host (as for a, b, c subdomains) becomes a wildcard.
    """
    parts = urlsplit(tile_url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    host = parts.netloc.rpartition("@")[2]
    if "{" in host:
        host = "*." + host.split("}")[-1].lstrip(".")
    return f"{parts.scheme}://{host}"
