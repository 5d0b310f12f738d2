"""Records in a real browser: charts have marks, deciding on a pending effort moves it, a click shows where it was."""

import re

import pytest

from milevault_core.accounts import sessions
from tests.pages import server
from tests.pages.runs import save_runs
from tests.patience import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
PATIENCE_MS = 60_000
# Per chart: vertices of every drawn line, and number of drawn symbols.
MARKS = """() => [...document.querySelectorAll("[data-testid=stVegaLiteChart]")].map(chart => [
    [...chart.querySelectorAll("g.mark-line path")].map(p => (p.getAttribute("d").match(/[MLHVC]/g) || []).length),
    chart.querySelectorAll("g.mark-symbol path").length])"""
BRUSH = """() => { const r = document.querySelector("[class*=range_brush] path");
    return r ? r.getBoundingClientRect().width : 0 }"""


def test_decide_and_see_it_move(browser, database, database_url: str, user: int) -> None:
    runs = save_runs(user)
    token = sessions.create(user)
    with server.serving(database_url, MAP_TILE_URL="") as address:
        context = browser.new_context(viewport={"width": 1360, "height": 1100})
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies([{"name": "mv_session", "value": token, "url": address}])
        page = context.new_page()
        page.goto(address + "/records")
        question = page.get_by_text(re.compile("Did you really run 400 m in 51.8 s"))
        expect(question).to_be_visible(timeout=PATIENCE_MS)
        page.locator("[data-testid=stVegaLiteChart] svg").nth(1).wait_for()
        page.wait_for_function(f"({MARKS})().every(c => c[0].some(n => n >= 2))", timeout=PATIENCE_MS)
        lines, symbols = page.evaluate(MARKS)[0]
        assert max(lines) >= 4, "a stair of improvements"
        assert symbols >= 4
        assert max(page.evaluate(MARKS)[1][0]) >= 10, "the pace curve"

        page.get_by_role("button", name="Keep").click()
        expect(question).to_have_count(0, timeout=PATIENCE_MS)
        page.get_by_text("Your decisions (1)").click()
        expect(page.get_by_text(re.compile("Kept: 400 m in 51.8 s"))).to_be_visible()
        page.wait_for_function(f"({MARKS})()[0][1] > {symbols}", timeout=PATIENCE_MS)
        page.get_by_role("button", name=re.compile("Too fast")).first.click()

        expect(page.get_by_role("heading", name="Too fast")).to_be_visible(timeout=PATIENCE_MS)
        assert f"id={runs['fast']}" in page.url
        assert "from=" in page.url
        expect(page.get_by_text("Selected stretch")).to_be_visible(timeout=PATIENCE_MS)
        page.locator("[data-testid=stVegaLiteChart] svg").first.wait_for()
        page.wait_for_function(f"({BRUSH})() > 20", timeout=PATIENCE_MS)
        context.close()
