"""The first visit, while nobody has an account: a form for whoever came by the one-time link, a sentence for
everybody else."""

import streamlit as st

from milevault_core.accounts import first, rules
from milevault_core.web.cookies import SETUP
from pages import _page

NO_LINK = (
    "MileVault has no account yet. The first one is made by a link that works once: `manage.py run` prints it "
    "when it starts, and opens it. On a server, set ADMIN_PASSWORD or use `manage.py user add`."
)
UNITS = {"metric": "Kilometres and metres", "imperial": "Miles and feet"}


def first_account() -> int | None:
    """The new user's id, once the form was filled in right."""
    token = _page.context_cookie(SETUP)
    if not first.is_valid(token):
        st.info(NO_LINK)
        return None
    st.write("Welcome. Make your account: it is the first one, and an administrator's.")
    zones = rules.time_zones()
    here = _page.context_text("timezone")
    with st.form("first_account"):
        username = st.text_input("User name", autocomplete="username")
        password = st.text_input("Password", type="password", autocomplete="new-password")
        again = st.text_input("Password, again", type="password", autocomplete="new-password")
        zone = st.selectbox("Time zone", zones, index=zones.index(here) if here in zones else 0)
        units = st.radio("Units", list(UNITS), format_func=UNITS.__getitem__, horizontal=True)
        if not st.form_submit_button("Make the account", type="primary"):
            return None
    if password != again:
        st.error("The two passwords are not the same.")
        return None
    try:
        return first.create(token, username, password, time_zone=zone, units=units).id
    except rules.Refused as refused:
        st.error(str(refused))
        return None
