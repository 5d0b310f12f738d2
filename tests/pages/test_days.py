"""Wherever an activity's date is shown, it links to the page of that day."""

import re

import pytest

from tests.pages.runs import save_runs
from tests.pages.shown import all_html


@pytest.mark.parametrize(
    ("page", "asked"),
    [("dashboard", {}), ("activities", {}), ("activities", {"as": "Cards"}), ("records", {}), ("compare", {})],
)  # fmt: skip
def test_a_date_leads_to_its_day(user: int, open_page, page: str, asked: dict) -> None:
    ids = save_runs(user)
    if page == "compare":
        asked = {"id": [str(number) for number in ids.values()]}
    app = open_page(user, page, **asked)
    assert not app.exception, app.exception
    assert ('class="card ' in all_html(app)) == (page == "dashboard" or "as" in asked)
    # The last runs are on 13 and 14 June 2026; the text of a link must match the day it leads to.
    found = dict(re.findall(r'<a href="/day\?date=(2026-06-\d\d)">([^<]*)</a>', all_html(app)))
    assert found, page
    for day, text in found.items():
        assert re.search(rf"\b{int(day[-2:])} Jun\b", text), (day, text)


def test_figures_with_a_date_lead_to_its_day(user: int, open_page) -> None:
    save_runs(user)
    heads = re.findall(
        r'<a class="go" href="/day\?date=(2026-06-\d\d)">', all_html(open_page(user, "records"))
    )
    assert len(heads) >= 2
