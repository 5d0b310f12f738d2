"""All activities: filters in the sidebar and in the address, totals of what is shown, months as headings."""

from datetime import date

import streamlit as st

from milevault_core.metrics import METRICS
from milevault_core.store.queries import activity_list as queries
from milevault_core.store.queries import highlights as highlight_queries
from milevault_core.store.queries import routes as route_queries
from milevault_core.store.queries import training
from milevault_core.view import dates, metrics, texts
from milevault_core.view import format as fmt
from milevault_core.view.activities import filters as choose
from milevault_core.view.activities import highlights
from milevault_core.view.activities import rows as view
from milevault_core.view.parts import lines
from milevault_core.view.parts.cards import cards
from milevault_core.view.parts.figures import Figure
from milevault_core.view.parts.things import Column, Things, order, page, pager, things
from milevault_core.view.routes import routes as route_view
from pages._activity_many import many_section
from pages._day_tags import left_out_days, without
from pages._page import page_title, require_user
from pages._wrong_dates import wrong_dates_section
from pages.parts import empty, figures, filters, here, show
from pages.parts.dates import date_input

PERIODS = {"year": "This year", "12": "Last 12 months", "90": "Last 90 days", "30": "Last 30 days"}
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 1, 1)  # a clock that was wrong is found here, too
BEGIN = (
    ("upload_file", "Import files", "FIT, GPX, TCX, or a whole export of Strava or Garmin.", "/imports"),
    ("science", "Look around with demo data", "An invented athlete, removed again with one click.", "/"),
)

user = require_user()
units = fmt.units(user.units)
page_title("Activities")
rows = choose.prepared(queries.figures(user.id))
if rows.empty:
    empty("No activities yet. There are two ways to begin.", BEGIN)
    st.stop()
today = dates.today(user.time_zone)


def first_day(period: str | None) -> date | None:
    """The first day of a period."""
    if period == "year":
        return today.replace(month=1, day=1)
    days = {"12": 365, "90": 90, "30": 30}.get(period or "")
    return date.fromordinal(today.toordinal() - days + 1) if days else None


with filters():
    text = st.text_input("Name", placeholder="Words in the name", key="q", bind="query-params",
                         icon=":material/search:")  # fmt: skip
    sports = rows["sport"].value_counts().index.tolist()  # the athlete's main sports first
    chosen = st.multiselect("Sport", sports, format_func=texts.sport_label, key="sport", bind="query-params",
                            placeholder="All sports")  # fmt: skip
    period = st.selectbox("Time", list(PERIODS), index=None, format_func=PERIODS.get, key="period",
                          bind="query-params", placeholder="All time")  # fmt: skip
    since, until = (  # one under the other: half of the sidebar is too narrow for a date
        date_input(st, label, None, EARLIEST, LATEST, key=label.lower(), bind="query-params")
        for label in ("Since", "Until")
    )
    places = st.pills("Only", choose.places(rows), format_func=choose.PLACES.get, selection_mode="multi", key="only",
                      bind="query-params")  # fmt: skip
    gear = sorted(g for g in rows["gear"].unique() if g)
    with_gear = st.selectbox("Gear", gear, index=None, key="gear", bind="query-params",
                             placeholder="Any") if gear else None  # fmt: skip
    tags = choose.tags_of(rows)
    with_tags = (
        st.multiselect("Tags", tags, key="tag", bind="query-params", placeholder="Any") if tags else []
    )
    marked, left_out = left_out_days(user.id)
    ways = rows["route"].value_counts()
    called = route_view.names(route_queries.names(user.id), units) if (ways.index != 0).any() else {}
    ways = [int(w) for w in ways.index if w in called]  # the most frequent first
    on = st.selectbox("Route", ways, index=None, format_func=called.get, key="route", bind="query-params",
                      placeholder="Any") if ways else None  # fmt: skip
    held = st.pills("Has", list(choose.HELD), format_func=choose.HELD.get, selection_mode="multi", key="has",
                    bind="query-params")  # fmt: skip
    left, right = st.columns(2)
    low = left.number_input(f"From, {units.distance}", 0.0, None, None, 1.0, key="from", bind="query-params",
                            format="%g")  # fmt: skip
    high = right.number_input(f"To, {units.distance}", 0.0, None, None, 1.0, key="to", bind="query-params",
                              format="%g")  # fmt: skip

    choices = metrics.list_columns()
    more = st.multiselect("More columns", list(choices), format_func=choices.get, key="columns", bind="query-params",
                          placeholder="None")  # fmt: skip

wanted = choose.Filters(
    text or "", tuple(chosen), since or first_day(period), until, tuple(places or ()), with_gear or "",
    low and low * units.distance_m, high and high * units.distance_m, tuple(with_tags), on or 0, tuple(held or ()),
)  # fmt: skip
found = without(choose.found(rows, wanted), left_out)

me = here("/activities")
chips = [(f"“{text}”", me(q="", page=""))] if text else []
chips += [(texts.sport_label(s), me(sport=[c for c in chosen if c != s], page="")) for s in chosen]
chips += [(PERIODS[period], me(period="", page=""))] if period else []
chips += [(f"Since {dates.short_day(since)}", me(since="", page=""))] if since else []
chips += [(f"Until {dates.short_day(until)}", me(until="", page=""))] if until else []
chips += [(choose.PLACES[p], me(only=[c for c in places or () if c != p], page="")) for p in places or ()]
chips += [(with_gear, me(gear="", page=""))] if with_gear else []
chips += [(f"Tag: {t}", me(tag=[c for c in with_tags if c != t], page="")) for t in with_tags]
chips += [(f"Without: {t}", me(**{"not": [c for c in marked if c != t]}, page="")) for t in marked]
chips += [(called[on], me(route="", page=""))] if on else []
chips += [(f"Has {choose.HELD[h]}", me(has=[c for c in held or () if c != h], page="")) for h in held or ()]
chips += [(f"From {low:g} {units.distance}", me(**{"from": ""}, page=""))] if low else []
chips += [(f"To {high:g} {units.distance}", me(to="", page=""))] if high else []
show(lines.chips(chips, "/activities"), key="chips")

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
