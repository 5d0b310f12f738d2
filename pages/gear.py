"""Gear: /gear lists bikes, shoes and parts with their totals; /gear?name=… shows one."""

import streamlit as st

from milevault_core.actions import gear
from milevault_core.store.queries import gear as queries
from milevault_core.view import dates, texts
from milevault_core.view import format as fmt
from milevault_core.view import gear as view
from milevault_core.view.parts.text import link
from milevault_core.view.parts.things import Group, Page, Things, order, things
from pages._gear_item import gear_item
from pages._page import page_title, require_user
from pages.parts import go, here, show

user = require_user()
units = fmt.units(user.units)
every = view.with_kinds(queries.totals(user.id))
services = queries.services(user.id)
name = st.query_params.get("name", "")
if name not in set(every["name"]):  # by its new name
    name = next(iter(every.loc[every["label"] == name, "name"]), name) if name else ""
if name and name in set(every["name"]):
    gear_item(user, every[every["name"] == name].iloc[0], every, services)
    st.stop()

page_title("Gear")
if name:
    st.markdown("There is no such gear. It may have been renamed.")
    show(link("/gear", "All gear"), key="all")
for sentence in view.warnings(services):
    st.warning(texts.plain(sentence), icon=":material/build:")
if every.empty:
    st.markdown("No gear yet. It comes with an export from Strava, or you can add it here.")
else:
    columns = view.columns(every)
    sorting = order(st.query_params.to_dict(), (view.NAME, *columns), view.LATEST)
    rows = view.things(view.ordered(every, sorting), units, user.currency)
    made = Things(
        "Gear", view.NAME, columns, [Group("", rows)], sorting, Page(1, max(1, len(rows)), len(rows))
    )
    show(things(made, here("/gear")), key="list")

with st.expander("Add gear", icon=":material/add:"), st.form("new_gear", border=False):
    new = st.text_input("Name", max_chars=200, placeholder="Blue road bike")
    kind = st.selectbox("Kind", list(view.KINDS), format_func=view.KINDS.__getitem__)
    if st.form_submit_button("Add", type="primary"):
        try:
            gear.save(require_user().id, new, is_new=True, kind=kind, **({"mounted_on": dates.today(user.time_zone)}
                      if kind == "part" else {}))  # fmt: skip
        except ValueError as error:
            st.error(str(error))
        else:
            go("/gear", name=" ".join(new.split()))
