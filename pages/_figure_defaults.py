"""Where each figure of an activity comes from, unless something else is chosen on its page."""

import streamlit as st

from milevault_core.accounts.account import Account
from milevault_core.actions import edits
from milevault_core.activities.sources import DERIVED, FIGURES, ORIGINS
from milevault_core.store.queries import edits as queries
from milevault_core.view.activities import provenance as view
from pages._page import require_user

_OURS = "MileVault's choice"


def figure_defaults_section(user: Account) -> None:
    now = queries.figure_defaults(user.id)
    with (
        st.expander("Where figures come from", icon=":material/input:"),
        st.form("figure_defaults", border=False),
    ):
        st.caption(
            "By default the device's figure is shown if it is plausible, else the one computed from the points. What "
            "you choose here applies to new activities; existing ones change when they are read again."
        )
        said = {}
        offered = [name for name in FIGURES if name not in DERIVED]
        for column, names in zip(st.columns(2), (offered[::2], offered[1::2]), strict=True):
            for name in names:
                said[name] = column.selectbox(
                    view.FIGURES[name][0] or "Max speed",
                    ["", *ORIGINS],
                    ["", *ORIGINS].index(now.get(name, "")),
                    format_func=lambda origin: view.ORIGINS.get(origin, _OURS),
                    key=f"default-{name}",
                )
        if st.form_submit_button("Save", type="primary"):
            own = require_user()
            for name, origin in said.items():
                if origin != now.get(name, ""):
                    edits.set_figure_default(own.id, name, origin)
            st.toast("Saved.", icon=":material/check:")
            st.rerun()
