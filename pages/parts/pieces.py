"""Smaller pieces that pages share: empty state, confirm, progress, "What is this?", the filters' place."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

import streamlit as st

from milevault_core.view import texts
from milevault_core.view.parts import figures as figure_html
from milevault_core.view.parts import lines
from pages.parts.block import show

_PLACE: ContextVar = ContextVar("filters", default=None)


def figures(all_of_them: Sequence[figure_html.Figure], key: str) -> None:
    """Figures side by side, each with its comparison."""
    show(figure_html.figures(all_of_them), key)


def empty(sentence: str, ways: Sequence[tuple[str, str, str, str]] = (), key: str = "empty") -> str | None:
    """What a page says while there is nothing on it, and the ways on: (icon, title, sentence, address) each. What a
    way of "say:…" said."""
    st.markdown(texts.plain(sentence))
    return show(lines.ways(ways), key) if ways else None


def confirm(label: str, sentence: str, button: str, key: str, icon: str = ":material/delete:") -> bool:
    """A button that asks before it does something that cannot be undone; returns whether it was confirmed."""
    with st.popover(label, icon=icon):
        st.markdown(texts.plain(sentence))
        return st.button(button, type="primary", key=key)


def progress(share: float, sentence: str) -> None:
    """How far something is, with a sentence that says of what."""
    st.progress(min(1.0, max(0.0, share)), text=texts.plain(sentence))


def what_is_this(explanation: str, key: str) -> None:
    """A small "What is this?" that opens an explanation (markdown of ours)."""
    with st.popover("What is this?", icon=":material/help:", type="tertiary", key=key):
        st.markdown(explanation)


def place_for_filters() -> None:
    """Hold a place in the sidebar for a page's filters: between the menu and the account. Called by the site."""
    _PLACE.set(st.sidebar.container(key="filters"))


@contextmanager
def filters(title: str = "Filter") -> Iterator[None]:
    """`with filters():` puts widgets into the sidebar's place for them; a second time without a title."""
    place = _PLACE.get()
    with place if place is not None else st.sidebar:
        if title:
            st.subheader(title, anchor=False)
        yield
