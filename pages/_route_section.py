"""On an activity's page: the route that it followed, and how it stands among the other times there."""

import streamlit as st

from milevault_core.accounts.account import Account
from milevault_core.store.queries import routes as queries
from milevault_core.view import format as fmt
from milevault_core.view import routes as view
from milevault_core.view import words


def route_line(user: Account, activity_id: int) -> None:
    """One line with a link; nothing for a way that was gone once."""
    route = queries.of_activity(user.id, activity_id)
    if route is not None:
        label = words.plain(view.standing(route, fmt.units(user.units)))
        st.page_link("route.py", label=label, icon=":material/route:", query_params={"id": str(route["id"])})
