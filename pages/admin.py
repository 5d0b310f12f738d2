"""The accounts on this server, and the state of the server. Administrators only."""

import streamlit as st

from milevault_core import store
from milevault_core.accounts import invitations, password_reset, two_factor, usage, users
from milevault_core.accounts.account import Account
from milevault_core.accounts.rules import Refused
from milevault_core.backup import state as backups
from milevault_core.server import status
from milevault_core.store import diagnosis
from milevault_core.view import dates, format, texts
from pages._page import page_title, require_admin, server_address
from pages.parts import confirm

LINK = "link_made"  # (sentence, address) of a link that was just created; shown once

admin = require_admin()
page_title("Administration")


def address(path: str, token: str) -> str:
    return f"{server_address()}/{path}?t={token}"


def keep_link(sentence: str, path: str, token: str) -> None:
    st.session_state[LINK] = (sentence, address(path, token))
    st.rerun()


def account_row(account: Account, state: users.State, used: usage.Usage) -> None:
    role = "Administrator" if account.is_admin else "Member"
    seen = (
        f"last seen {dates.day_time(used.last_seen_at, admin.time_zone)}"
        if used.last_seen_at
        else "not signed in"
    )
    about = (
        f"{role}{'' if state == 'open' else f' · {state}'} · "
        f"{texts.count(used.activity_count, 'activity', 'activities')} · "
        f"{format.size(used.original_bytes)} of files · {seen}"
        + (" · two-factor codes" if used.has_two_factor else "")
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{texts.plain(account.username)}**  \n{about}", width="stretch")
        if account.id != admin.id and state != "being deleted":
            account_menu(account, state == "disabled", used)


def account_menu(account: Account, is_disabled: bool, used: usage.Usage) -> None:
    name = account.username
    with st.popover("Change", icon=":material/manage_accounts:", key=f"menu-{account.id}"):
        if not is_disabled and st.button("Make a link for a new password", key=f"reset-{account.id}"):
            token = password_reset.link(require_admin().id, account.id)
            keep_link(
                f"This link lets {name} choose a new password. It works once, for a day.", "reset", token
            )
        if used.has_two_factor and st.button("Turn two-factor codes off", key=f"codes-{account.id}"):
            two_factor.turn_off_for(require_admin().id, account.id)
            st.rerun()
        other = "Make a member" if account.is_admin else "Make an administrator"
        if not is_disabled and st.button(other, key=f"role-{account.id}"):
            users.set_role(require_admin().id, account.id, not account.is_admin)
            st.rerun()
        if is_disabled and st.button("Enable", key=f"enable-{account.id}"):
            users.enable(account.id, require_admin().id)
            st.rerun()
    if not is_disabled and confirm(
        "Disable",
        f"{name} is signed out and can no longer sign in. Nothing is deleted.",
        "Disable the account",
        f"disable-{account.id}",
        ":material/person_off:",
    ):
        users.disable(account.id, require_admin().id)
        st.rerun()


st.subheader("Accounts", anchor=False)
if made := st.session_state.pop(LINK, None):
    st.success(f"{texts.plain(made[0])} Copy it now: it is not shown again.")
    st.code(made[1], language=None, wrap_lines=True)
used_by = usage.of_everyone(admin.id)
for one, state in users.everyone(admin.id):
    if one.id not in used_by:
        continue  # created between the two queries: shown at the next visit
    try:
        account_row(one, state, used_by[one.id])
    except Refused as refused:  # somebody else has just changed the account
        st.error(texts.plain(str(refused)))
st.caption(
    "You can invite people, disable accounts and help people back in. You do not see their activities, "
    "health or files here, and cannot sign in as them. "
    "The people who run the server can read its database and backups, though."
)

st.subheader("Invitations", anchor=False)
for each in invitations.pending(admin.id):
    with st.container(horizontal=True, vertical_alignment="center"):
        role = "as an administrator" if each.is_admin else "as a member"
        st.markdown(f"**{texts.plain(each.note or 'Somebody')}** {role}", width="stretch")
        st.caption(f"works until {dates.day_time(each.expires_at, admin.time_zone)}")
        if st.button("Withdraw", key=f"withdraw-{each.key[:16]}"):
            invitations.withdraw(require_admin().id, each.key)
            st.rerun()
with st.form("invite", clear_on_submit=True):
    note = st.text_input("Who is it for?", placeholder="Grandma", max_chars=80)
    is_admin = st.checkbox("Administrator")
    if st.form_submit_button("Make an invitation", type="primary", icon=":material/person_add:"):
        try:
            token = invitations.invite(require_admin().id, note, is_admin)
        except Refused as refused:
            st.error(str(refused))
        else:
            sentence = (
                f"This link lets {note.strip() or 'somebody'} create an account. It works once, for a week."
            )
            keep_link(sentence, "invite", token)

st.subheader("Server", anchor=False)
health = diagnosis.look(store.database().dsn)
last = backups.state().backup
queue = ", ".join(f"{count} {name}" for name, count in health.queues.items()) or "none waiting"
facts = {
    "MileVault": status.version(),
    "Database": f"PostgreSQL {health.postgresql}"
    + (f", TimescaleDB {health.timescaledb}" if health.timescaledb else "")
    + f", {format.size(health.size_bytes)}",
    "Workers": f"{health.workers} running",
    "Jobs": queue
    + (f"; {texts.count(health.failed_jobs, 'job')} failed in the last day" if health.failed_jobs else ""),
    "Last backup": dates.day_time(last.at, admin.time_zone) if last else "none yet",
}
st.markdown("  \n".join(f"**{label}** · {texts.plain(text)}" for label, text in facts.items()))
