"""How safe this server's data is: backups and their proofs. Administrators only."""

from datetime import UTC, datetime

import streamlit as st

from milevault_core.backup import state as backups
from milevault_core.view import dates, format, words
from pages._page import page_title, require_admin

admin = require_admin()
page_title("Settings")


def ago(at: datetime) -> str:
    """ "3 hours ago"."""
    hours = int((datetime.now(UTC) - at).total_seconds() // 3600)
    if hours < 1:
        return "within the last hour"
    if hours < 48:
        return f"{words.count(hours, 'hour')} ago"
    return f"{words.count(hours // 24, 'day')} ago"


def show_last(label: str, last: backups.Last | None, none: str, what: str) -> None:
    with st.container(border=True, height="stretch"):
        st.caption(label)
        if last is None:
            st.markdown(f"**{none}**")
            return
        st.markdown(f"**{dates.day_time(last.at, admin.time_zone)}** · {ago(last.at)}")
        st.markdown(what)
        st.caption(words.plain(last.file) + ("" if last.is_there else " (not there any more)"))


@st.fragment(run_every="2s" if backups.state().is_running else None)
def show_backups() -> None:
    require_admin()
    found = backups.state()
    for problem, remedy in found.problems:
        st.warning(f"{words.plain(problem)}  \n{words.plain(remedy)}", icon=":material/warning:")
    left, right = st.columns(2)
    backup, proof = found.backup, found.proof
    with left:
        what = f"{format.size(backup.size_bytes)}, {backup.row_count:,} rows" if backup else ""
        show_last("Last backup", backup, "None yet", what)
    with right:
        what = ""
        if proof:
            made = dates.day_time(proof.made_at, admin.time_zone)
            what = f"All {proof.row_count:,} rows came back, of the backup of {made}"
        show_last("Last proven restore", proof, "None yet", what)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "Back up now", icon=":material/backup:", type="primary", disabled=found.is_running, key="backup"
        ):
            backups.ask("backup")
            st.rerun()
        can_prove = backup is not None and backup.is_there
        if st.button(
            "Prove the last backup",
            icon=":material/verified:",
            disabled=found.is_running or not can_prove,
            help="Restores it into a scratch database and compares every row; your data is only read.",
            key="prove",
        ):
            backups.ask("proof", backup.file if backup else "")
            st.rerun()
        if found.is_running:
            st.markdown(":material/hourglass_top: Under way; imports go on meanwhile.")
    if was_running and not found.is_running:
        st.rerun()  # once more without the clock


st.subheader("Backups", anchor=False)
was_running = backups.state().is_running
show_backups()
st.caption(
    f"Every night into {words.plain(backups.state().folder)}; proven every week. Keep a copy on another machine: "
    "a backup on the same disk does not help when the disk dies."
)
