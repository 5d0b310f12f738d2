"""Read again: what reading the original files again would change, then do it, then undo it."""

from typing import Any

import streamlit as st

from milevault_core.imports import reread, undo
from milevault_core.store.queries import activities, rereads
from milevault_core.view import format as fmt
from milevault_core.view import tables, texts
from milevault_core.view.activities import recordings as view
from milevault_core.view.parts.text import link
from pages import parts
from pages._page import fragment, id_parameter, page_title, require_user

user = require_user()
units = fmt.units(user.units)
page_title("Read again")
st.markdown(
    "MileVault keeps the original files of every activity. After an update it may get more out of them: first "
    "see what would change. *Everything* also includes files without an activity: those that failed, and health data."
)


def begin() -> None:
    sports = activities.sports(user.id)
    if not sports:
        ways = (
            (
                "upload_file",
                "Import files",
                "FIT, GPX, TCX, or a whole export from Strava or Garmin.",
                "/imports",
            ),
        )
        parts.empty("There is nothing to read yet.", ways)
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox("What", ["", *sports], key="reread_sport", width=260,
                              format_func=lambda s: texts.sport_label(s) if s else "Everything")  # fmt: skip
        if st.button("See what would change", icon=":material/search:", type="primary", key="look"):
            label = texts.sport_label(chosen) if chosen else "Everything"
            st.query_params["id"] = str(reread.begin(require_user().id, label, sport=chosen))
            st.rerun()


def show(batch: int) -> None:
    moving = is_moving(rereads.summary(user.id, batch))

    @fragment(run_every="1s" if moving else None)
    def watch() -> None:
        now = rereads.summary(user.id, batch)
        if not now:
            return
        if is_moving(now):
            done, word = now["activities"] - now["waiting"], "checked"
            if now["phase"] == "do":
                done, word = now["activities"] - now["changed"], "read again"
            share = min(1.0, done / max(1, now["activities"]))
            files = now["files"]["looking"] + now["files"]["waiting"]
            more = f", {texts.count(files, 'other file')} to go" if files else ""
            st.progress(share, text=f"{fmt.number(done)} of {fmt.number(now['activities'])} {word}{more}")
            return
        if moving:
            st.rerun()
        _outcome(batch, now)

    watch()


def is_moving(now: dict[str, Any]) -> bool:
    if not now or now["undone"]:
        return False
    doing = now["phase"] == "do" and (now["changed"] or now["files"]["waiting"])
    return bool(now["waiting"] or now["files"]["looking"] or doing)


def _outcome(batch: int, now: dict[str, Any]) -> None:
    touched = int(now["changed"] + now["read"])
    what = texts.count(int(now["activities"]), "activity", "activities")
    if now["undone"]:
        st.info("This has been undone: everything is as it was before.", icon=":material/undo:")
    elif not touched and not now["becomes"]:
        st.success(
            f"Nothing would change: {what} checked, and all match their files.",
            icon=":material/check:",
        )
    elif now["phase"] == "look":
        st.markdown(f"**{fmt.number(touched)} of {what} would change.**" if touched else
                    f"None of {what} would change.")  # fmt: skip
    elif touched:
        read = texts.count(touched, "activity", "activities")
        st.success(f"{read} of {fmt.number(now['activities'])} were read again.", icon=":material/check:")
    if now["failed"]:
        stay = "would stay" if now["phase"] == "look" else "stayed"
        failed = texts.count(int(now["failed"]), "activity", "activities")
        st.warning(f"{failed} could not be read and {stay} as before.", icon=":material/error:")
    if touched:
        count = int(now["activities"] - now["failed"])
        sides = zip(view.TOTALS, view.totals(count, now["before"], units), view.totals(count, now["after"], units),
                    strict=True)  # fmt: skip
        with st.container(horizontal=True):
            for label, before, after in sides:
                st.metric(label, after, border=True, width=150,
                          delta=f"was {before}" if before != after else "as before",
                          delta_color="off", delta_arrow="off")  # fmt: skip
        st.dataframe(tables.reread_table(rereads.changes(user.id, batch), units), hide_index=True)
    if now["becomes"]:
        _files(now)
    if not now["undone"]:
        _buttons(batch, now, bool(touched or now["becomes"]))


def _files(now: dict[str, Any]) -> None:
    """Files without an activity, and what they would become or have become."""
    files = texts.count(sum(one["count"] for one in now["becomes"]), "file")
    did = "would be read" if now["phase"] == "look" else "were read"
    st.markdown(f"**{files} without an activity {did} differently.**")
    st.dataframe(view.becomes_table(now["becomes"]), hide_index=True, width="content")


def _buttons(batch: int, now: dict[str, Any], touched: bool) -> None:
    with st.container(horizontal=True):
        if now["phase"] == "look" and touched:
            if st.button("Read them again", type="primary", icon=":material/replay:", key="do"):
                reread.do(require_user().id, batch)
                st.rerun()
        elif now["phase"] == "do" and (now["read"] or now["files"]["done"]):
            if st.button("Undo", icon=":material/undo:", key="undo"):
                undo.ask(require_user().id, batch)
                st.rerun()
            if now["files"]["done"]:
                parts.show(link("/imports", "Details", {"import": batch}), key="details")


begin()
chosen = id_parameter()
if chosen and rereads.summary(user.id, chosen):
    st.divider()
    show(chosen)
