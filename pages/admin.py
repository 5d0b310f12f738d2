"""Accounts of this server. Administrators only."""

import streamlit as st

from milevault_core.accounts import rules, users
from milevault_core.view import words
from pages._page import page_title, require_admin

admin = require_admin()
page_title("Administration")

st.subheader("Accounts")
for account, is_disabled in users.everyone(admin.id):
    with st.container(horizontal=True, vertical_alignment="center"):
        role = "administrator" if account.is_admin else "user"
        st.markdown(
            f"**{words.plain(account.username)}** · {role}{' · closed' if is_disabled else ''}",
            width="stretch",
        )
        if account.id == admin.id:
            continue
        if is_disabled and st.button("Open again", key=f"enable-{account.id}"):
            users.enable(account.id)
            st.rerun()
        if not is_disabled and st.button(
            "Close", key=f"disable-{account.id}", help="Nothing of it is deleted."
        ):
            users.disable(account.id)
            st.rerun()

with st.form("new", clear_on_submit=True):
    st.subheader("A new account")
    name = st.text_input("User name")
    password = st.text_input("First password", type="password", autocomplete="new-password")
    is_admin = st.checkbox("Administrator")
    if st.form_submit_button("Make the account", type="primary"):
        try:
            users.create(name, password, is_admin=is_admin, time_zone=admin.time_zone, units=admin.units)
            st.rerun()
        except rules.Refused as refused:
            st.error(str(refused))
