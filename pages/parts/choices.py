"""What is chosen on a page stands in its address and nowhere else.

Streamlit keeps the value of every widget that is bound to the address for whichever page has one of that name, and on
the way to another page strikes from its address what was bound on the page before: `?sport=` of Trends was lost after
Records. So a page that begins forgets what others chose, and takes its address as the browser sent it.
"""

from collections.abc import Mapping

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

OUTLIVE_A_PAGE = ("_page", "map_background", "undo_offered")  # what st.session_state holds for all pages


def begin(address: str) -> None:
    """Called by the site before a page runs. address: of the page, without its choices."""
    before = st.session_state.get("_page", address)
    st.session_state["_page"] = address
    if before == address:
        return
    for name in [n for n in st.session_state if n not in OUTLIVE_A_PAGE]:
        del st.session_state[name]
    context = get_script_run_ctx()
    asked = context.query_string if context else ""
    if context and asked:
        # Streamlit has no public way to say so; tests/browser/test_back.py tells if this one goes.
        with context.session_state.query_params() as choices:
            had = dict(choices)
            choices.populate_from_query_string(asked)
            choices.set_initial_query_params_from_current()
            if dict(choices) != had:
                choices._send_query_param_msg()


def by_key(name: str, labels: Mapping[str, str]) -> None:
    """Let an address name a choice by its key (`?show=form`), too: Streamlit itself only knows its label. Called before
    the widget of this name is made."""
    asked = st.query_params.get(name, "")
    context = get_script_run_ctx()
    if context and asked in labels and (name not in st.session_state or context.is_history_navigation):
        with context.session_state.query_params() as choices:
            choices.set_with_no_forward_msg(name, labels[asked])
            choices.set_initial_query_params_from_current()
