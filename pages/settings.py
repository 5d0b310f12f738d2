"""Settings of the whole server: backups and their verification, map background, identity provider. Administrators
only."""

from datetime import UTC, datetime

import streamlit as st

from milevault_core import config
from milevault_core.backup import state as backups
from milevault_core.view import dates, format, texts
from milevault_core.web import tiles
from pages._page import fragment, page_title, require_admin
from pages._provider import provider_section

admin = require_admin()
page_title("Settings")


def ago(at: datetime) -> str:
    """ "3 hours ago"."""
    hours = int((datetime.now(UTC) - at).total_seconds() // 3600)
    if hours < 1:
        return "within the last hour"
    if hours < 48:
        return f"{texts.count(hours, 'hour')} ago"
    return f"{texts.count(hours // 24, 'day')} ago"


def show_last(label: str, last: backups.LastRun | None, none: str, what: str) -> None:
    with st.container(border=True, height="stretch"):
        st.caption(label)
        if last is None:
            st.markdown(f"**{none}**")
            return
        st.markdown(f"**{dates.day_time(last.at, admin.time_zone)}** · {ago(last.at)}")
        st.markdown(what)
        st.caption(texts.plain(last.file) + ("" if last.is_there else " (no longer there)"))


state = backups.state()
was_running = state.is_running


@fragment(run_every="2s" if was_running else None)
def show_backups() -> None:
    require_admin()
    found = backups.state()
    for problem, remedy in found.problems:
        st.warning(f"{texts.plain(problem)}  \n{texts.plain(remedy)}", icon=":material/warning:")
    left, right = st.columns(2)
    backup, proof = found.backup, found.proof
    with left:
        what = f"{format.size(backup.size_bytes)}, {format.number(backup.row_count)} rows" if backup else ""
        show_last("Last backup", backup, "None yet", what)
    with right:
        what = ""
        if proof:
            made = dates.day_time(proof.made_at, admin.time_zone)
            what = f"All {format.number(proof.row_count)} rows of the backup of {made} were restored"
        show_last("Last verified restore", proof, "None yet", what)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            "Back up now", icon=":material/backup:", type="primary", disabled=found.is_running, key="backup"
        ):
            backups.ask("backup")
            st.rerun()
        can_prove = backup is not None and backup.is_there
        if st.button(
            "Verify the last backup",
            icon=":material/verified:",
            disabled=found.is_running or not can_prove,
            help="Restores it into a scratch database and compares every row; your data is only read.",
            key="prove",
        ):
            backups.ask("proof", backup.file if backup else "")
            st.rerun()
        if found.is_running:
            st.markdown(":material/hourglass_top: Running. Imports continue in the meantime.")
    if was_running and not found.is_running:
        st.rerun()  # once more, without the timer


st.subheader("Backups", anchor=False)
show_backups()
at = config.settings().backup_at
when = (
    "Nightly backups are turned off (BACKUP_AT is “never”). Backups that you make yourself are in "
    if at == "never"
    else f"Made every night at {at}, verified every week, in "
)
st.caption(
    f"{when}{texts.plain(state.folder)}. Keep a copy on another machine: "
    "a backup on the same disk does not help when the disk dies."
)

st.subheader("Map background", anchor=False)
now = tiles.refresh()
st.caption(
    "Map tiles come from the server you enter here, which can therefore see which areas you look at. Without one, "
    "tracks are drawn on a plain background, and no other server is contacted. "
    + ("Set here." if now.is_set_here else "Set by the environment (MAP_TILE_URL).")
)
with st.form("tiles", border=False):
    url = st.text_input("Address of the tiles", now.url, placeholder="https://tiles.example.org/{z}/{x}/{y}.png",
                        help="Leave it empty for a plain background.")  # fmt: skip
    attribution = st.text_input("Attribution", now.attribution, help="Shown on every map.")
    with st.container(horizontal=True):
        saved = st.form_submit_button("Save", type="primary")
        back = st.form_submit_button("Use MAP_TILE_URL again", disabled=not now.is_set_here)
if saved or back:
    require_admin()
    try:
        tiles.change(url, attribution) if saved else tiles.reset()
    except ValueError as error:
        st.error(str(error))
    else:
        st.toast("Saved. Open pages show it after a reload.", icon=":material/check:")
        st.rerun()

provider_section()
