"""A segment is made where one sees it: brush a stretch, save it, and every time one passed there is listed."""

import os
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from milevault_core import store
from tests.browser.life import drawn, live, signed_in, visit
from tests.browser.test_activity import CHART, MAP, STEADY, box
from tests.pages import server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
# The latest run on a route that was run several times.
REPEATED = """
SELECT a.id FROM activities a JOIN route_members m ON m.activity_id = a.id AND m.user_id = a.user_id
WHERE a.user_id = $1 AND a.sport = 'running' AND m.kind = 'same' AND (SELECT count(*) FROM route_members o
    WHERE o.user_id = m.user_id AND o.route = m.route AND o.kind = 'same') > 1 ORDER BY a.start_time DESC LIMIT 1
"""


def test_brush_save_and_the_efforts_appear(database, database_url, browser) -> None:
    user_id = live(60)
    activity = int(store.read(REPEATED, (user_id,))["id"].iloc[0])
    environment = os.environ | {"DATABASE_URL": database_url, "JOBS_WORKERS": "1", "MILEVAULT_ENV_FILE": ""}
    jobs = subprocess.Popen([sys.executable, "-m", "jobs"], cwd=server.ROOT, env=environment)
    try:
        with (
            server.serving(database_url, MAP_TILE_URL="", MILEVAULT_ENV_FILE="") as address,
            signed_in(browser, address, user_id, width=1360, height=1200) as (page, seen),
        ):
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
            page.get_by_label("Name", exact=True).fill("Along the canal")
            page.get_by_role("button", name="Save", exact=True).click()
            page.wait_for_url("**/segment?id=*")
            drawn(page)
            expect(page.get_by_role("heading", name="Along the canal")).to_be_visible()
            efforts = page.locator("table.things tbody tr")
            expect(efforts.nth(1)).to_be_visible(timeout=90_000)  # when the worker has found them
            efforts.locator(f'a[href*="id={activity}&"]').first.click()
            page.wait_for_url(f"**/activity?id={activity}*")
            expect(
                page.locator("table.things").get_by_role("link", name="Along the canal").first
            ).to_be_visible()
            assert not seen.errors
    finally:
        jobs.terminate()
        jobs.wait(60)
