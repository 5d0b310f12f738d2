"""Work that failed and was set aside: shown to its owner, who can retry it."""

import streamlit as st

from milevault_core.accounts.account import Account
from milevault_core.actions import set_aside
from milevault_core.store.queries import set_aside as queries
from milevault_core.view import set_aside as view
from milevault_core.view import texts

MOST = 20  # shown at once; the rest is counted


def show(user: Account) -> None:
    """A collapsed list of what is set aside, with a button for each; nothing if there is none."""
    rows = queries.waiting(user.id)
    if rows.empty:
        return
    count = len(rows)
    with st.expander(
        f"{count} {'thing' if count == 1 else 'things'} could not be done", icon=":material/error:"
    ):
        for number, row in enumerate(rows.head(MOST).to_dict("records")):
            with st.container(horizontal=True, vertical_alignment="center"):
                # The sentence contains names of activities and files.
                st.markdown(texts.plain(view.sentence(row, user.time_zone)))
                if st.button(
                    "Try again", key=f"try-again-{number}-{row['scope']}-{row['step']}-{row['key']}"
                ):
                    set_aside.try_again(user.id, row["scope"], row["step"], row["key"])
                    st.rerun()
        if count > MOST:
            st.caption(f"And {count - MOST} more.")
