"""The page shown for unknown addresses."""

import streamlit as st

from milevault_core.view import texts
from milevault_core.view.parts import lines
from pages._addresses import SITE
from pages._page import page_title, require_user
from pages.parts import show

require_user()
page_title("There is no such page")
asked, maybe = st.query_params.get("address", "")[:80], st.query_params.get("maybe", "")
if asked:
    st.markdown(f"There is nothing at **/{texts.plain(asked)}**.")
titles = {address: title for _, title, _, address, _, seen_by in SITE if seen_by == "all"}
first = [(titles[maybe], f"/{maybe}")] if maybe in titles else []
show(
    lines.ways(
        [("arrow_forward", title, "Did you mean this page?", to) for title, to in first]
        + [("space_dashboard", "Dashboard", "The last weeks at a glance.", "/"),
           ("directions_bike", "Activities", "Everything you have done, to search and filter.", "/activities")]
    ),
    key="ways",
)  # fmt: skip
