"""Where a page shows a distance, a time and a pace or speed of the same thing, the three agree within rounding.
tests/view/test_shown_figures.py checks rows, cards, laps and exported files for all samples.
"""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from milevault_core.actions import edits
from milevault_core.store.queries import activities as queries
from milevault_core.store.queries import routes as route_queries
from tests.builders import runs
from tests.pages.shown import shown_html
from tests.segments import test_stored as segments
from tests.view.test_shown_figures import agree

DISTANCE, TIME, RATE = (
    ("Distance", "Length"),
    ("Moving time", "Time"),
    ("Pace", "Speed", "Pace or speed"),
)


def said(element: ElementTree.Element | None) -> str:
    """Its text, without the ≠ sign for conflicting values."""
    return "" if element is None else "".join(element.itertext()).replace("≠", "").strip()


def shown(app: AppTest) -> Iterator[dict[str, str]]:
    """Everything shown with labels: each card, the figures at the top of a page, and each row of a list or table. Rows
    without a distance get the one at the top of the page."""
    head: dict[str, str] = {}
    for html in shown_html(app).values():
        tree = ElementTree.fromstring(f"<x>{re.sub(r'&(?!amp;|lt;|gt;|quot;|#)', '&amp;', html)}</x>")
        for described in tree.iter("dl"):
            made = {said(pair.find("dt")): said(pair.find("dd")) for pair in described}
            if (described.get("class") or "").startswith("figures"):
                head |= made
            yield made
        for row in tree.iter("tr"):
            cells = {cell.get("data-label", ""): said(cell) for cell in row.findall("td")}
            if cells.keys().isdisjoint(DISTANCE):
                cells |= {name: head[name] for name in DISTANCE if name in head}
            yield cells
    for frame in app.dataframe:
        if "Distance" in frame.value.index:  # here each activity's figures are a column
            yield from frame.value.to_dict().values()
        else:
            yield from frame.value.to_dict("records")


def agreeing(app: AppTest, where: str) -> int:
    """Check everything on a page that shows all three; the number of these."""
    assert not app.exception, (where, app.exception)
    found = 0
    for thing in shown(app):
        three = [
            next((str(thing[name]) for name in names if thing.get(name)), "")
            for names in (DISTANCE, TIME, RATE)
        ]
        if all(three):
            distance, time, rate = three
            agree(distance, re.sub(r" ± \d+ s$", "", time), rate, where)
            found += 1
    return found


@pytest.mark.parametrize("units", ["metric", "imperial"])
def test_distance_time_and_speed_agree_on_every_page(user: int, open_page, units: str) -> None:
    ways = [
        runs.add(user, way, day, day, sport, pauses=day % 2)
        for sport in ("running", "cycling", "hiking")
        for day, way in enumerate(("loop", "loop", "elsewhere"))
    ]
    walked = [
        segments.add(user, 9, *segments.THROUGH),
        segments.add(user, 10, *segments.TO_AND_FRO, power=200.0),
    ]
    segment = segments.block(user)
    edits.edit_words(user, [*ways, *walked], {"gear": "Shoes"})
    runs.clean(user)
    route = int(route_queries.names(user)["id"].iloc[0])
    day = queries.one(user, ways[0])["local_day"]
    least: list[tuple[int, str, dict]] = [
        (3, "day", {"date": str(day)}),
        (11, "activities", {}),
        (3, "activity", {"id": str(walked[1])}),  # the activity itself and its two efforts
        (3, "compare", {"id": [str(ways[0]), str(ways[3]), str(ways[6])]}),
        (3, "route", {"id": str(route)}),
        (3, "segment", {"id": str(segment)}),
        (0, "gear", {"name": "Shoes"}),
        (0, "routes", {}),
        (0, "segments", {}),
        (0, "dashboard", {}),
        (0, "records", {}),
    ]
    for count, page, asked in least:
        assert agreeing(open_page(user, page, units, **asked), f"{page}, {units}") >= count, page
