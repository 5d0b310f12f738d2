"""The one component that shows HTML of milevault_core/view/parts, with links that stay within the app."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from milevault_core.view.parts import colours, text
from pages.parts import rooted

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "milevault_block",
    html='<div class="root"></div>\n',
    css=(_HERE / "block.css").read_text(encoding="utf-8"),
    js=(_HERE / "block.js").read_text(encoding="utf-8"),
)
_PALETTE = colours.css()


def show(html: str, key: str) -> str | None:
    """Show HTML made by view/parts. Returns the `data-say` of the button in it that was just clicked, else None."""
    if not html:
        return None
    result = _component(
        key=key,
        data={"html": rooted.within(html), "palette": _PALETTE, "root": rooted.root()},
        on_said_change=lambda: None,
    )
    said = getattr(result, "said", None)
    return said if isinstance(said, str) else None


def parameters() -> dict[str, list[str]]:
    """The parameters in this page's address, as text."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def here(path: str) -> Callable[..., str]:
    """A function that returns this page's address with some parameters changed; "" removes one."""
    now = parameters()
    return lambda **changes: text.address(path, now | changes)
