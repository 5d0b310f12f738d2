"""Import: hand over files, archives and folders; see what they would bring; watch; look back.

/imports             everything under way, and the log
/imports?import=ID   one import, file by file
"""

import contextlib

import streamlit as st

from milevault_core import archives
from milevault_core.store.queries import import_log
from milevault_core.store.queries import imports as queries
from milevault_core.store.queries import uploads as upload_queries
from milevault_core.view import imports as view
from milevault_core.view import plan, words
from pages._import_batch import batch_page
from pages._page import id_parameter, page_title, require_user, way_here

user = require_user()
if (import_id := id_parameter("import")) is not None:
    batch_page(user, import_id)
    st.stop()
page_title("Import")
FEW = 8  # files that are shown one by one; of more, the batch has a page
SIGNS = {"failed": ":red[:material/error:]", "": ":gray[:material/schedule:]",
         "imported": ":green[:material/check_circle:]", "partial": ":orange[:material/check_circle:]"}  # fmt: skip

st.html('<div><div data-drop></div><script src="/upload.js"></script></div>', unsafe_allow_javascript=True)


def show_upload(row) -> bool:
    """An archive on its way in; whether something about it moves."""
    name = words.plain(row.name)
    with st.container(border=True):
        if row.state == "receiving":
            st.markdown(f"**{name}**")
            share = row.received_bytes / max(1, row.size_bytes)
            st.progress(
                share, text=f"{view.size(row.received_bytes)} of {view.size(row.size_bytes)} are here"
            )
            st.caption("If it was interrupted, drop the same archive again: it goes on where it stopped.")
            discard_button(row.id)
            return True
        if row.state == "looking":
            st.markdown(f"**{name}**")
            of = f" {row.looked_at:,} of {row.to_look_at:,} files" if row.to_look_at else ""
            st.progress(row.looked_at / max(1, row.to_look_at), text=f"Looking through it …{of}")
            return True
        if row.state == "failed":
            st.markdown(f":red[:material/error:] **{name}** cannot be imported. {words.plain(row.reason)}")
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
    st.caption(words.plain(" ".join(plan.details(made))))
    if made["unreadable_files"]:
        with st.expander(f"What cannot be read ({made['unreadable']:,})"):
            st.dataframe(
                [{"File": f["name"], "Why": f["reason"]} for f in made["unreadable_files"]],
                hide_index=True, width="stretch",
            )  # fmt: skip
            if made["unreadable"] > len(made["unreadable_files"]):
                st.caption("The import's log will name every one of them.")
    with st.container(horizontal=True):
        if st.button("Import", type="primary", icon=":material/download_done:", key=f"start-{upload_id}"):
            archives.start(require_user().id, upload_id)
            st.rerun()
        discard_button(upload_id)


def discard_button(upload_id: int) -> None:
    if st.button("Discard", icon=":material/delete:", key=f"discard-{upload_id}"):
        with contextlib.suppress(LookupError):
            archives.discard(require_user().id, int(upload_id))
        st.rerun()


def show_batch(batch) -> None:
    """A batch that is under way, or has just ended."""
    found = import_log.summary(user.id, int(batch.id))
    if found is None:
        return
    with st.container(border=True):
        st.markdown(f"**{words.plain(found['label'] or 'Import')[:200]}**")
        if found["waiting"] or not found["files"]:
            share, text = view.progress(found)
            st.progress(share, text=text if found["files"] else "Listing what is in it …")
        if found["files"] <= FEW:
            show_files(found["id"])
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(" · ".join(f"{label} {n:,}" for _, label, n in view.counts(found)) or "Nothing yet")
            way_here(
                "File by file", f"files-{found['id']}", ":material/list:", **{"import": str(found["id"])}
            )


def show_files(import_id: int) -> None:
    """The few files of a small batch, each with a way to its activities."""
    for item in import_log.page(user.id, import_id, limit=FEW).itertuples():
        with st.container(horizontal=True, vertical_alignment="center"):
            sign = SIGNS.get(item.outcome if item.state == "done" else "", ":gray[:material/info:]")
            st.markdown(
                f"{sign} {words.plain(item.name)}: {words.plain(view.sentence(item))}", width="stretch"
            )
            for activity in list(item.activities)[:3]:
                st.page_link("activity.py", label="Open", query_params={"id": str(int(activity))})


def is_moving() -> bool:
    under_way = upload_queries.underway(user.id)["state"].isin(["receiving", "looking"]).any()
    return bool(under_way or import_log.recent(user.id)["is_moving"].any())


moving = is_moving()


@st.fragment(run_every="1s" if moving else None)
def watch() -> None:
    for row in upload_queries.underway(user.id).itertuples():
        show_upload(row)
    for batch in import_log.recent(user.id).itertuples():
        show_batch(batch)
    if moving and not is_moving():
        st.rerun()  # once more without the clock


watch()
with st.form("drop", clear_on_submit=True, border=False):
    files = st.file_uploader(
        "Or single files at once: FIT, GPX or TCX, each also as .gz. A zip is looked through first, as above.",
        accept_multiple_files=True,
        key="files",
    )
    sent = st.form_submit_button("Import these files", icon=":material/upload:")
if sent and files:
    archives.hand_over(require_user().id, [(file.name, file) for file in files])
    st.rerun()
elif sent:
    st.caption("Choose at least one file first.")

batches = queries.batches(user.id)
if len(batches):
    st.subheader("Log", anchor=False)
    st.dataframe(
        view.batches_table(batches, user.time_zone),
        hide_index=True,
        width="stretch",
        column_config={
            "open": st.column_config.LinkColumn("", display_text="Open", width=60),
            "when": "When",
            "what": st.column_config.TextColumn("What", width="medium"),
            "from": "From",
            "files": st.column_config.NumberColumn("Files", format="localized"),
            "activities": st.column_config.NumberColumn("Activities", format="localized"),
            "failed": st.column_config.NumberColumn("Failed", format="localized"),
        },
    )
