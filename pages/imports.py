"""Import: upload files, archives and folders, see what they would bring in, watch progress, and read the log.

/imports             imports in progress, and the log
/imports?import=ID   one import, file by file
"""

import contextlib
from typing import Any

import streamlit as st

from milevault_core.imports import archives, everything
from milevault_core.imports import files as import_files
from milevault_core.store import room
from milevault_core.store.queries import import_log
from milevault_core.store.queries import imports as queries
from milevault_core.store.queries import uploads as upload_queries
from milevault_core.view import format as fmt
from milevault_core.view import texts
from milevault_core.view.imports import log as view
from milevault_core.view.imports import plan
from milevault_core.view.parts.text import link
from milevault_core.view.parts.things import Group, Things, page, things
from pages._import_batch import batch_page
from pages._page import fragment, id_parameter, page_title, require_user
from pages.parts import confirm, here, show
from pages.parts.rooted import within

user = require_user()
if (import_id := id_parameter("import")) is not None:
    batch_page(user, import_id)
    st.stop()
page_title("Import")
FEW = 8  # files listed one by one; larger batches have their own page
SIGNS = {"failed": ":red[:material/error:]", "": ":gray[:material/schedule:]",
         "imported": ":green[:material/check_circle:]", "partial": ":orange[:material/check_circle:]"}  # fmt: skip

st.html(
    within('<div><div data-drop></div><script src="/upload.js"></script></div>'), unsafe_allow_javascript=True
)


def show_upload(row: Any) -> bool:
    """Show an uploaded archive; returns whether it is still in progress."""
    name = texts.plain(row.name)
    with st.container(border=True):
        if row.state == "receiving":
            st.markdown(f"**{name}**")
            share = row.received_bytes / max(1, row.size_bytes)
            st.progress(
                share, text=f"{view.size(row.received_bytes)} of {view.size(row.size_bytes)} received"
            )
            st.caption("If it was interrupted, drop the same archive again: it continues where it stopped.")
            discard_button(row.id)
            return True
        if row.state == "looking":
            st.markdown(f"**{name}**")
            of = (
                f" {fmt.number(row.looked_at)} of {fmt.number(row.to_look_at)} files"
                if row.to_look_at
                else ""
            )
            st.progress(row.looked_at / max(1, row.to_look_at), text=f"Checking its contents …{of}")
            return True
        if row.state == "listing":  # an export from another MileVault
            st.markdown(f"**{name}**")
            st.progress(row.looked_at / max(1, row.to_look_at), text="Importing everything …")
            return True
        if row.state == "failed":
            st.markdown(f":red[:material/error:] **{name}** cannot be imported. {texts.plain(row.reason)}")
            discard_button(row.id)
            return False
        show_plan(int(row.id), name)
    return False


def show_plan(upload_id: int, name: str) -> None:
    found = upload_queries.one(user.id, upload_id)
    if found is None:
        return
    made = found["plan"]
    st.caption(name)
    st.markdown(f"##### {plan.sentence(made)}")
    st.caption(texts.plain(" ".join(plan.details(made))))
    if made.get("unreadable_files"):
        with st.expander(f"Unreadable files ({fmt.number(made['unreadable'])})"):
            st.dataframe(
                [{"File": f["name"], "Why": f["reason"]} for f in made["unreadable_files"]],
                hide_index=True, width="stretch",
            )  # fmt: skip
            if made["unreadable"] > len(made["unreadable_files"]):
                st.caption("The import’s log will list all of them.")
    with st.container(horizontal=True):
        if st.button("Import", type="primary", icon=":material/download_done:", key=f"start-{upload_id}"):
            begin_import = everything.start if made["kind"] == everything.KIND else archives.start
            begin_import(require_user().id, upload_id)
            st.rerun()
        discard_button(upload_id)


def discard_button(upload_id: int) -> None:
    said = "What was uploaded is deleted here. To import it later, you would have to upload it again."
    if confirm("Discard", said, "Discard it", f"discard-{upload_id}"):
        with contextlib.suppress(LookupError):
            archives.discard(require_user().id, int(upload_id))
        st.rerun()


def show_batch(batch: Any) -> None:
    """Show a batch that is in progress or has just ended."""
    found = import_log.summary(user.id, int(batch.id))
    if found is None:
        return
    with st.container(border=True):
        st.markdown(f"**{texts.plain(found['label'] or 'Import')[:200]}**")
        if found["waiting"] or not found["files"]:
            share, text = view.progress(found)
            st.progress(share, text=text if found["files"] else "Listing its contents …")
        if found["files"] <= FEW:
            show_files(found["id"])
        with st.container(horizontal=True, vertical_alignment="center"):
            came = " · ".join(f"{label} {fmt.number(n)}" for _, label, n in view.counts(found))
            st.caption(view.UNDONE[found["undo"]] or came or "Nothing yet")
            show(link("/imports", "Details", {"import": found["id"]}), key=f"files-{found['id']}")
            if found["waiting"]:
                stop_button(found["id"])


def stop_button(import_id: int) -> None:
    if st.button("Stop", icon=":material/stop_circle:", key=f"stop-{import_id}",
                 help=view.STOP):  # fmt: skip
        import_files.stop(require_user().id, import_id)
        st.rerun()


def show_files(import_id: int) -> None:
    """The files of a small batch, each with links to its activities."""
    for item in import_log.page(user.id, import_id, limit=FEW).itertuples():
        with st.container(horizontal=True, vertical_alignment="center"):
            sign = SIGNS.get(item.outcome if item.state == "done" else "", ":gray[:material/info:]")
            st.markdown(
                f"{sign} {texts.plain(item.name)}: {texts.plain(view.sentence(item))}", width="stretch"
            )
            for activity in list(item.activities)[:3]:
                show(link("/activity", "Open", {"id": int(activity)}), key=f"open-{item.id}-{activity}")


def is_moving() -> bool:
    under_way = upload_queries.underway(user.id)["state"].isin(["receiving", "looking", "listing"]).any()
    return bool(under_way or import_log.recent(user.id)["is_moving"].any())


moving = is_moving()


@fragment(run_every="1s" if moving else None)
def watch() -> None:
    for row in upload_queries.underway(user.id).itertuples():
        show_upload(row)
    for batch in import_log.recent(user.id).itertuples():
        show_batch(batch)
    if moving and not is_moving():
        st.rerun()  # once more, without the timer


watch()
with st.form("drop", clear_on_submit=True, border=False):
    files = st.file_uploader(
        "Or single files: FIT, GPX or TCX, also as .gz. A zip is checked first, as above.",
        accept_multiple_files=True,
        key="files",
    )
    sent = st.form_submit_button("Import these files", icon=":material/upload:")
if sent and files:
    try:
        archives.hand_over(require_user().id, [(file.name, file) for file in files])
        st.rerun()
    except room.NoRoom as error:
        st.error(str(error))
elif sent:
    st.caption("Choose at least one file first.")

batches = queries.batches(user.id)
if len(batches):
    st.subheader("Log", anchor=False)
    part = page(st.query_params.to_dict(), len(batches), 25)
    begin = (part.number - 1) * part.size
    rows = view.batch_things(batches.iloc[begin : begin + part.size], user.time_zone)
    show(things(Things("Imports", view.BATCH, view.BATCH_COLUMNS, [Group("", rows)], page=part), here("/imports")),
         key="log")  # fmt: skip
