"""An archive and a folder through a real browser: uploaded in pieces, inspected, imported on request."""

import re
from pathlib import Path

from bench.hour import hour_fit
from tests.browser.test_journey import PATIENCE_MS, make_account
from tests.builders.archive import zipped
from tests.patience import expect


def test_an_archive_is_planned_and_then_imported(browser, new_site, tmp_path: Path) -> None:
    archive = tmp_path / "export.zip"
    archive.write_bytes(zipped({"a.fit": hour_fit(1, 600), "b.fit": hour_fit(2, 600), "bad.gpx": b""}))
    folder = tmp_path / "rides"
    folder.mkdir()
    for day in (3, 4, 5):
        (folder / f"{day}.fit").write_bytes(hour_fit(day, 300))
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    make_account(page, new_site.first_account)
    page.goto(new_site.url + "/imports")
    page.locator("[data-pick=archive]").set_input_files(str(archive))
    plan = page.get_by_text(re.compile("2 new activities, 1 unreadable"))
    expect(plan).to_be_visible(timeout=PATIENCE_MS)
    page.locator("[class*=st-key-start-] button").click()
    expect(page.get_by_text("Imported 2 · Failed 1")).to_be_visible(timeout=PATIENCE_MS)

    page.locator("[data-pick=folder]").set_input_files(str(folder))  # the page's script zips it while sending
    expect(page.get_by_text("3 new activities", exact=False)).to_be_visible(timeout=PATIENCE_MS)
    page.locator("[data-testid=stPopover] button").filter(has_text="Discard").click()
    page.locator("[class*=st-key-discard-] button").click()
    expect(page.get_by_text("3 new activities", exact=False)).to_be_hidden(timeout=PATIENCE_MS)
    context.close()
