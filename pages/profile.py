"""Your account: units, time zone, password, browsers that are signed in."""

import streamlit as st

from milevault_core.accounts import rules, sessions, users
from pages._page import page_title, require_user, send_to
from pages._upload_keys import upload_keys_section

UNITS = {"metric": "Kilometres and metres", "imperial": "Miles and feet"}

user = require_user()
page_title("Profile")
st.caption(f"Signed in as {user.username}")

with st.form("view"):
    st.subheader("How things are shown")
    zones = rules.time_zones()
    zone = st.selectbox(
        "Time zone", zones, index=zones.index(user.time_zone) if user.time_zone in zones else 0
    )
    units = st.radio(
        "Units",
        list(UNITS),
        index=list(UNITS).index(user.units),
        format_func=UNITS.__getitem__,
        horizontal=True,
    )
    if st.form_submit_button("Save", type="primary"):
        users.set_view(user.id, time_zone=zone, units=units)
        st.rerun()

with st.form("password", clear_on_submit=True):
    st.subheader("Password")
    old = st.text_input("Old password", type="password", autocomplete="current-password")
    new = st.text_input("New password", type="password", autocomplete="new-password")
    again = st.text_input("New password, again", type="password", autocomplete="new-password")
    if st.form_submit_button("Change the password"):
        try:
            if new != again:
                raise rules.Refused("The two new passwords are not the same.")
            users.change_password(user.id, old, new)
            send_to("/", post="/signin/end")
            st.stop()
        except rules.Refused as refused:
            st.error(str(refused))
    st.caption("Every browser is signed out, this one too.")

upload_keys_section(user)
if st.button("Sign out everywhere", icon=":material/logout:"):
    sessions.end_all(user.id)
    send_to("/", post="/signin/end")
