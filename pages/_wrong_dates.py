"""The section of the activities list about impossible dates: sets all dates that can be told from the files at once."""

import contextlib

import streamlit as st

from milevault_core.actions import judgement
from milevault_core.store.queries import activity_list
from milevault_core.view.activities import wrong_dates as view
from pages._by_worker import done_by_worker
from pages._page import require_user
from pages.parts import offer_undo, show
from pages.parts.undo import action


def wrong_dates_section() -> None:
    """What is wrong, a button to set every date that the files tell, and links to the other activities."""
    user = require_user()
    doubted = activity_list.doubted(user.id)
    told = view.told(doubted)
    with st.container(border=True, key="wrong_dates"):
        st.markdown(f":material/event_busy: {view.sentence(len(doubted))}")
        if told and st.button(view.button(len(told), len(doubted)), key="set_dates", type="primary"):
            before = judgement.set_starts(user.id, told)
            offer_undo(view.set_sentence(len(told)), "dates", before=before)
            done_by_worker("judge", *told)
            st.rerun()
        show(view.lines_of(doubted), key="wrong_dates_lines")


@action("dates")
def _restore_dates(user_id: int, before: dict[int, str]) -> None:
    with contextlib.suppress(LookupError):  # deleted in the meantime
        judgement.set_starts(user_id, before)
        done_by_worker("judge", *judgement.activities_of(user_id, list(before)))
