"""Text into HTML, and addresses on this server."""

import html
from collections.abc import Iterable, Mapping
from datetime import date
from urllib.parse import urlencode

from milevault_core.formats.texts import straight


def escape(text: object) -> str:
    """A person's own text as HTML: nothing in it becomes markup, or turns the direction of what follows."""
    return html.escape(straight(str(text)), quote=True)


def address(path: str, parameters: Mapping[str, object] | None = None) -> str:
    """ "/activity?id=42". A list gives its parameter once an entry; what is empty or None is left out."""
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
    """The address of the page of a date; "" of none."""
    return address("/day", {"date": f"{day:%Y-%m-%d}"}) if day is not None else ""


def heading(title: str) -> str:
    """A heading of a section inside a block: one of Streamlit's would be an element of its own."""
    return f"<h2>{escape(title)}</h2>"


def icon(name: str, label: str = "") -> str:
    """A sign of the Material Symbols that Streamlit brings. Without a label it is decoration, and not read out."""
    said = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return f'<span class="icon" {said}>{escape(name)}</span>'


def joined(parts: Iterable[str], by: str = " · ") -> str:
    """The parts that say something, escaped."""
    return escape(by.join(p for p in parts if p and p != "–"))
