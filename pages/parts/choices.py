"""A page's choices are kept in its address and nowhere else.

Streamlit keeps the value of each widget bound to the address, and gives it to any page with a widget of that name. On
the way to another page, it removes the previous page's bound parameters from the new address: `?sport=` of Trends was
lost after Records. So when a page begins, it forgets the choices of other pages and takes its address as the browser
sent it.
"""

from collections.abc import Mapping

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

OUTLIVE_A_PAGE = ("_page", "map_background", "undo_offered")  # what st.session_state keeps across pages


def begin(address: str) -> None:
    """Called by the site before a page runs. address: of the page, without its parameters."""
    before = st.session_state.get("_page", address)
    st.session_state["_page"] = address
    if before == address:
        return
    for name in [n for n in st.session_state if n not in OUTLIVE_A_PAGE]:
        del st.session_state[name]
    context = get_script_run_ctx()
    asked = context.query_string if context else ""
    if context and asked:
        # Streamlit has no public API for this; tests/browser/test_back.py fails if it stops working.
        with context.session_state.query_params() as choices:
            had = dict(choices)
            choices.populate_from_query_string(asked)
            choices.set_initial_query_params_from_current()
            if dict(choices) != had:
                choices._send_query_param_msg()


def by_key(name: str, labels: Mapping[str, str]) -> None:
    """Also let an address name a choice by its key (`?show=form`), because Streamlit itself only knows labels. Call it
    before creating the widget of this name. A choice of several is named by several."""
    asked = st.query_params.get_all(name)
    context = get_script_run_ctx()
    if (
        context
        and any(each in labels for each in asked)
        and (name not in st.session_state or context.is_history_navigation)
    ):
        said = [labels.get(each, each) for each in asked]
        with context.session_state.query_params() as choices:
            choices.set_with_no_forward_msg(name, said if len(said) > 1 else said[0])
            choices.set_initial_query_params_from_current()
