"""The design system that all pages are built from. The half without Streamlit is milevault_core/view/parts.

    show(html, key)          any HTML of view/parts: lists of things, cards, figures, the calendar
    figures(…, key)          figures with comparisons; each label links to its explanation
    abouts.of_labels(…)      "What is this?" for the numbers of a table or chart; lists and cards include it
    filters()                the place in the sidebar for a page's filters
    empty, confirm, progress, what_is_this, offer_undo, go

pages/gallery.py shows each part in every state. Streamlit never serves a folder inside pages/ as a page.
"""

from pages.parts.block import here, parameters, show
from pages.parts.choices import by_key as choice_in_address
from pages.parts.go import go
from pages.parts.pieces import confirm, empty, figures, filters, progress, what_is_this
from pages.parts.undo import offer as offer_undo

__all__ = [
    "choice_in_address",
    "confirm",
    "empty",
    "figures",
    "filters",
    "go",
    "here",
    "offer_undo",
    "parameters",
    "progress",
    "show",
    "what_is_this",
]
