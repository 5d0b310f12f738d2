"""Garmin Connect: connect, enter the code, see the status, sync now, pause, disconnect."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from milevault_core.accounts import vault
from milevault_core.actions import garmin as actions
from milevault_core.store.queries import garmin as queries
from milevault_core.view import dates, texts
from milevault_core.view import garmin as view
from milevault_core.view.parts.things import Group, Things, things
from pages._page import fragment, page_title, require_user
from pages.parts import confirm, here, progress, show, what_is_this

ABOUT = """
Garmin offers no access for private servers, so MileVault signs in the way Garmin's own app does, with the package
*garminconnect*. Your **password is used once and never stored**: only the session that Garmin issues is kept, encrypted
with the server's `SECRET_KEY`. Signing in over and over with a stored password is what gets people locked out at
Garmin, so when a session ends, you sign in again.

Every half hour, one request asks whether your watch has uploaded anything new. Only then does MileVault ask for more,
at most one request a second, and never for what it already has. When Garmin asks for fewer requests, MileVault stays
away for an hour, then two, four, and at most a day.
"""
SIGNS = {"good": st.success, "wait": st.info, "bad": st.error}

user = require_user()
page_title("Garmin Connect")


def state() -> dict[str, Any] | None:
    rows = queries.state(user.id)
    return None if rows.empty else rows.iloc[0].to_dict()


def is_moving(row: dict[str, Any] | None) -> bool:
    """Whether the state may change by itself within seconds, so that the page must refresh."""
    return row is not None and (
        view.is_signing_in(row, view.now())
        or (row["is_connected"] and view.at(row["pass_began_at"]) is not None and row["state"] == "ok")
        or (row["is_connected"] and view.at(row["last_sync_at"]) is None and row["state"] == "ok")
    )


def sign_in_form(is_again: bool) -> None:
    if not vault.is_ready():
        st.warning(
            "This server has no SECRET_KEY to encrypt the session with, so nothing can be connected. Its operator "
            "can add one to .env next to manage.py (`python3 manage.py setup` does this, or use `openssl rand -hex "
            "32`) and restart MileVault."
        )
        return
    with st.form("connect", clear_on_submit=True):
        st.subheader("Sign in again" if is_again else "Connect", anchor=False)
        email = st.text_input("E-mail address at Garmin", autocomplete="off")
        password = st.text_input("Password at Garmin", type="password", autocomplete="off")
        is_china = st.checkbox("My account is at garmin.cn (China)")
        st.caption("The password is used once, by this server, and never stored.")
        if st.form_submit_button("Sign in at Garmin", type="primary", icon=":material/login:"):
            attempt(lambda: actions.connect(require_user().id, email, password, is_china))
    with st.expander("Use a token instead"), st.form("token", clear_on_submit=True, border=False):
        st.markdown(
            "If signing in from this server does not work, sign in elsewhere with the package *garminconnect* (0.3 or "
            "newer) and paste the content of its `garmin_tokens.json`. It gives access to your account: do not paste "
            "it anywhere else."
        )
        token = st.text_input("Token", type="password", autocomplete="off", max_chars=20_000)
        is_china = st.checkbox("For garmin.cn (China)")
        if st.form_submit_button("Use this token", icon=":material/key:"):
            attempt(lambda: actions.bring_token(require_user().id, token, is_china))


def attempt(action: Callable[[], object]) -> None:
    try:
        action()
    except (ValueError, LookupError, vault.NoKey) as error:
        st.error(str(error))
        return
    st.rerun()


def code_form() -> None:
    with st.form("code", clear_on_submit=True):
        st.subheader("The code", anchor=False)
        st.markdown(
            "Garmin has sent you a code, by e-mail, SMS or your authenticator app. It is valid for ten minutes."
        )
        code = st.text_input("Code", autocomplete="one-time-code", max_chars=12)
        if st.form_submit_button("Continue", type="primary", icon=":material/arrow_forward:"):
            attempt(lambda: actions.give_code(require_user().id, code))
    if st.button("Cancel", key="give_up"):
        actions.give_up(require_user().id)
        st.rerun()


def show_state(row: dict[str, Any]) -> None:
    now = view.now()
    if trouble := view.sign_in_trouble(row, now):
        st.error(texts.plain(trouble))
    if view.is_signing_in(row, now):
        st.info(view.WAITING[row["step"]], icon=":material/hourglass_top:")
    stands = view.standing(row, user.time_zone, now)
    if stands.tone in SIGNS:
        SIGNS[stands.tone](texts.plain(stands.text))
        told = [f"Account: {row['full_name']}" if row["full_name"] else "", stands.next]
        told.append(
            texts.count(int(row["last_calls"]), "request") + " in the last run." if row["last_calls"] else ""
        )
        st.caption(texts.plain(" · ".join(part for part in told if part)))
    if found := view.progress(row, dates.today(user.time_zone)):
        progress(*found)


def buttons(row: dict[str, Any]) -> None:
    cooling = view.at(row["cooling_until"])
    is_cooling = cooling is not None and cooling > view.now()
    with st.container(horizontal=True):
        held = is_cooling or row["is_paused"] or row["state"] == "needs_sign_in"
        why = (
            "Not available while Garmin refuses requests, while syncing is paused, or without a session."
            if held
            else None
        )
        if st.button("Sync now", icon=":material/sync:", key="sync_now", disabled=bool(held), help=why):
            actions.sync_now(require_user().id)
            st.toast("A sync is running.", icon=":material/sync:")
        if row["is_paused"]:
            if st.button("Resume", icon=":material/play_arrow:", key="resume"):
                actions.resume(require_user().id)
                st.rerun()
        elif st.button("Pause", icon=":material/pause:", key="pause"):
            actions.pause(require_user().id)
            st.rerun()
        what = "The session is deleted. What was imported stays; connect again, and it continues where it left off."
        if confirm("Disconnect", what, "Disconnect", "disconnect", ":material/link_off:"):
            actions.disconnect(require_user().id)
            st.rerun()


row = state()
moving = is_moving(row)


@fragment(run_every="2s" if moving else None)
def watch() -> None:
    found = state()
    if found is not None:
        show_state(found)
    if moving and not is_moving(found):
        st.rerun()  # once more, without the timer and with other forms


what_is_this(ABOUT, "about")
if moving:
    watch()
elif row is not None:
    show_state(row)
if row is not None and view.wants_code(row, view.now()):
    code_form()
elif row is None or (
    (not row["is_connected"] or row["state"] == "needs_sign_in") and not view.is_signing_in(row, view.now())
):
    sign_in_form(row is not None and row["state"] == "needs_sign_in")
if row is not None and row["is_connected"]:
    buttons(row)
if row is not None and row["deleted"]:
    gone = queries.deleted(user.id)
    if len(gone):
        st.subheader("Deleted at Garmin, kept here", anchor=False)
        groups = [Group("", view.deleted_things(gone, user.time_zone))]
        show(
            things(Things("Gone at Garmin", view.GONE, view.GONE_COLUMNS, groups), here("/garmin")),
            key="gone",
        )
