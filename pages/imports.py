"""Import: drop files, watch what becomes of each."""

import json

import streamlit as st

from milevault_core import imports
from milevault_core.store.queries import imports as queries
from milevault_core.view import dates, words
from pages._page import page_title, require_user

user = require_user()
page_title("Import")
SHOWN = 200  # rows of a batch at once; the head counts all of them

with st.form("drop", clear_on_submit=True, border=False):
    files = st.file_uploader(
        "FIT, GPX or TCX files, each also as .gz, or a .zip of them",
        accept_multiple_files=True,
        key="files",
    )
    sent = st.form_submit_button("Import", icon=":material/upload:", type="primary")
if sent and files:
    batch = imports.begin(user.id, "page", ", ".join(f.name for f in files)[:500])
    for file in files:
        imports.add(user.id, batch, file.name, file.getvalue())
elif sent:
    st.caption("Choose at least one file first.")


def sentence(item) -> str:
    problems = [p["text"] for p in json.loads(item.problems)]
    if item.state == "waiting":
        return "Waiting …"
    return words.outcome(item.outcome, len(item.activities), len(item.days), item.reason, problems)


SIGNS = {"failed": ":red[:material/error:]", None: ":gray[:material/schedule:]",
         "imported": ":green[:material/check_circle:]", "partial": ":orange[:material/check_circle:]"}  # fmt: skip


def show(batch) -> bool:
    """One batch; whether something in it still waits."""
    items = queries.items(user.id, int(batch.id))
    waiting = int((items["state"] == "waiting").sum())
    when = dates.day_time(batch.created_at, user.time_zone)
    st.markdown(f"**{when}** · {words.count(len(items), 'file')}")
    if waiting:
        st.progress(1 - waiting / len(items), text=f"{len(items) - waiting} of {len(items)} done")
    for item in items.head(SHOWN).itertuples():
        with st.container(horizontal=True, vertical_alignment="center"):
            sign = SIGNS.get(item.outcome, ":gray[:material/info:]")
            st.markdown(f"{sign} {words.plain(item.name)}: {words.plain(sentence(item))}", width="stretch")
            for activity in list(item.activities)[:3]:
                st.page_link("activity.py", label="Open", query_params={"id": str(int(activity))})
    if len(items) > SHOWN:
        st.caption(f"The first {SHOWN} of {len(items)} files are shown.")
    return waiting > 0


batches = queries.batches(user.id)
running = bool(batches["waiting"].sum()) if len(batches) else False


@st.fragment(run_every="1s" if running else None)
def watch() -> None:
    latest = queries.batches(user.id)
    waiting = [show(batch) for batch in latest.head(3).itertuples()]
    if running and not any(waiting):
        st.rerun()  # once more without the clock


watch()
if len(batches) > 3:
    with st.expander(f"Earlier imports ({len(batches) - 3})"):
        for batch in batches.iloc[3:50].itertuples():
            when = dates.day_time(batch.created_at, user.time_zone)
            st.markdown(
                f"{when} · {words.count(int(batch.files), 'file')}, "
                f"{words.count(int(batch.activities), 'activity', 'activities')}, {int(batch.failed)} failed"
            )
