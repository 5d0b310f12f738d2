"""Every part of the design system in every state, for page developers. Not in the menu; its address is /gallery."""

import streamlit as st

from milevault_core.sports import SPORTS
from milevault_core.view.activities import outline
from milevault_core.view.parts import abouts, cards, colours, lines, sign, text
from milevault_core.view.parts.figures import Figure
from milevault_core.view.parts.things import Column, Group, Order, Page, Thing, Things, things
from pages import parts
from pages._page import page_title, require_user

user = require_user()
page_title("Gallery")
parts.what_is_this(
    "Each part of the design system, in each of its states. Build pages from these.", key="what_is_this"
)

st.subheader("Sign", anchor=False)
parts.show(sign.wordmark("currentColor"), key="sign")

st.subheader("Colours of sports and of quantities", anchor=False)
sports = {colours.family(s): s for s in reversed(SPORTS)}
parts.show(
    '<p class="legend">'
    + "".join(
        f'<span class="{name}">{text.icon(SPORTS[sports[name]].icon)} <b style="color:var(--sport)">■</b> {name}</span>'
        for name in colours.FAMILIES
    )
    + "</p>"
    + '<p class="legend">'
    + "".join(
        f'<span><b style="color:{c}">■</b> {n.replace("_", " ")}</span>' for n, c in colours.METRICS.items()
    )
    + "</p>",
    key="colours",
)

st.subheader("Filters", anchor=False)
st.markdown("They are in the sidebar, between the menu and the account.")
with parts.filters():
    st.multiselect("Sports", ["Cycling", "Running"], key="gallery_sports", placeholder="All")

st.subheader("Figures", anchor=False)
parts.figures(
    [
        Figure("Time", "5 h 12", "42 min more than usual", "up", True, (3, 4, 2, 5, 4, 6)),
        Figure("Distance", "84.2 km", "12 km less than usual", "down", False, (60, 70, 90, 80, 96, 84)),
        Figure("Ascent", "1 204 m", "as usual"),
        Figure("Nothing yet", "–"),
        Figure(
            "A long label that has to wrap somewhere", "1 234 567 strokes/min", "leads on", href="/activities"
        ),
    ],
    key="figures",
)
inline = [
    lines.InlineFigure("Fitness", "54", "+3 in 7 days", "Shown on hover"),
    lines.InlineFigure("Form", "–9"),
]
parts.show(lines.said(inline, "/trends?show=form", "Fitness and form"), key="said")
parts.show(abouts.of_labels(["Distance", "Time", "Normalized power"]), key="abouts")

loop = outline.svg(
    [52.0, 52.02, 52.03, 52.01, 52.0], [13.0, 13.01, 13.05, 13.06, 13.0], 240, 96, "currentColor"
)
st.subheader("Cards", anchor=False)
parts.show(
    cards.cards(
        [
            cards.Card("/activities", "Morning ride", "Sat 28 Nov 2026, 07:30", "directions_bike", "Cycling", "ride",
                       loop,
                       (("Distance", "42.1 km"), ("Time", "1:32:10"), ("Speed", "27.4 km/h")),
                       (("trophy", "Longest ride in a year"),)),
            cards.Card("/activities", "Lengths before work", "Fri 27 Nov 2026, 06:30", "pool", "Swimming", "swim", "",
                       (("Distance", "2 500 m"), ("Time", "38:06"))),
            cards.Card("/activities", "A" * 90, "Thu 26 Nov 2026, 18:00", "fitness_center", "Strength", "gym"),
        ]
    ),
    key="cards",
)  # fmt: skip

st.subheader("List of things", anchor=False)
columns = (Column("Date", "date", is_number=False), Column("Distance", "distance", rank=1),
           Column("Time", "time", rank=1), Column("Heart rate", "heart", rank=3))  # fmt: skip
small = outline.svg([52.0, 52.02, 52.03, 52.0], [13.0, 13.01, 13.05, 13.0], 72, 48, "currentColor")
rows = [
    Thing("/activities", "Morning ride", ("Sat 28 Nov", "42.1 km", "1:32:10", "141 bpm"), "", "directions_bike",
          "Cycling", "ride", small, (("trophy", "Longest in a year"),), star=True),
    Thing("/activities", "Lengths <b>before</b> work", ("Fri 27 Nov", "2 500 m", "38:06", ""), "With a line under it",
          "pool", "Swimming", "swim", text.icon("pool")),
]  # fmt: skip
me = parts.here("/gallery")
full = Things("Activities", Column("Name", "name", "asc", False, 1), columns,
              [Group("November 2026", rows, "2 activities · 2 h 10")], Order("date"), Page(2, 50, 402))  # fmt: skip
parts.show(things(full, me), key="things")
parts.show(things(Things("Nothing", columns[0], columns, []), me), key="no_things")

st.subheader("Progress, notices, chips, keys", anchor=False)
parts.show(
    lines.progress(
        [
            lines.Progress(
                "Ride 5 000 km this year", 0.71, "3 550 of 5 000 km", 0.91, "Behind by 980 km", False
            ),
            lines.Progress("Run 3 times a week", 0.67, "2 of 3", 0.6, "On track", True, "/activities"),
            lines.Progress("Done", 1.2, "120 of 100 h", 0.9, "Reached on 3 November", True),
        ]
    ),
    key="progress",
)
parts.show(
    lines.notices(
        [lines.Notice("hourglass_top", "2 efforts look too good to be true.", "/records", "Decide")]
    ),
    key="notices",
)
parts.show(lines.chips([("Running", "/gallery"), ("This year", "/gallery")], "/gallery"), key="chips")
parts.show(lines.keys({"Easy": "#2f7fe0", "Hard": "#e5484d"}, {"Hard": "/metrics"}), key="keys")
parts.progress(0.0, "Waiting for a worker")
parts.progress(0.4, "Reading 40 of 100 files")

st.subheader("Empty, confirm, undo", anchor=False)
parts.empty(
    "Nothing here yet.",
    (
        ("upload_file", "Import files", "FIT, GPX or TCX.", "/imports"),
        ("play_circle", "Look around", "A button rather than a link.", "say:demo"),
    ),
    key="empty",
)
with st.container(horizontal=True):
    if parts.confirm("Delete for good", "It cannot be brought back.", "Delete for good", key="confirm"):
        st.toast("Nothing was deleted: this is the gallery.")
    if st.button("Show the undo notice", key="show_undo"):
        parts.offer_undo("Something was done.", "nothing")
        st.rerun()
