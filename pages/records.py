"""Personal records: what waits for a word, the records of a sport, how they came about, curves, what was decided."""

import streamlit as st

from milevault_core import verdicts
from milevault_core.records.admit import KEEP, NOT_A_RECORD, WHOLE
from milevault_core.records.curve import best_curves
from milevault_core.store.queries import records as queries
from milevault_core.view import dates, record_charts, words
from milevault_core.view import format as fmt
from milevault_core.view import record_words as say
from milevault_core.view import records as view
from pages._page import empty_state, page_title, require_user

FIRST = 3  # of a queue; the others are a click away

user = require_user()
units = fmt.units(user.units)
page_title("Records")

sports = list(queries.sports(user.id)["sport"])
if not sports:
    empty_state(
        "No records yet. They come with your activities, and only true ones count.",
        "imports.py",
        "Import files",
    )
    st.stop()


def say_so(row, kind: str, key: float, decision: str) -> None:
    """Take a decision down, compute, and show the page as it is then."""
    verdicts.decide_record(user.id, int(row.activity_id), kind, float(key), decision)
    st.rerun()


def look_button(row, label: str, key: str, window: bool = True) -> None:
    where = {"id": str(row.activity_id)}
    if window and row.t1_s == row.t1_s and row.t1_s > row.t0_s:
        where |= {"from": f"{row.t0_s:.1f}", "to": f"{row.t1_s:.1f}"}
    if st.button(label, key=key, icon=":material/map:", type="tertiary"):
        st.switch_page("activity.py", query_params=where)


def one_waiting(row) -> None:
    name = f"{row.activity_id}-{row.kind}-{row.key:g}"
    st.markdown(f"**{words.plain(say.waiting_sentence(row, units))}**")
    source = {"gps": " · distance by GPS", "device": " · distance by the device"}.get(row.source, "")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        look_button(row, say.activity_line(row) + source, f"look-{name}")
        if st.button("Keep", key=f"keep-{name}", icon=":material/check:"):
            say_so(row, row.kind, row.key, KEEP)
        if st.button("Not a record", key=f"reject-{name}", icon=":material/close:"):
            say_so(row, row.kind, row.key, NOT_A_RECORD)


waiting = queries.waiting(user.id)
if len(waiting):
    with st.container(border=True, key="waiting"):
        head = words.count(
            len(waiting), "effort waits for your word and does", "efforts wait for your word and do"
        )
        st.markdown(f":material/hourglass_top: &nbsp;{head} not count until then.")
        for row in waiting.head(FIRST).itertuples(index=False):
            one_waiting(row)
        if len(waiting) > FIRST:
            with st.expander(f"{len(waiting) - FIRST} more"):
                for row in waiting.iloc[FIRST:].itertuples(index=False):
                    one_waiting(row)

with st.sidebar:
    sport = st.selectbox(
        "Sport", [*sports, "all"], key="sport", bind="query-params",
        format_func=lambda s: "All sports" if s == "all" else words.sport_label(s),
    )  # fmt: skip
every = queries.of_sport(user.id, sport)
both = every[every["activity_id"].notna()]["is_indoor"].nunique() > 1
with st.sidebar:
    place = (
        st.segmented_control("Where", ["outdoor", "indoor"], default="outdoor", required=True, key="place",
                             bind="query-params", format_func=str.capitalize) if both else None
    )  # fmt: skip
rows = view.at_place(every, place) if place else every
with st.sidebar:
    kinds = view.sections(rows) | {"everything": "Everything"}
    section = st.radio("Kind", list(kinds), key="kind", bind="query-params", format_func=kinds.get)
    year = st.selectbox(
        "Year", [0, *view.seasons(rows)], key="year", bind="query-params",
        format_func=lambda y: str(y) if y else "All time",
    )  # fmt: skip
year = year or None

figures = view.heads(rows, sport, units)
if figures and not year:
    with st.container(horizontal=True):
        for label, value, day in figures:
            st.metric(label, value, day, border=True, delta_color="off", delta_arrow="off", width=165)

