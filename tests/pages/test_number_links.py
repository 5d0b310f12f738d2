"""Every number links to its explanation: on its label, or in the line "What is this?" below it; a health figure may
link to its own page, which has that line.
"""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from milevault_core.metrics import METRICS
from milevault_core.view import metric_docs
from milevault_core.view.parts import abouts
from pages._addresses import SITE
from tests import databases, walls_ids
from tests.pages.shown import all_html, shown_html
from tests.pages.test_page_matrix import address_of, opened_for_a_module
from tests.walls_person import person

ADDED = ("Intervals", "Splits", "Best efforts", "Curves", "Climbs", "Lengths", "Sets", "Dynamics")
# Labels of values that contain digits but need no explanation: dates, times of day, names of files and devices.
NO_NUMBER = {"Date", "When", "Last", "Last used", "Name", "Activity", "Sport", "Record", "At", "Kind", "Exercise",
             "Workout step", "Segment", "Week", "Note", "Deleted at Garmin since", "File", "Folder"}  # fmt: skip
OF_FILES = {"imports", "reread", "rules", "garmin", "admin", "settings", "gallery", "trash"}
PAGES = [page for _, _, file, *_ in SITE if (page := file.removesuffix(".py")) not in OF_FILES]
# Labels that mean something else on some pages.
ALSO = {
    "Time": {"segment_time", "route_time"}, "Best": {"best_effort", "segment_time", "route_time"},
    "Rank": {"route_time"}, "Distance": {"forecast"}, "80% range": {"forecast"}, "By method": {"forecast"},
}  # fmt: skip


@pytest.fixture(scope="module")
def somebody(lent_database: databases.Lent) -> Iterator[tuple[int, walls_ids.Ids]]:
    """A person with something of everything, and the ids of it."""
    with opened_for_a_module(lent_database):
        ann = person("ann")
        walls_ids.import_files(ann.user_id)
        yield ann.user_id, walls_ids.ids_of(ann.user_id, ann.route_id)


def said(element: ElementTree.Element) -> str:
    return "".join(element.itertext()).replace("≠", "").strip()


def labels_of(app: AppTest) -> Iterator[str]:
    """The labels of a page's numbers that are not links themselves."""
    for html in shown_html(app).values():
        tree = ElementTree.fromstring(f"<x>{re.sub(r'&(?!amp;|lt;|gt;|quot;|#)', '&amp;', html)}</x>")
        for shown in tree.iter("dl"):
            if "sourced" not in (shown.get("class") or ""):  # a click explains these, with a link
                for dt in shown.iter("dt"):
                    if dt.find("a") is None:
                        yield said(dt)
        for table in tree.iter("table"):
            for cell in table.iter("td"):
                if "number" in (cell.get("class") or "") and re.search(r"\d", said(cell)):
                    yield cell.get("data-label", "")
    for frame in app.dataframe:
        figures = frame.value
        if "Distance" in figures.index or "Moving time" in figures.index:
            yield from map(str, figures.index)
        else:
            yield from (str(c) for c in figures.columns if figures[c].astype(str).str.contains(r"\d").any())


def unexplained(app: AppTest) -> set[str]:
    html = all_html(app)
    linked = set(re.findall(r"/metrics\?name=(\w+)", html))
    known = {part.name for part in metric_docs.parts()}
    assert linked <= known, "a link to nothing"
    found = {
        label for label in labels_of(app) if label not in NO_NUMBER and not re.fullmatch(r"\d{4}", label)
    }
    return {label for label in found if not linked & (ALSO.get(label, set()) | {abouts.name_of(label)})}


@pytest.mark.parametrize("page", PAGES)
def test_every_number_leads_to_what_it_is(somebody, open_page, page: str) -> None:
    user, ids = somebody
    app = open_page(user, page, **address_of(page, ids))
    assert not app.exception, app.exception
    assert unexplained(app) == set()


def test_so_do_two_activities_side_by_side(somebody, open_page) -> None:
    user, ids = somebody
    app = open_page(user, "compare", id=[str(ids["activity_id"]), str(ids["file_id"])])
    assert len(app.dataframe) == 1
    assert unexplained(app) == set()


def test_so_do_the_tables_of_an_activity(somebody, open_page) -> None:
    user, ids = somebody
    app = open_page(user, "activity", id=str(ids["activity_id"]))
    (kinds,) = [c for c in app.get("button_group") if set(c.options) & set(ADDED)]
    for kind in kinds.options:
        (kinds,) = [c for c in app.get("button_group") if set(c.options) & set(ADDED)]
        app = kinds.set_value(kind).run()
        assert not app.exception, app.exception
        assert unexplained(app) == set(), kind
        assert "/metrics?name=" in all_html(app)


def test_every_label_leads_to_a_part_that_is_there() -> None:
    known = {part.name for part in metric_docs.parts()}
    assert set(abouts.OF_LABEL.values()) <= known
    for one in METRICS.values():
        assert abouts.name_of(one.label) == one.name or abouts.name_of(one.label) in known
    assert abouts.name_of("Load, mean") == "load"
    assert abouts.name_of("Work (kJ)") == "work_j"
    assert abouts.name_of("VO₂max (device), latest") == "vo2max"
    assert abouts.name_of("Name") == ""
    assert abouts.of_labels(["Name"]) == ""
    assert abouts.of_labels(["Pace", "Speed"]).count("<a ") == 1
