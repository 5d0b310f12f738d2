"""Segments are created from a brushed stretch, a climb or a file; every effort is listed and marked on the activity's
map; the list has small maps; several segments are deleted at once.
"""

import os
import subprocess
import sys

import pytest

from milevault_core import store
from milevault_core.view import texts
from tests.browser.life import drawn, live, signed_in, visit
from tests.browser.test_activity import CHART, MAP, STEADY, box
from tests.builders.gpx import gpx, points, route
from tests.pages import server
from tests.patience import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
# The latest run on a route with several runs.
REPEATED = """
SELECT a.id FROM activities a JOIN route_members m ON m.activity_id = a.id AND m.user_id = a.user_id
WHERE a.user_id = $1 AND a.sport = 'running' AND m.kind = 'same' AND (SELECT count(*) FROM route_members o
    WHERE o.user_id = m.user_id AND o.route = m.route AND o.kind = 'same') > 1 ORDER BY a.start_time DESC LIMIT 1
"""


# The outdoor ride or run with the most ascent.
HILLY = """
SELECT id FROM activities WHERE user_id = $1 AND sport IN ('running', 'cycling') AND NOT is_indoor
ORDER BY ascent_m DESC NULLS LAST LIMIT 1
"""
HEADER_PX, ROW_PX = 35, 33  # of a table drawn on a canvas
MARKED = """name => JSON.stringify([...document.querySelectorAll("[class*=DeckGL], .deck-root, #deckgl-wrapper")]
    .map(e => { const k = Object.keys(e).find(k => k.startsWith("__reactFiber"));
        for (let f = e[k]; f; f = f.return) if (f.memoizedProps && f.memoizedProps.layers) {
            return f.memoizedProps.layers.map(l => l && (l.props || l).data).flat(); }
        return []; })).includes(name)"""


def test_a_segment_from_its_making_to_its_end(database, database_url, browser) -> None:
    user_id = live(60)
    activity, hilly = (int(store.read(query, (user_id,))["id"].iloc[0]) for query in (REPEATED, HILLY))
    environment = os.environ | {"DATABASE_URL": database_url, "JOBS_WORKERS": "1", "MILEVAULT_ENV_FILE": ""}
    jobs = subprocess.Popen([sys.executable, "-m", "jobs"], cwd=server.ROOT, env=environment)
    try:
        with (
            server.serving(database_url, MAP_TILE_URL="", MILEVAULT_ENV_FILE="") as address,
            signed_in(browser, address, user_id, width=1360, height=1200) as (page, seen),
        ):
            brush_a_stretch(page, address, activity)
            save_a_climb(page, address, hilly)
            drop_a_file(page, address)
            look_at_the_list(page, address)
            delete_several(page, address, user_id)
            assert not seen.errors
    finally:
        jobs.terminate()
        jobs.wait(60)


def save(page, name: str) -> None:
    """Fill in the open form and save; the segment's page opens."""
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/segment?id=*")
    drawn(page)
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def brush_a_stretch(page, address: str, activity: int) -> None:
    visit(page, f"{address}/activity?id={activity}")
    page.wait_for_selector(CHART)
    page.wait_for_selector(MAP)
    page.wait_for_function(STEADY)
    x, y, width, _ = box(page, CHART)
    page.mouse.move(x + 0.4 * width, y + 150)
    page.mouse.down()
    page.mouse.move(x + 0.6 * width, y + 160, steps=5)
    page.mouse.up()
    page.get_by_role("button", name="Save as segment").click()
    save(page, "Along the canal")
    efforts = page.locator("table.things tbody tr")
    expect(efforts.nth(1)).to_be_visible(timeout=90_000)  # once the worker has found them
    efforts.locator(f'a[href*="id={activity}&"]').first.click()
    page.wait_for_url(f"**/activity?id={activity}*")
    expect(page.locator("table.things").get_by_role("link", name="Along the canal").first).to_be_visible()
    page.wait_for_selector(MAP)
    page.wait_for_function(MARKED, arg="Along the canal: ")


def save_a_climb(page, address: str, activity: int) -> None:
    """Save a climb by the button in the table's last column; the table is drawn on a canvas."""
    visit(page, f"{address}/activity?id={activity}")
    page.get_by_role("radio", name="Climbs").click()
    table = page.locator(".st-key-table-climbs .dvn-scroller")
    table.scroll_into_view_if_needed()
    page.wait_for_function(STEADY)
    width = table.bounding_box()["width"]
    table.click(position={"x": width - 80, "y": HEADER_PX + ROW_PX / 2})
    expect(page.get_by_role("dialog")).to_be_visible()
    save(page, "The long climb")
    expect(page.get_by_text("a climb")).to_be_visible()
    expect(page.locator("table.things tbody tr").first).to_be_visible(timeout=90_000)


def drop_a_file(page, address: str) -> None:
    """Create a segment from a course, a file that does not tell the sport."""
    visit(page, f"{address}/segments")
    page.get_by_role("button", name="New segment from a GPX").click()
    course = gpx(route([p | {"ele": 400 + n} for n, p in enumerate(points(200))], "Up the lane")).encode()
    page.locator("[role=dialog] input[type=file]").set_input_files(
        [{"name": "lane.gpx", "mimeType": "application/gpx+xml", "buffer": course}]
    )
    expect(page.get_by_label("Name", exact=True).last).to_have_value("Up the lane")
    sport = page.get_by_role("dialog").get_by_role("combobox")
    sport.click()
    page.get_by_role("option", name="Hiking").or_(page.get_by_role("option", name="Running")).first.click()
    page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/segment?id=*")
    drawn(page)
    expect(page.get_by_role("heading", name="Up the lane")).to_be_visible()
    expect(page.get_by_text("No activity has passed here yet")).to_be_visible(timeout=90_000)


def look_at_the_list(page, address: str) -> None:
    """Check that each row has a small map with a line."""
    for name in ("Along the canal", "The long climb", "Up the lane"):
        visit(page, f"{address}/segments?q={name}")
        row = page.locator("table.things tbody tr").filter(has_text=name)
        expect(row.locator("svg").first).to_be_visible()
        assert row.locator("svg path").first.evaluate("e => e.getTotalLength()") > 20


def delete_several(page, address: str, user_id: int) -> None:
    """Delete the filtered segments by the checkbox in the header; the others stay."""
    visit(page, f"{address}/segments?q=lane")
    rows = page.locator("table.things tbody tr")
    expect(rows.first).to_be_visible()
    kept = rows.count()
    page.get_by_text("Select several").click()
    table = page.locator("[class*=st-key-many_rows] .dvn-scroller")
    expect(table).to_be_visible()
    table.click(position={"x": 17, "y": HEADER_PX / 2})
    expect(page.get_by_text(texts.count(kept, "segment") + " selected")).to_be_visible()
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete them").click()
    expect(page.get_by_text("No segment matches")).to_be_visible()
    left = store.read("SELECT name FROM route_segments WHERE user_id = $1", (user_id,))["name"].tolist()
    assert {"Along the canal", "The long climb"} <= set(left)
    assert not [name for name in left if "lane" in name]
