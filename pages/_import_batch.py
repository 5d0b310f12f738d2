"""One import, file by file: what became of each, why, and another try."""

import streamlit as st

from milevault_core import imports, trash, undo
from milevault_core.accounts.account import Account
from milevault_core.store.queries import import_log
from milevault_core.view import dates, words
from milevault_core.view import imports as view
from pages._page import page_title, require_user, way_here

ROWS = 200


def batch_page(user: Account, import_id: int) -> None:
    found = import_log.summary(user.id, import_id)
    if found is None:
        page_title("Import")
        st.info("There is no such import.")
        way_here("All imports", "all", ":material/arrow_back:")
        return
    way_here("All imports", "all", ":material/arrow_back:")
    page_title(found["label"][:120] or view.SOURCES.get(found["source"], "Import"))
    when = dates.day_time(found["created_at"], user.time_zone)
    st.caption(
        f"{when} · {view.SOURCES.get(found['source'], found['source'])} · {words.count(found['files'], 'file')}"
    )
    _progress(user, import_id, bool(found["waiting"]) or not found["files"])
    _actions(user, found)
    _files(user, found)


def _progress(user: Account, import_id: int, moving: bool) -> None:
    @st.fragment(run_every="1s" if moving else None)
    def watch() -> None:
        now = import_log.summary(user.id, import_id)
        if now is None:
            return
        if now["waiting"] or not now["files"]:
            share, text = view.progress(now)
            st.progress(share, text=text if now["files"] else "Listing what is in it …")
        elif moving:
            st.rerun()
        with st.container(horizontal=True):
            for _, label, n in view.counts(now):
                st.metric(label, f"{n:,}", border=True, width="content")

    watch()


def _actions(user: Account, found: dict) -> None:
    if found["undo"]:
        st.info("This import has been undone." if found["undo"] == "done" else "This import is being undone.",
                icon=":material/undo:")  # fmt: skip
        if found["undo"] != "done":
            _wait_for_undo(user, found["id"])
        return
    failed = found["outcomes"].get("failed", 0)
    with st.container(horizontal=True):
        if failed and not found["waiting"]:
            label = f"Try the {failed:,} failed again" if failed > 1 else "Try the failed one again"
            if st.button(label, icon=":material/refresh:"):
                imports.retry(require_user().id, found["id"])
                st.rerun()
        with st.popover("Undo this import", icon=":material/undo:"):
            st.markdown(
                "All that came with it goes, and all that was computed from it. Files that another import brought too "
                "stay. The log stays, and the files can be imported again."
            )
            if st.button("Undo it", type="primary", key="undo"):
                undo.ask(require_user().id, found["id"])
                st.rerun()


@st.fragment(run_every="1s")
def _wait_for_undo(user: Account, import_id: int) -> None:
    now = import_log.summary(user.id, import_id)
    if now is None or now["undo"] == "done":
        st.rerun()


def _files(user: Account, found: dict) -> None:
    options = {"": f"All {found['files']:,}"} | {o: f"{label} {n:,}" for o, label, n in view.counts(found)}
    if found["waiting"]:
        options["waiting"] = f"Waiting {found['waiting']:,}"
    outcome = st.pills("Show", list(options), format_func=options.__getitem__, default="", key="outcome",
                       label_visibility="collapsed")  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            "Find", placeholder="Part of a name or a reason", key="find", label_visibility="collapsed"
        )
    pages_before = max(1, int(st.session_state.get("page", 1)))
    rows = import_log.page(user.id, found["id"], outcome or "", search, ROWS, ROWS * (pages_before - 1))
    if not len(rows) and pages_before > 1:
        st.session_state["page"] = 1
        rows = import_log.page(user.id, found["id"], outcome or "", search, ROWS, 0)
    if not len(rows):
        st.caption("No such file in this import.")
        return
    chosen = st.dataframe(
        view.files_table(rows),
        hide_index=True,
        width="stretch",
        on_select="rerun",
        selection_mode="multi-row",
        key="files_table",
        column_config={
            "mark": st.column_config.TextColumn("", width=30),
            "file": st.column_config.TextColumn("File", width="medium"),
            "result": st.column_config.TextColumn("What became of it", width="large"),
            "open": st.column_config.LinkColumn("Activity", display_text="Open", width="small"),
            "where": st.column_config.TextColumn("In", width="medium"),
        },
    )
    deleted = rows[rows["reason"].str.startswith("Deleted on") & (rows["state"] == "done")]
    if len(deleted):
        st.caption("What was deleted does not come back by itself when its file comes again.")
        label = "Restore it" if len(deleted) == 1 else f"Restore these {len(deleted)}"
        if st.button(label, icon=":material/restore_from_trash:", key="restore"):
            for item in deleted["id"]:
                trash.bring_back(require_user().id, int(item))
            st.rerun()
    picked = rows.iloc[[r for r in chosen.selection.rows if r < len(rows)]]
    again = picked[picked["outcome"] == "failed"]
    if len(again) and st.button(f"Try {words.count(len(again), 'file')} again", icon=":material/refresh:"):
        imports.retry(require_user().id, found["id"], [int(i) for i in again["id"]])
        st.rerun()
    total = int(rows["found"].iloc[0])
    if total > ROWS:
        st.number_input(f"Page of {-(-total // ROWS)}", 1, -(-total // ROWS), key="page", width=160)
