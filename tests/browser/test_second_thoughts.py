"""A person's second thoughts, in a real browser: recordings taken apart and put together, an activity read again,
deleted and restored, an import undone."""

import pytest
from playwright.sync_api import expect

from milevault_core.demo.fit_writer import write_activity as fit
from milevault_core.demo.gpx_writer import write_gpx as gpx
from tests.browser.test_journey import PATIENCE_MS, make_account, upload
from tests.test_undo import MADE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def file(name: str, data: bytes) -> dict:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def test_apart_together_deleted_restored_undone(browser, site) -> None:
    context = browser.new_context(viewport={"width": 1360, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    make_account(page, site.first_account)
    upload(
        page,
        site,
        [file("watch.fit", fit(MADE[0])), file("copy.gpx", gpx(MADE[0]))],
    )
    expect(page.get_by_text("copy.gpx: Added to an activity", exact=False)).to_be_visible()

    # One workout, one activity: its recordings, taken apart and put together again.
    page.goto(site.url + "/activities")
    expect(page.get_by_text("1 activity", exact=True)).to_be_visible()
    page.goto(site.url + "/imports")
    page.get_by_role("link", name="Open").first.click()
    expect(page.get_by_role("heading", name="Recordings")).to_be_visible()
    page.get_by_role("button", name="Take apart").click()
    expect(page.get_by_text("Taken apart from another recording", exact=False)).to_be_visible()
    page.get_by_role("button", name="The other one").click()
    expect(page).to_have_url(site.url + "/activity?id=1")
    expect(page.get_by_text("Taken apart from another recording", exact=False)).to_be_visible()
    page.get_by_role("button", name="Put together again").click()
    expect(page.get_by_role("heading", name="Recordings")).to_be_visible()
    address = page.url

    page.get_by_role("button", name="Read again").click()
    expect(page.get_by_text("Nothing would change: 1 activity looked at", exact=False)).to_be_visible()

    # Deleted, and back as it was.
    page.goto(address)
    page.get_by_role("button", name="Delete", exact=False).first.click()
    page.get_by_role("button", name="Delete this activity").click()
    expect(page.get_by_role("heading", name="Trash")).to_be_visible()
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_role("heading", name="Recordings")).to_be_visible()
    expect(page).to_have_url(address)

    # The log: the whole import is undone.
    page.goto(site.url + "/imports")
    page.get_by_role("button", name="File by file").first.click()
    expect(page).to_have_url(site.url + "/imports?import=1")
    page.get_by_role("button", name="Undo this import").click()
    page.get_by_role("button", name="Undo it").click()
    expect(page.get_by_text("This import has been undone.")).to_be_visible()
    page.get_by_role("button", name="All imports").click()
    expect(page).to_have_url(site.url + "/imports")
    expect(page.get_by_role("heading", name="Import", exact=True)).to_be_visible()
    page.goto(site.url + "/activities")
    expect(page.get_by_text("No activities yet", exact=False)).to_be_visible()
    context.close()
