"""Many activities at once, below the list: edit, export, compare, delete with undo."""

import pandas as pd
import streamlit as st

from milevault_core.accounts.account import Account
from milevault_core.actions import edits, trash
from milevault_core.sports import SPORTS
from milevault_core.store.queries import activity_list
from milevault_core.store.queries import gear as gear_queries
from milevault_core.view import format as fmt
from milevault_core.view import gear as gear_view
from milevault_core.view import texts
from milevault_core.view.activities import compare, many
from milevault_core.view.parts.text import address
from milevault_core.web.many_files import KINDS, MOST
from pages._activity_change import offer_words_undo
from pages._page import require_user
from pages.parts import go, offer_undo
from pages.parts.columns import as_values, height_of, key_of
from pages.parts.rooted import at

KIND_NAMES = {
    "original": "Original files",
    "gpx": "GPX",
    "tcx": "TCX",
    "csv": "CSV",
    "png": "Pictures to share",
}
_KEEP = "Leave as it is"


def many_section(user: Account, found: pd.DataFrame) -> None:
    """found: the rows that match the filters (queries.activity_list.figures), in list order."""
    if not st.toggle(
        "Select several",
        key="many",
        bind="query-params",
        help="Edit, export, compare or delete many activities at once.",
    ):
        return
    table = many.table(found, fmt.units(user.units), gear_view.called(gear_queries.names(user.id)))
    event = st.dataframe(table, hide_index=True, selection_mode="multi-row", on_select="rerun",
                         key=key_of("many_rows", found["id"]), height=height_of(min(len(table), 11)),
                         column_config=as_values(table), placeholder="")  # fmt: skip
    chosen = [int(found["id"].iloc[row]) for row in event.selection.rows]
    if not chosen:
        st.caption("Select rows; the box in the header selects all that match the filters.")
        return
    st.markdown(f"**{texts.count(len(chosen), 'activity', 'activities')} selected**")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if st.button("Edit", icon=":material/edit:", key="many_edit"):
            _edit(user, chosen)
        if 2 <= len(chosen) <= compare.MOST and st.button(
            "Compare", icon=":material/compare_arrows:", key="many_compare"
        ):
            go("/compare", id=chosen)
        if len(chosen) <= MOST:
            kind = st.selectbox("Export as", KINDS, format_func=KIND_NAMES.get, width=180, key="many_kind")
            st.link_button("Download", at(address("/files/activities.zip", {"kind": kind, "id": chosen})),
                           icon=":material/download:")  # fmt: skip
        else:
            st.caption(f"At most {MOST} can be exported at a time.")
        if st.button("Delete", icon=":material/delete:", key="many_delete"):
            for activity_id in chosen:
                trash.delete(require_user().id, activity_id)
            offer_undo(f"{texts.count(len(chosen), 'activity is', 'activities are')} in the trash.", "restore",
                       activity_ids=chosen)  # fmt: skip
            st.rerun()


@st.dialog("Edit the selected activities")
def _edit(user: Account, chosen: list[int]) -> None:
    tags_known = activity_list.tags(user.id)
    st.caption("Fields you leave empty stay unchanged.")
    with st.form("many_words", border=False):
        sports = sorted(SPORTS, key=texts.sport_label)
        sport = st.selectbox("Sport", sports, None, format_func=texts.sport_label, placeholder=_KEEP)
        gears = gear_view.choices(gear_queries.names(user.id))
        gear = st.selectbox("Gear", list(gears), None, accept_new_options=True, placeholder=_KEEP,
                            format_func=lambda name: gears.get(name, name))  # fmt: skip
        tags = st.multiselect("Tags (these replace the current ones)", tags_known, accept_new_options=True,
                              placeholder=_KEEP)  # fmt: skip
        with st.container(horizontal=True):
            bare = st.checkbox("Remove the gear you set", help="Gear named by a file or an archive stays.")
            untagged = st.checkbox("Remove all tags")
        flags = {"is_race": "Race", "is_commute": "Commute", "is_left_out": "Leave out of totals and records"}
        said = {name: st.segmented_control(label, ["true", "false"], format_func={"true": "Yes", "false": "No"}.get)
                for name, label in flags.items()}  # fmt: skip
        saved = st.form_submit_button("Save", type="primary")
    if not saved:
        return
    words = {"sport": sport, "gear": gear, "tags": ", ".join(tags), **said}
    words = {name: value for name, value in words.items() if value}
    cleared = [name for name, is_cleared in (("gear", bare), ("tags", untagged)) if is_cleared]
    words = dict.fromkeys(cleared, "") | words
    try:
        before = edits.edit_words(require_user().id, chosen, words)
    except (ValueError, LookupError) as error:
        st.error(texts.plain(error))
        return
    if words:
        offer_words_undo(before)
    st.rerun()
