"""Routes in a real browser: three runs on the same route are imported, and the route is found, opened and compared."""

from pathlib import Path

import pytest

from milevault_core.formats.write_gpx import write_gpx
from tests.browser.test_journey import PATIENCE_MS, coloured_pixels, make_account, upload
from tests.builders.runs import WAYS, run_along
from tests.patience import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def files() -> list[dict]:
    runs = [run_along(WAYS["loop"], day, pauses=day % 2).track for day in range(3)]
    return [
        {"name": f"{i}.gpx", "mimeType": "application/gpx+xml", "buffer": write_gpx(run, sport="running")}
        for i, run in enumerate(runs)
    ]


def until(page, look, patience: int = 240):
    """Call `look` four times a second until it returns something true."""
    for _ in range(patience):
        if found := look():
            return found
        page.wait_for_timeout(250)
    raise AssertionError(f"not seen in time: {look.__name__}")


def test_three_runs_become_a_route_that_tells_where_the_time_went(browser, new_site, tmp_path: Path) -> None:
    context = browser.new_context(viewport={"width": 1360, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    make_account(page, new_site.first_account)
    upload(page, new_site, files())
    expect(page.get_by_text("2.gpx: Imported", exact=False)).to_be_visible(timeout=PATIENCE_MS)

    table = page.locator("tbody a.go")

    def listed() -> bool:
        page.goto(new_site.url + "/routes")
        expect(page.get_by_role("heading", name="Routes")).to_be_visible(timeout=PATIENCE_MS)
        page.wait_for_timeout(1500)
        return table.count() > 0

    until(page, listed, 40)
    table.first.click()

    expect(page.get_by_role("heading", name="Loop of 2.4 km, Tegel")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("heading", name="Where the time went")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("than your", exact=False)).to_be_visible(timeout=PATIENCE_MS)
    charts = page.locator("[data-testid=stVegaLiteChart]")
    expect(charts).to_have_count(3, timeout=PATIENCE_MS)
    bars = "svgs => svgs.map(e => e.querySelectorAll('[role=graphics-symbol], path[d]').length)"
    until(page, lambda: min(charts.locator("svg").evaluate_all(bars), default=0) >= 3)
    assert charts.nth(1).locator("svg g.mark-rect path").count() >= 20  # one bar per 100 m of 2.4 km
    canvas = page.locator("[data-testid=stDeckGlJsonChart]").first
    until(page, lambda: coloured_pixels(canvas.screenshot()) >= 200)
    page.screenshot(path=tmp_path / "route.png", full_page=True)

    gpx = context.request.get(new_site.url + page.get_by_role("link", name="GPX").get_attribute("href"))
    assert gpx.ok
    assert b"Loop of 2.4 km, Tegel" in gpx.body()
    page.get_by_role("button", name="Favourite").click()
    page.goto(new_site.url + "/activities")
    expect(table.first).to_be_visible(timeout=PATIENCE_MS)
    table.first.click()
    expect(page.get_by_text("of 3 on Loop of 2.4 km, Tegel", exact=False)).to_be_visible(timeout=PATIENCE_MS)
    context.close()
