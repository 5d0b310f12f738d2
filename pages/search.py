"""Search for anything with a name: activities, routes, places, gear. /search?q=…"""

import streamlit as st

from milevault_core.store.queries import routes as route_queries
from milevault_core.store.queries import search as queries
from milevault_core.view import format as fmt
from milevault_core.view import search as view
from milevault_core.view.parts.things import Column, Group, Page, Things, things
from pages._page import page_title, require_user
from pages.parts import here, show

MOST = 100

user = require_user()
page_title("Search")
words = st.text_input("Search", placeholder="Words from a name, place or bike", key="q", bind="query-params",
                      icon=":material/search:", label_visibility="collapsed")  # fmt: skip
if not view.is_enough(words or ""):
    st.caption("Enter three letters or more.")
    st.stop()
found = view.things(
    queries.found(user.id, words, MOST), fmt.units(user.units), lambda: route_queries.names(user.id)
)
groups = [
    Group(view.KINDS[kind], rows, f"the first {MOST}" if len(rows) >= MOST else str(len(rows)))
    for kind, rows in found.items()
]
if day := view.day_of(words):
    groups.insert(0, Group("Days", [view.the_day(day)]))
made = Things("Found", Column("Name", is_number=False), (), groups, page=Page(),
              nothing="Nothing found. All of the words must be in the name, notes or place.")  # fmt: skip
show(things(made, here("/search")), key="found")
