"""Sections of the Profile page about signing in: browsers, two-factor codes, deleting the account."""

import streamlit as st

from milevault_core.accounts import deletion, identities, oidc_settings, sessions, two_factor, vault
from milevault_core.accounts.account import Account
from milevault_core.accounts.rules import Refused
from milevault_core.view import browsers as browser_names
from milevault_core.view import dates, texts
from milevault_core.web.cookies import KNOWN, SESSION
from pages._login import OIDC_SENTENCES
from pages._page import context_cookie, context_text, require_user, send_to
from pages.parts import confirm

OFFERED = "two_factor_offered"  # the secret that has been shown but not turned on yet
SHOWN = "recovery_codes"


def browsers_section(user: Account) -> None:
    with st.container(border=True):
        st.subheader("Where you are signed in", anchor=False)
        for each in sessions.browsers(user.id, context_cookie(SESSION)):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{texts.plain(browser_names.name(each.user_agent))}**", width="stretch")
                since = dates.day_time(each.created_at, user.time_zone)
                if each.is_this:
                    st.caption(f"this browser, since {since}")
                    continue
                seen = dates.day_time(each.last_seen_at, user.time_zone)
                st.caption(f"since {since}, last seen {seen}")
                if st.button("Sign out", key=f"end-{each.key[:16]}"):
                    sessions.end_one(require_user().id, each.key)
                    st.rerun()
        question = "Every browser and phone that is signed in will have to sign in again, including this one."
        if confirm(
            "Sign out everywhere", question, "Sign out everywhere", "sign_out_all", ":material/logout:"
        ):
            sessions.end_all(user.id)
            send_to("/", post="/signin/end")
            st.stop()


def two_factor_section(user: Account) -> None:
    with st.container(border=True):
        st.subheader("Two-factor codes", anchor=False)
        if codes := st.session_state.pop(SHOWN, None):
            st.success("These are your recovery codes. Keep them somewhere safe: they are not shown again.")
            st.code("\n".join(codes), language=None)
        if two_factor.is_on(user.id):
            _is_on(user)
        elif OFFERED in st.session_state:
            _turn_on(user)
        else:
            st.caption(
                "After your password, MileVault will also ask for a code from an app on your phone. "
                "Someone who learns your password still cannot sign in."
            )
            if not vault.is_ready():
                st.info(
                    "The server has no SECRET_KEY to encrypt the app's key with. Its operator can set one in .env."
                )
            elif st.button("Turn on", key="two_factor_on", icon=":material/phonelink_lock:"):
                st.session_state[OFFERED] = two_factor.new_secret()
                st.rerun()


def _turn_on(user: Account) -> None:
    secret = st.session_state[OFFERED]
    st.markdown(
        "Scan this with your authenticator app, or type the key into it. Then enter the code that it shows."
    )
    st.image(two_factor.qr_code(two_factor.address(secret, user.username)), width=220)
    st.code(" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)), language=None)
    with st.form("two_factor", border=False):
        code = st.text_input("Code", autocomplete="one-time-code", max_chars=10)
        with st.container(horizontal=True):
            is_sent = st.form_submit_button("Turn on", type="primary")
            is_off = st.form_submit_button("Cancel")
    if is_off:
        del st.session_state[OFFERED]
        st.rerun()
    if is_sent:
        try:
            st.session_state[SHOWN] = two_factor.turn_on(require_user().id, secret, code)
        except Refused as refused:
            st.error(str(refused))
            return
        del st.session_state[OFFERED]
        st.rerun()


def _is_on(user: Account) -> None:
    left = two_factor.recovery_codes_left(user.id)
    st.markdown(f"On. {texts.count(left, 'recovery code')} left.")
    with st.form("two_factor_change", border=False, clear_on_submit=True):
        code = st.text_input(
            "Code", autocomplete="one-time-code", help="Any change needs a code, or a recovery code."
        )
        with st.container(horizontal=True):
            is_new = st.form_submit_button("New recovery codes")
            is_off = st.form_submit_button("Turn off")
    if not (is_new or is_off):
        return
    mine = require_user().id
    try:
        two_factor.check(mine, code, context_text("ip_address") or None, context_cookie(KNOWN))
    except Refused as refused:
        st.error(str(refused))
        return
    if is_off:
        two_factor.turn_off(mine)
    else:
        st.session_state[SHOWN] = two_factor.new_recovery_codes(mine)
    st.rerun()


def connections_section(found: list[identities.Connection]) -> None:
    """The identity provider accounts that this user can sign in with; nothing if there is no provider."""
    provider = oidc_settings.current()
    if not provider.is_ready and not found:
        return
    with st.container(border=True):
        st.subheader(texts.plain(provider.label), anchor=False)
        if sentence := OIDC_SENTENCES.get(st.query_params.get("oidc", "")):
            st.error(sentence)
        for each in found:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(texts.plain(f"Connected with {each.issuer}"), width="stretch")
                said = (
                    "After that you can sign in only with your password here. You can connect it again later."
                )
                if confirm("Disconnect", said, "Disconnect it", f"disconnect-{each.subject[:40]}",
                           ":material/link_off:"):  # fmt: skip
                    identities.disconnect(require_user().id, each.issuer, each.subject)
                    st.rerun()
        if provider.is_ready and not found:
            st.caption("Sign in there instead of with a password here.")
            if st.button("Connect", key="connect", icon=":material/link:"):
                send_to("/oidc/start?connect=1")
                st.stop()


def without_password(what: str) -> str:
    """Help for a user without a password, whose account the provider created. what: the action they want."""
    return (
        "You never chose a password here? Sign out, sign in again the way you always do, and come back to this page "
        f"within ten minutes. You can then {what} without it."
    )


def delete_section(user: Account, came_by: str | None = None, is_connected: bool = False) -> None:
    """came_by: the token of a session just started through the identity provider; then the user name is enough."""
    with st.container(border=True):
        st.subheader("Delete this account", anchor=False)
        st.caption(
            "This deletes everything of yours: activities, files, records and health data. It cannot be undone, and "
            "restoring an older backup does not bring it back."
        )
        with (
            st.popover("Delete my account", icon=":material/delete_forever:"),
            st.form("delete", border=False),
        ):
            if came_by:
                typed = st.text_input("Your user name", placeholder=user.username, autocomplete="off")
            else:
                typed = st.text_input("Your password", type="password", autocomplete="current-password")
                if is_connected:
                    st.caption(without_password("delete the account"))
            is_sent = st.form_submit_button("Delete everything", type="primary")
        if is_sent:
            try:
                if came_by:
                    deletion.ask_without_password(require_user().id, came_by, typed)
                else:
                    deletion.ask(require_user().id, typed)
            except Refused as refused:
                st.error(str(refused))
                return
            send_to("/", post="/signin/end")
            st.stop()
