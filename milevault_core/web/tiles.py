"""Which server the maps' background comes from: what an administrator has set in the app, else the environment.

The content security policy of every answer needs it without asking the database, so it is cached here, and read again
when the maps' style is requested and when it changes.
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
    """As last read; what the environment says before that."""
    return _known.get("now") or _of({})


def refresh() -> Tiles:
    """Read it again. If the database does not answer, the cached value stays."""
    with contextlib.suppress(*store.UNAVAILABLE):
        _known["now"] = _of(server_settings.read())
    return current()


def _of(found: dict[str, str]) -> Tiles:
    settings = config.settings()
    return Tiles(
        found.get(_URL, settings.tile_url), found.get(_ATTRIBUTION, settings.tile_attribution), _URL in found
    )


def change(url: str, attribution: str) -> None:
    """Use this server from now on; "" for no background. Raises ValueError with a sentence for the person."""
    url, attribution = url.strip(), attribution.strip()
    if url and not (
        url.startswith(("https://", "http://", "/")) and all(p in url for p in ("{x}", "{y}", "{z}"))
    ):
        raise ValueError("Enter the address with {z}, {x} and {y}, beginning with https://.")
    if any(c.isspace() or c in ";,'\"" for c in url) or len(url) > 500:
        raise ValueError("The address has a character that no address has.")
    if url and not attribution:
        raise ValueError("Enter who made the map: it is shown on every map.")
    server_settings.save({_URL: url, _ATTRIBUTION: attribution[:200]})
    refresh()


def reset() -> None:
    """Use the environment's setting again."""
    server_settings.save({_URL: None, _ATTRIBUTION: None})
    refresh()


def forget() -> None:
    """For tests: another database is another server."""
    _known.clear()
