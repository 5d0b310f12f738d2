"""Forms for visitors with a one-time link: the first account, an invitation, a new password. While there is no account
yet, visitors without a link get a message."""

import functools
from collections.abc import Callable

import streamlit as st

from milevault_core.accounts import first, invitations, password_reset, rules
from milevault_core.accounts.account import Account
from milevault_core.view import texts
from milevault_core.web.cookies import SETUP
from pages import _page

NO_LINK = (
    "MileVault has no account yet. Create the first one with the one-time link that `manage.py run` prints "
    "when it starts. On a server, set ADMIN_PASSWORD or use `manage.py user add`."
)
DIFFERENT = "The two passwords do not match."
PASSWORDS = f"At least {rules.PASSWORD_MIN_CHARACTERS} characters. A few words in a row are easy to remember."
UNITS = {"metric": "Kilometres and metres", "imperial": "Miles and feet"}


def first_account() -> int | None:
    """The new user's id once the form has been completed."""
    token = _page.context_cookie(SETUP)
    if not first.is_valid(token):
        st.info(NO_LINK)
        return None
    st.write("Welcome. Create the first account. It will be an administrator.")
    return _account_form("first_account", functools.partial(first.create, token))


def invited(token: object) -> int | None:
    """The new user's id once the form has been completed."""
    st.write("Welcome. You have been invited: choose a user name and a password.")
    _instead("I already have an account")
    return _account_form("invited", functools.partial(invitations.accept, token))


def new_password(token: object, username: str) -> int | None:
    """The user's id once a new password has been set."""
    st.write(f"Choose a new password for {texts.plain(username)}. You will be signed out everywhere else.")
    _instead("Sign in with the old password")
    with st.form("new_password"):
        password = st.text_input("New password", type="password", autocomplete="new-password")
        again = st.text_input("Repeat the password", type="password", autocomplete="new-password")
        if not st.form_submit_button("Set the password", type="primary"):
            return None
    if password != again:
        st.error(DIFFERENT)
        return None
    try:
        return password_reset.use(token, password)
    except rules.Refused as refused:
        st.error(str(refused))
        return None


def _instead(label: str) -> None:
    """A button from a link's form to the sign-in form. The browser forgets the link, but the link stays valid."""
    if st.button(label, type="tertiary", icon=":material/login:", key="instead"):
        _page.send_to("/", post="/signin/end")
        st.stop()


def _account_form(key: str, make: Callable[..., Account]) -> int | None:
    zones = rules.time_zones()
    here = _page.context_text("timezone")
    with st.form(key):
        username = st.text_input("User name", autocomplete="username")
        password = st.text_input("Password", type="password", autocomplete="new-password", help=PASSWORDS)
        again = st.text_input("Repeat the password", type="password", autocomplete="new-password")
        zone = st.selectbox("Time zone", zones, index=zones.index(here) if here in zones else 0)
        units = st.radio("Units", list(UNITS), format_func=UNITS.__getitem__, horizontal=True)
        if not st.form_submit_button("Create account", type="primary"):
            return None
    if password != again:
        st.error(DIFFERENT)
        return None
    try:
        return make(username, password, time_zone=zone, units=units).id
    except rules.Refused as refused:
        st.error(str(refused))
        return None