section = "" if section == "everything" else section
wanted = [section] if section else list(view.sections(rows))
for name in wanted:
    found = view.shown(rows, name, year)
    if found.empty:
        continue
    st.subheader(view.SECTIONS[name][0] + (f" of {year}" if year else ""), anchor=False)
    event = st.dataframe(
        view.table(found, rows, waiting, units, year), hide_index=True, on_select="rerun", selection_mode="single-cell",
        key=f"table-{name}-{year}-{place}-{sport}", height="content",
        column_config={
            "Record": st.column_config.TextColumn(pinned=True, width=150),
            "Waiting": st.column_config.TextColumn(help="Better, but it waits for your word: see the top of the page."),
        },
    )  # fmt: skip
    if event.selection.cells:
        row = found.iloc[event.selection.cells[0][0]]
        if row["activity_id"] == row["activity_id"]:
            where = {"id": str(int(row["activity_id"]))}
            if row["t1_s"] >= row["t0_s"]:
                where |= {"from": f"{row['t0_s']:.1f}", "to": f"{row['t1_s']:.1f}"}
            st.switch_page("activity.py", query_params=where)

in_section = rows[rows["kind"].isin(view.SECTIONS[section][1])] if section else rows
choices = view.choices(in_section)
if choices:
    st.subheader("Over the years", anchor=False)
    if st.session_state.get("record") not in choices:
        st.session_state.pop("record", None)
    record = st.selectbox(
        "Record",
        list(choices),
        index=view.usual(choices, sport),
        format_func=choices.get,
        key="record",
        bind="query-params",
        width=260,
    )
    spec = record_charts.progression(view.chosen(rows, record), units, dates.today(user.time_zone))
    st.vega_lite_chart(spec, width="stretch", alt=f"{choices[record]} over the years", key="progression")
    for name in wanted:
        table = view.season_table(rows, name, units)
        if len(table) and len(table.columns) > 2:
            with st.expander(
                f"Best of each year: {view.SECTIONS[name][0].lower()}", expanded=name == wanted[0]
            ):
                st.dataframe(
                    table, hide_index=True, height="content",
                    column_config={"Record": st.column_config.TextColumn(pinned=True, width=150)},
                )  # fmt: skip


@st.cache_data(max_entries=64, show_spinner=False)
def curve_spec(user_id: int, sport: str, name: str, place: str | None, units: str, today, stamp: str) -> dict:
    stored = queries.curves(user_id, sport, name)
    if place:
        stored = stored[stored["is_indoor"].to_numpy(bool) == (place == "indoor")]
    return record_charts.curve(best_curves(stored, today), name, sport, fmt.units(units))


stamp = queries.curve_stamp(user.id, sport)
for name, title in record_charts.curve_titles(sport, section).items():
    spec = curve_spec(user.id, sport, name, place, units.name, dates.today(user.time_zone), stamp)
    if spec:
        st.subheader(title, anchor=False)
        st.vega_lite_chart(spec, width="stretch", alt=title, key=f"curve-{name}")

decided = queries.decided(user.id)
if len(decided):
    with st.expander(f"What you decided ({len(decided)})", icon=":material/gavel:", key="decided"):
        for row in decided.itertuples(index=False):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(words.plain(say.decided_sentence(row, units)))
                name = f"{row.activity_id}-{row.kind}-{row.key:g}"
                look_button(row, say.activity_line(row), f"decided-{name}")
                if st.button("Undo", key=f"undo-{name}", icon=":material/undo:"):
                    say_so(row, row.kind, row.key, "")

left_out = queries.left_out(user.id)
if len(left_out):
    what = words.count(len(left_out), "activity does", "activities do")
    with st.expander(f"Left out: {what} not count", icon=":material/block:", key="left_out"):
        st.caption("What nobody can have done: a ride in a car, a run saved as a swim, a sensor gone wild.")
        for row in left_out.itertuples(index=False):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(words.plain(say.left_out_sentence(row, units)))
                name = f"{row.activity_id}-{row.kind}"
                look_button(row, say.activity_line(row), f"out-{name}")
                if st.button("Count it anyway", key=f"anyway-{name}", icon=":material/check:"):
                    say_so(row, WHOLE, 0.0, KEEP)
