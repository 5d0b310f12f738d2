"""Your account: units, time zone, password, signed-in browsers, two-factor codes, keys, export, and deletion."""

import streamlit as st

from milevault_core.accounts import identities, rules, upload_keys, users
from milevault_core.web.cookies import SESSION
from pages._export import export_section
from pages._figure_defaults import figure_defaults_section
from pages._page import context_cookie, page_title, require_user, send_to
from pages._sign_in_safety import (
    browsers_section,
    connections_section,
    delete_section,
    two_factor_section,
    without_password,
)
from pages._upload_keys import upload_keys_section
from pages.parts.theme import theme_choice

UNITS = {"metric": "Kilometres and metres", "imperial": "Miles and feet"}
DATES = {"day": "1 June 2026", "month": "June 1, 2026", "iso": "2026-06-01"}
CLOCKS = {"24h": "18:05", "12h": "6:05 PM"}
WEEKS = {"monday": "Monday", "sunday": "Sunday", "saturday": "Saturday"}

user = require_user()
page_title("Profile")

if st.session_state.pop("profile_saved", False):
    st.toast("Saved.", icon=":material/check:")


def one_of(label: str, options: dict[str, str], now: str, help: str | None = None) -> str:
    return st.radio(
        label,
        list(options),
        index=list(options).index(now),
        format_func=options.get,
        horizontal=True,
        help=help,
    )


with st.form("view"):
    st.subheader("How things are shown")
    zones = rules.time_zones()
    zone = st.selectbox(
        "Time zone", zones, index=zones.index(user.time_zone) if user.time_zone in zones else 0,
        help="Health days and nights follow a change within minutes. Activities take their time zone from their "
        "location or file; those with neither keep their current day until you read them again.",
    )  # fmt: skip
    units = one_of("Units", UNITS, user.units)
    written = one_of("Dates", DATES, user.date_format)
    clock = one_of("Clock", CLOCKS, user.clock)
    week = one_of("First day of the week", WEEKS, user.week_start,
                  help="Weekly records and streaks follow a change within minutes.")  # fmt: skip
    currency = st.text_input(
        "Currency", user.currency, max_chars=5, placeholder="None", width=120,
        help="Shown with the cost of gear: a symbol or letters, such as €, $ or CHF.",
    )  # fmt: skip
    if st.form_submit_button("Save", type="primary"):
        try:
            users.set_view(user.id, time_zone=zone, units=units, date_format=written, clock=clock, week_start=week,
                           currency=currency)  # fmt: skip
        except rules.Refused as refused:
            st.error(str(refused))
        else:
            st.session_state["profile_saved"] = True
            st.rerun()

with st.container(border=True):
    theme_choice()

figure_defaults_section(user)

token = context_cookie(SESSION)
connections = identities.of_user(user.id)
is_connected = bool(connections)
has_just_come = is_connected and identities.has_just_come(user.id, token)
with st.form("password", clear_on_submit=True):
    st.subheader("Password")
    if has_just_come:
        st.caption("You have just signed in with another service, so your current password is not asked for.")
        old = ""
    else:
        old = st.text_input("Current password", type="password", autocomplete="current-password")
    new = st.text_input("New password", type="password", autocomplete="new-password")
    again = st.text_input("Repeat the new password", type="password", autocomplete="new-password")
    keys_too = st.checkbox("Revoke all upload keys too", help="A new password alone does not revoke them.")
    if st.form_submit_button("Change password"):
        try:
            if new != again:
                raise rules.Refused("The two new passwords do not match.")
            if has_just_come:
                identities.set_password(user.id, token, new)
            else:
                users.change_password(user.id, old, new)
            if keys_too:
                upload_keys.revoke_all(user.id)
            send_to("/", post="/signin/end")
            st.stop()
        except rules.Refused as refused:
            st.error(str(refused))
    st.caption(
        "You will be signed out everywhere, including here. Upload keys keep working unless you revoke them."
    )
    if not has_just_come and is_connected:
        st.caption(without_password("set one"))

browsers_section(user)
two_factor_section(user)
connections_section(connections)
upload_keys_section(user)
export_section(user)
delete_section(user, token if has_just_come else None, is_connected)
