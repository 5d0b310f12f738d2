"""Changing one's mind, in a real browser: recordings are taken apart and put together, an activity is read again,
deleted and restored, an import is undone.
"""

import pytest

from milevault_core.demo.fit_writer import write_activity as fit
from milevault_core.demo.gpx_writer import write_gpx as gpx
from tests.browser.test_journey import PATIENCE_MS, make_account, upload
from tests.imports.test_undo import made
from tests.patience import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def file(name: str, data: bytes) -> dict:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def test_apart_together_deleted_restored_undone(browser, new_site) -> None:
    context = browser.new_context(viewport={"width": 1360, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    make_account(page, new_site.first_account)
    upload(
        page,
        new_site,
        [file("watch.fit", fit(made()[0])), file("copy.gpx", gpx(made()[0]))],
    )
    expect(page.get_by_text("copy.gpx: Added to an activity", exact=False)).to_be_visible()

    # The recordings of one activity are taken apart and put together again.
    page.goto(new_site.url + "/activities")
    expect(page.locator("tbody a.go")).to_have_count(1)
    page.goto(new_site.url + "/imports")
    page.get_by_role("link", name="Open").first.click()
    expect(page.get_by_role("heading", name="Recordings")).to_be_visible()
    page.get_by_role("button", name="Separate").click()
    expect(page.get_by_text("Separated from another recording", exact=False)).to_be_visible()
    page.get_by_role("link", name="The other one").click()
    expect(page).to_have_url(new_site.url + "/activity?id=1")
    expect(page.get_by_text("Separated from another recording", exact=False)).to_be_visible()
    page.get_by_role("button", name="Merge again").click()
    expect(page.get_by_role("heading", name="Recordings")).to_be_visible()
    address = page.url

    page.get_by_role("button", name="Read again").click()
    expect(page.get_by_text("Nothing would change: 1 activity checked", exact=False)).to_be_visible()

    # Deleted, and restored unchanged.
    page.goto(address)
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page).to_have_url(new_site.url + "/activities")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.locator("tbody a.go")).to_have_count(1)

    # Again, this time from the trash.
    page.goto(address)
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page).to_have_url(new_site.url + "/activities")
    page.goto(new_site.url + "/trash")
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_role("heading", name="Recordings")).to_be_visible()
    expect(page).to_have_url(address)

    # A new name, then the old one again.
    name = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_label("Name", exact=True).fill("Across the pass")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Across the pass")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)

    # In the import log: the whole import is undone.
    page.goto(new_site.url + "/imports")
    page.get_by_role("table", name="Imports").locator("a.go").last.click()
    expect(page).to_have_url(new_site.url + "/imports?import=1")
    page.get_by_role("button", name="Undo this import").click()
    page.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_text("This import has been undone.")).to_be_visible()
    page.get_by_role("link", name="All imports").click()
    expect(page).to_have_url(new_site.url + "/imports")
    expect(page.get_by_role("heading", name="Import", exact=True)).to_be_visible()
    page.goto(new_site.url + "/activities")
    expect(page.get_by_text("No activities yet", exact=False)).to_be_visible()
    context.close()
