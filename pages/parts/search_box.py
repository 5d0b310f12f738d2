"""The search box in the sidebar. Results come from /search.json, so that typing does not run the page."""

from pathlib import Path

import streamlit as st

from pages.parts import rooted

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "milevault_search",
    html='<div class="box"><span class="icon" aria-hidden="true">search</span><input type="search" '
    'placeholder="Search" aria-label="Search activities, routes, segments and gear" autocomplete="off">'
    '<div class="found" role="region" aria-live="polite" aria-label="Found"></div></div>\n',
    css=(_HERE / "search_box.css").read_text(encoding="utf-8"),
    js=(_HERE / "search_box.js").read_text(encoding="utf-8"),
)


def search_box() -> None:
    """Show the search box."""
    _component(key="milevault_search", data={"root": rooted.root()})
