"""What each number means: source, definition, treatment of messy data. Generated from the metrics themselves."""

import streamlit as st

from milevault_core.view import metric_docs
from milevault_core.view.parts.text import link
from pages._page import page_title, require_user
from pages.parts import show

require_user()
page_title("What the numbers mean")
asked = st.query_params.get("name", "")
parts = metric_docs.parts()
first = next((part for part in parts if part.name == asked), None)
if first is not None:
    with st.container(border=True):
        st.subheader(first.label, anchor=False)
        st.markdown(first.markdown)
    show(link("/metrics", "All numbers"), key="all")
else:
    st.caption("Every number computed from your activities, and how.")
    for part in parts:
        st.subheader(part.label, anchor=part.name)
        st.markdown(part.markdown)
