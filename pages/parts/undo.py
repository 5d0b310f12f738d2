"""The undo notice: says what was just done, with an Undo button that works until the notice disappears.

    offer("2 activities are in the trash.", "restore", activity_ids=[7, 8])

Undo calls a function in `ACTIONS`, with the user's id first; none of this is stored in the browser.
"""

import time
from collections.abc import Callable

import streamlit as st

from milevault_core.view.parts.text import escape
from pages.parts.block import show

STAYS_S = 25
ACTIONS: dict[str, Callable[..., object]] = {}


def action[F: Callable[..., object]](name: str) -> Callable[[F], F]:
    """Register a function of (user_id, **arguments) that undoes something. Raises ValueError if the name is taken."""

    def register(function: F) -> F:
        known = ACTIONS.get(name)
        # A page's script registers its actions again at every run.
        if known is not None and known.__code__.co_filename != function.__code__.co_filename:
            raise ValueError(f"two ways to undo are called {name!r}")
        ACTIONS[name] = function
        return function

    return register


def offer(sentence: str, name: str, **arguments: object) -> None:
    """Offer to undo what was just done, on whichever page comes next."""
    st.session_state["undo_offered"] = {
        "sentence": sentence, "name": name, "arguments": arguments, "until": time.monotonic() + STAYS_S,
    }  # fmt: skip


def notice(user_id: int) -> None:
    """The notice, if there is something to undo; called once per run, on every page."""
    offered = st.session_state.get("undo_offered")
    if not offered or time.monotonic() > offered["until"]:
        st.session_state.pop("undo_offered", None)
        return
    said = show(
        f'<div class="undo" role="status"><span>{escape(offered["sentence"])}</span>'
        '<button data-say="undo">Undo</button><button data-say="close" aria-label="Close">✕</button></div>',
        key="undo_notice",
    )
    if said:
        st.session_state.pop("undo_offered", None)
        if said == "undo":
            ACTIONS[offered["name"]](user_id, **offered["arguments"])
            st.toast("Undone.", icon=":material/undo:")
        st.rerun()


@action("nothing")
def _nothing(user_id: int) -> None:
    """The undo action of the gallery's demonstration."""
