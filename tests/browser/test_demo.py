"""The quickest way for a newcomer to see something: demo data appears with one click, and goes with another."""

import pytest

from tests.browser.test_journey import PATIENCE_MS, make_account
from tests.patience import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(480)]
MADE_MS = 180_000  # for a busy machine; on an idle one it takes about fifteen seconds


def test_demo_data_comes_and_goes(browser, new_site) -> None:
    context = browser.new_context(viewport={"width": 1360, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    make_account(page, new_site.first_account)
    expect(page.get_by_text("Your training history is empty", exact=False)).to_be_visible()

    page.get_by_text("Look around with demo data").click()
    expect(page.get_by_text("Making two years of training", exact=False)).to_be_visible()
    expect(page.get_by_text("Demo data").first).to_be_visible()
    # The page fills by itself once the data is there.
    expect(page.get_by_role("heading", name="Latest activities")).to_be_visible(timeout=MADE_MS)
    expect(page.locator("[data-testid=stVegaLiteChart] svg").first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("Demo data").first).to_be_visible()
    expect(page.get_by_text("An invented athlete", exact=False)).to_be_visible()

    page.goto(new_site.url + "/activities")
    expect(page.locator("tbody a.go").first).to_be_visible(timeout=PATIENCE_MS)
    page.goto(new_site.url)
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Your own data stays", exact=False)).to_be_visible()
    page.get_by_role("button", name="Remove the demo data").click()
    expect(page.get_by_text("Your training history is empty", exact=False)).to_be_visible(timeout=MADE_MS)
    expect(page.get_by_text("Look around with demo data")).to_be_visible()
    page.goto(new_site.url + "/activities")
    expect(page.get_by_text("No activities yet", exact=False)).to_be_visible(timeout=PATIENCE_MS)
    context.close()
