"""Addresses below the path of BASE_URL (`https://home.example/vault`). Everywhere else they begin at /; they get the
path here, where a page hands them to the browser."""

import re

from milevault_core import config

# In our HTML a person's own text has its quotes escaped, so this is never a part of it.
_ADDRESS = re.compile(r'(\s(?:href|src|data-go|data-post|data-refused)=")/(?!/)')


def root() -> str:
    """ "/vault"; "" where MileVault has a name of its own."""
    return config.settings().root


def at(address: str) -> str:
    """An address of this server, as the browser needs it."""
    return root() + address if address.startswith("/") else address


def within(html: str) -> str:
    """HTML made by us, with every address in it as the browser needs it."""
    return _ADDRESS.sub(lambda found: f"{found[1]}{root()}/", html) if root() else html
