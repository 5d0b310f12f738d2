"""All activities: filters in the sidebar and the address, totals of what is shown, grouped by month."""

import pandas as pd
import streamlit as st

from milevault_core.metrics import METRICS
from milevault_core.store.queries import activity_list as queries
from milevault_core.store.queries import highlights as highlight_queries
from milevault_core.store.queries import training
from milevault_core.view import dates, metrics
from milevault_core.view import format as fmt
from milevault_core.view.activities import filters as choose
from milevault_core.view.activities import highlights
from milevault_core.view.activities import rows as view
from milevault_core.view.parts import lines
from milevault_core.view.parts.cards import cards
from milevault_core.view.parts.figures import Figure
from milevault_core.view.parts.things import Column, Things, order, page, pager, things
from pages._activity_many import many_section
from pages._day_tags import without
from pages._list_filters import list_filters
from pages._page import page_title, require_user
from pages._wrong_dates import wrong_dates_section
from pages.parts import empty, figures, here, show

BEGIN = (
    ("upload_file", "Import files", "FIT, GPX, TCX, or a whole export from Strava or Garmin.", "/imports"),
    ("science", "Look around with demo data", "An invented athlete, removed again with one click.", "/"),
)


@st.cache_resource(max_entries=16, show_spinner=False)
def all_figures(user_id: int, stamp: str) -> pd.DataFrame:
    """The cached frame itself, not a copy: callers must not change it."""
    return choose.prepared(queries.figures(user_id))


user = require_user()
units = fmt.units(user.units)
page_title("Activities")
rows = all_figures(user.id, queries.stamp(user.id))
if rows.empty:
    empty("No activities yet. There are two ways to begin.", BEGIN)
    st.stop()
today = dates.today(user.time_zone)
chosen = list_filters(user.id, rows, units, today)
more = chosen.columns
found = without(choose.found(rows, chosen.wanted), chosen.left_out)

me = here("/activities")
show(lines.chips(chosen.chips, "/activities"), key="chips")

if found.empty:
    st.markdown("No activities match. Remove a filter above, or change one in the sidebar.")
    st.stop()
if rows["date_doubted"].any():
    wrong_dates_section()
if more:
    found = found.merge(training.listed(user.id, more), "left", left_on="id", right_on="activity_id")
together = [*choose.totals(found, units), *metrics.totals(choose.counting(found), more, units)]
figures([Figure(label, value) for label, value in together], key="totals")

columns = (
    *view.COLUMNS,
    *(Column(metrics.label_and_unit(METRICS[m], units), m, rank=4, about=m) for m in more),
)
asked = st.query_params.to_dict()
sorting = order(asked, (view.NAME, *columns), view.LATEST)
part = page(asked, len(found))
begin = (part.number - 1) * part.size
shown = choose.ordered(found, sorting).iloc[begin : begin + part.size]
further = {
    int(row["id"]): [
        metrics.text(METRICS[m], row[m], units, row["sport"]) if row[m] == row[m] else "" for m in more
    ]
    for row in shown.to_dict("records")
}
ids = shown["id"].tolist()
pictures = queries.outlines(user.id, ids)
notes = highlights.notes(highlight_queries.of(user.id, ids), units)
form = st.segmented_control("Show as", ["list", "cards"], default="list", format_func=str.capitalize, key="as",
                            bind="query-params", label_visibility="collapsed", required=True)  # fmt: skip
if form == "cards":
    made = [
        view.card(row, units, pictures.get(int(row.id)), notes.get(int(row.id), []))
        for row in shown.itertuples()
    ]
    show(cards(made) + pager(part, me), key="cards")
else:
    grouped = view.groups(shown, found, pictures, units, sorting, notes, further)
    table = Things("Activities", view.NAME, columns, grouped, sorting, part)
    show(things(table, me), key="list")
many_section(user, choose.ordered(found, sorting))
st.page_link("add.py", label="Add one by hand", icon=":material/add:")
