"""Addresses below the path of BASE_URL (`https://home.example/vault`). Elsewhere in the code addresses begin at /; the
path is added here, where a page passes them to the browser."""

import re

from milevault_core import config

# User text in our HTML has its quotes escaped, so this never matches inside it.
_ADDRESS = re.compile(r'(\s(?:href|src|data-go|data-post|data-refused)=")/(?!/)')


def root() -> str:
    """The path of BASE_URL, such as "/vault"; "" if MileVault is served at the root of its host."""
    return config.settings().root


def at(address: str) -> str:
    """An address of this server, as the browser needs it."""
    return root() + address if address.startswith("/") else address


def within(html: str) -> str:
    """Our HTML, with every address in it as the browser needs it."""
    return _ADDRESS.sub(lambda found: f"{found[1]}{root()}/", html) if root() else html
