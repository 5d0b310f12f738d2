"""One import, file by file: the outcome of each file and why, and retrying it."""

from typing import Any

import pandas as pd
import streamlit as st

from milevault_core.accounts.account import Account
from milevault_core.demo import life, make
from milevault_core.imports import files, undo
from milevault_core.store.queries import import_log
from milevault_core.view import dates, texts
from milevault_core.view import format as fmt
from milevault_core.view.imports import log as view
from milevault_core.view.parts.text import link
from milevault_core.view.parts.things import Group, Page, Things, page, things
from pages._by_worker import done_by_worker
from pages._page import fragment, page_title, require_user
from pages.parts import confirm, here, progress, show

ROWS = 100


def batch_page(user: Account, import_id: int) -> None:
    found = import_log.summary(user.id, import_id)
    if found is None:
        page_title("Import")
        st.info("There is no such import.")
        show(link("/imports", "All imports"), key="all")
        return
    show(link("/imports", "‹ All imports"), key="all")
    page_title(found["label"][:120] or view.SOURCES.get(found["source"], "Import"))
    when = dates.day_time(found["created_at"], user.time_zone)
    st.caption(
        f"{when} · {view.SOURCES.get(found['source'], found['source'])} · {texts.count(found['files'], 'file')}"
    )
    _progress(user, import_id, bool(found["waiting"]) or not found["files"])
    _actions(user, found)
    _files(user, found)


def _progress(user: Account, import_id: int, moving: bool) -> None:
    @fragment(run_every="1s" if moving else None)
    def watch() -> None:
        now = import_log.summary(user.id, import_id)
        if now is None:
            return
        if now["waiting"] or not now["files"]:
            share, text = view.progress(now)
            st.progress(share, text=text if now["files"] else "Listing its contents …")
        elif moving:
            st.rerun()
        with st.container(horizontal=True):
            for _, label, n in view.counts(now):
                st.metric(label, f"{fmt.number(n)}", border=True, width="content")

    watch()


def _actions(user: Account, found: dict[str, Any]) -> None:
    if found["undo"]:
        st.info("This import has been undone." if found["undo"] == "done" else "This import is being undone.",
                icon=":material/undo:")  # fmt: skip
        if found["undo"] != "done":
            _wait_for_undo(user, found)
        return
    failed, not_read = (found["again"].get(name, 0) for name in ("failed", "not_read"))
    if not_here := view.not_here(found):
        st.info(not_here, icon=":material/folder_off:")
    with st.container(horizontal=True):
        if (failed or not_read) and not found["waiting"]:
            count = fmt.number(failed + not_read)
            if not_read:
                label = "Import the remaining file" if count == "1" else f"Import the remaining {count} files"
            else:
                label = "Try the failed file again" if count == "1" else f"Try the {count} failed files again"
            if st.button(label, icon=":material/refresh:"):
                files.retry(require_user().id, found["id"])
                st.rerun()
        what = (
            "This removes everything that this import brought in, and everything computed from it. Files that "
            "another import also brought in are kept. The log stays, and the files can be imported again."
        )
        if confirm("Undo this import", what, "Undo the import", "undo", ":material/undo:"):
            if found["source"] == make.SOURCE:
                life.remove(require_user().id)
            else:
                undo.ask(require_user().id, found["id"])
            st.rerun()
        if found["waiting"] and st.button("Stop", icon=":material/stop_circle:", key="stop",
                                          help=view.STOP):  # fmt: skip
            files.stop(require_user().id, found["id"])
            st.rerun()


@fragment(run_every="1s")
def _wait_for_undo(user: Account, found: dict[str, Any]) -> None:
    import_id = found["id"]
    now = import_log.summary(user.id, import_id)
    if now is None or now["undo"] == "done":
        st.rerun()
    left = len(import_log.activities_left(user.id, import_id))
    share = 1 - left / max(1, found["activities"], left)
    progress(share, f"Removing: {texts.count(left, 'activity', 'activities')} left")


def _files(user: Account, found: dict[str, Any]) -> None:
    options = {"": f"All {fmt.number(found['files'])}"} | {
        o: f"{label} {fmt.number(n)}" for o, label, n in view.counts(found)
    }
    if found["waiting"]:
        options["waiting"] = f"Waiting {fmt.number(found['waiting'])}"
    outcome = st.pills("Show", list(options), format_func=options.__getitem__, default="", key="outcome",
                       bind="query-params", label_visibility="collapsed")  # fmt: skip
    search = st.text_input("Find", placeholder="Part of a file name or reason", key="find", bind="query-params",
                           label_visibility="collapsed", icon=":material/search:")  # fmt: skip
    asked = page(st.query_params.to_dict(), found["files"], ROWS)
    wanted = (user.id, found["id"], outcome or "", search or "", ROWS)
    rows = import_log.page(*wanted, ROWS * (asked.number - 1))
    if not len(rows) and asked.number > 1:
        asked = page({}, found["files"], ROWS)
        rows = import_log.page(*wanted, 0)
    if not len(rows):
        st.caption("No file matches.")
        return
    _again(found["id"], rows, bool(outcome or search))
    _questions(found["id"], rows)
    shown = Page(asked.number, ROWS, int(rows["found"].iloc[0]))
    listed = [Group("", view.file_things(rows, found["undo"], user.time_zone))]
    show(
        things(Things("Files", view.FILE, view.file_columns(rows), listed, page=shown), here("/imports")),
        key="files_list",
    )


def _again(import_id: int, rows: pd.DataFrame, is_filtered: bool) -> None:
    """Buttons for the files that are shown: restore deleted activities, and retry the failed files of a search."""
    deleted = rows[view.was_deleted(rows) & (rows["state"] == "done")]
    if len(deleted):
        st.caption("A deleted activity does not come back by itself when its file is imported again.")
        label = "Restore it" if len(deleted) == 1 else f"Restore these {len(deleted)}"
        wanted = st.button(label, icon=":material/restore_from_trash:", key="restore")
        if wanted and done_by_worker("bring_back", *(int(item) for item in deleted["id"])) is not None:
            st.rerun()
    again = rows[rows["outcome"].isin(("failed", "not_read")) & rows["has_bytes"]]
    if is_filtered and len(again):
        label = f"Try {texts.count(len(again), 'listed file')} again"
        if st.button(label, icon=":material/refresh:", key="again_listed"):
            files.retry(require_user().id, import_id, [int(i) for i in again["id"]])
            st.rerun()


def _questions(import_id: int, rows: pd.DataFrame) -> None:
    """Questions that only the owner of a file can answer: the order of day and month, or what a comma means."""
    for item, question in view.questions(rows)[:5]:
        options = dict(question["options"])
        st.markdown(texts.plain(f"{question['name']}: {question['text']}"))
        with st.container(horizontal=True):
            for said, means in options.items():
                if st.button(texts.plain(means), key=f"say-{item}-{said}"):
                    files.answer(require_user().id, import_id, item, question["where"], said)
                    st.rerun()
