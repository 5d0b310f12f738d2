"""The section of the Profile page that creates an export of everything and offers it for download."""

import streamlit as st

from milevault_core.accounts.account import Account
from milevault_core.export import runs
from milevault_core.store import room
from milevault_core.view import dates, texts
from milevault_core.view.imports.log import size
from pages._page import fragment, require_user
from pages.parts import confirm
from pages.parts.rooted import at

IN_WORK = ("asked", "making")


def export_section(user: Account) -> None:
    with st.container(border=True):
        st.subheader("Export everything", anchor=False)
        st.caption(
            "One zip with your original files, every table as CSV, and your settings. Another MileVault can import "
            "it. Passwords, two-factor codes and connections are not in it."
        )
        found = runs.current(user.id)
        if found is not None and found.state in IN_WORK:
            fragment(run_every="2s")(_progress)()
        else:
            fragment()(_offer)(found)


def _progress() -> None:
    found = runs.current(require_user().id)
    if found is None or found.state not in IN_WORK:
        st.rerun()  # once more, without the timer
    so_far = f" {size(found.size_bytes)} so far." if found.size_bytes else ""
    st.markdown(f":material/hourglass_top: It is being made.{so_far} You can leave this page.")
    if st.button("Cancel", key="export_cancel"):
        runs.discard(require_user().id)
        st.rerun()


def _offer(found: runs.Export | None) -> None:
    if found is not None and found.state == "ready":
        _ready(require_user(), found)
        return
    if found is not None:
        st.error(f"The export failed. {texts.plain(found.reason)}")
    if st.button("Make an export", icon=":material/folder_zip:", key="export_make"):
        _make()


def _ready(user: Account, found: runs.Export) -> None:
    made = dates.day_time(found.made_at, user.time_zone)
    until = dates.day_time(found.expires_at, user.time_zone)
    st.markdown(f"Made {made}: {size(found.size_bytes)}. It is kept until {until}.")
    if found.unfinished:
        st.warning(
            f"{texts.count(found.unfinished, 'file')} of an archive {'was' if found.unfinished == 1 else 'were'} still "
            "being imported and not in it. Make it again once the import is finished."
        )
    with st.container(horizontal=True):
        st.link_button(
            "Download", at(f"/files/export/{found.id}.zip"), icon=":material/download:", type="primary"
        )
        if st.button("Make it again", key="export_again"):
            _make()
        if confirm("Delete", "The export is deleted. You can make a new one at any time.", "Delete it",
                   "export_delete"):  # fmt: skip
            runs.discard(require_user().id)
            st.rerun()


def _make() -> None:
    try:
        runs.ask(require_user().id)
        st.rerun()
    except room.NoRoom as error:
        st.error(str(error))
