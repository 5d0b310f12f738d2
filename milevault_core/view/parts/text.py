"""Text into HTML, and addresses on this server."""

import html
from collections.abc import Iterable, Mapping
from datetime import date
from urllib.parse import urlencode

from milevault_core.formats.texts import straight


def escape(text: object) -> str:
    """A user's own text as HTML: nothing in it becomes markup or changes the text direction of what follows."""
    return html.escape(straight(str(text)), quote=True)


def address(path: str, parameters: Mapping[str, object] | None = None) -> str:
    """ "/activity?id=42". A list repeats its parameter for each entry; empty values and None are left out."""
    pairs: list[tuple[str, str]] = []
    for name, value in (parameters or {}).items():
        many = value if isinstance(value, list | tuple) else [value]
        pairs += [(name, str(one)) for one in many if one not in (None, "", False)]
    return path + (f"?{urlencode(pairs)}" if pairs else "")


def link(path: str, label: str, parameters: Mapping[str, object] | None = None, kind: str = "") -> str:
    """A link within MileVault; `kind` is a class of block.css. The label is escaped."""
    made = f' class="{kind}"' if kind else ""
    return f'<a{made} href="{escape(address(path, parameters))}">{escape(label)}</a>'


def day_page(day: date | None) -> str:
    """The address of a date's page; "" for None."""
    return address("/day", {"date": f"{day:%Y-%m-%d}"}) if day is not None else ""


def heading(title: str) -> str:
    """A section heading inside a block, where Streamlit's own heading would be a separate element."""
    return f"<h2>{escape(title)}</h2>"


def icon(name: str, label: str = "") -> str:
    """A Material Symbols icon, from the font that comes with Streamlit. Without a label screen readers skip it."""
    said = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return f'<span class="icon" {said}>{escape(name)}</span>'


def joined(parts: Iterable[str], by: str = " · ") -> str:
    """The parts that are neither empty nor "–", joined and escaped."""
    return escape(by.join(p for p in parts if p and p != "–"))
