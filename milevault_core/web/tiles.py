"""The server of the map background: the one an administrator has set in the app, else the environment's.

The content security policy of every response needs it without a database query, so it is cached here, and read again
when the map style is requested and when it changes.
"""

import contextlib
from typing import NamedTuple

from milevault_core import config, store
from milevault_core.store import server_settings

_URL, _ATTRIBUTION = "tile_url", "tile_attribution"


class Tiles(NamedTuple):
    url: str  # with {z}, {x}, {y}; "" for no background
    attribution: str
    is_set_here: bool  # in the app


_known: dict[str, Tiles] = {}


def current() -> Tiles:
    """The value as last read; before the first read, the environment's."""
    return _known.get("now") or _of({})


def refresh() -> Tiles:
    """Read it again. If the database does not respond, the cached value stays."""
    with contextlib.suppress(*store.UNAVAILABLE):
        _known["now"] = _of(server_settings.read())
    return current()


def _of(found: dict[str, str]) -> Tiles:
    settings = config.settings()
    return Tiles(
        found.get(_URL, settings.tile_url), found.get(_ATTRIBUTION, settings.tile_attribution), _URL in found
    )


def change(url: str, attribution: str) -> None:
    """Use this server from now on; "" for no background. Raises ValueError with a message for the user."""
    url, attribution = url.strip(), attribution.strip()
    if url and not (
        url.startswith(("https://", "http://", "/")) and all(p in url for p in ("{x}", "{y}", "{z}"))
    ):
        raise ValueError("Enter the address with {z}, {x} and {y}, beginning with https://.")
    if any(c.isspace() or c in ";,'\"" for c in url) or len(url) > 500:
        raise ValueError("The address contains a character that is not allowed.")
    if url and not attribution:
        raise ValueError("Enter the attribution: it is shown on every map.")
    server_settings.save({_URL: url, _ATTRIBUTION: attribution[:200]})
    refresh()


def reset() -> None:
    """Use the environment's setting again."""
    server_settings.save({_URL: None, _ATTRIBUTION: None})
    refresh()


def forget() -> None:
    """For tests: forget the cached value, because another database may have another server."""
    _known.clear()
