"""Smaller pieces that pages share: empty state, confirm, progress, "What is this?", the place for filters."""

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
    """The message of an empty page, and links onward: (icon, title, sentence, address) each. Returns what a clicked
    "say:…" address said, else None."""
    st.markdown(texts.plain(sentence))
    return show(lines.ways(ways), key) if ways else None


def confirm(label: str, sentence: str, button: str, key: str, icon: str = ":material/delete:") -> bool:
    """A button that asks first, for actions that cannot be undone; returns whether the user confirmed."""
    with st.popover(label, icon=icon):
        st.markdown(texts.plain(sentence))
        return st.button(button, type="primary", key=key)


def progress(share: float, sentence: str) -> None:
    """A progress bar with a sentence."""
    st.progress(min(1.0, max(0.0, share)), text=texts.plain(sentence))


def what_is_this(explanation: str, key: str) -> None:
    """A small "What is this?" that opens an explanation (Markdown written by us)."""
    with st.popover("What is this?", icon=":material/help:", type="tertiary", key=key):
        st.markdown(explanation)


def place_for_filters() -> None:
    """Reserve a place in the sidebar for a page's filters, between the menu and the account. Called by the site."""
    _PLACE.set(st.sidebar.container(key="filters"))


@contextmanager
def filters(title: str = "Filter") -> Iterator[None]:
    """`with filters():` puts widgets in the reserved place in the sidebar; use title "" for a second block."""
    place = _PLACE.get()
    with place if place is not None else st.sidebar:
        if title:
            st.subheader(title, anchor=False)
        yield
