"""The photos of an activity: a row of thumbnails, each linking to the full picture."""

import streamlit as st

from milevault_core.accounts.account import Account
from milevault_core.store.queries import photos as queries
from milevault_core.view.parts.text import escape
from pages.parts.rooted import within


def photo_row(user: Account, activity_id: int) -> None:
    """Shows nothing if there are no photos."""
    found = queries.of_activity(user.id, activity_id)
    if not len(found):
        return
    st.subheader("Photos", anchor=False)
    shown = []
    for photo in found.itertuples():
        name = escape(photo.name.rpartition("/")[2])
        inside = (
            f'<img src="/files/photo/{photo.id}.jpg" alt="{name}" loading="lazy" '
            'style="height:150px;border-radius:10px;display:block;max-width:100%;object-fit:cover;">'
            if photo.width == photo.width and photo.width is not None
            else f'<span style="display:grid;place-items:center;height:150px;width:150px;border-radius:10px;'
            f'border:1px solid color-mix(in srgb,currentColor 20%,transparent);font-size:.85rem;">{name}</span>'
        )
        shown.append(f'<a href="/files/photo/{photo.id}" target="_blank" rel="noopener">{inside}</a>')
    st.html(within(f'<div style="display:flex;flex-wrap:wrap;gap:10px;">{"".join(shown)}</div>'))
