"""Where search, wrong addresses and Back after signing out lead, in a real browser."""

import re

import pytest

from tests.browser.life import signed_in, visit
from tests.browser.test_lists import ROWS
from tests.patience import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_the_search_finds_while_one_types(page, site) -> None:
    address, _ = site
    visit(page, address)
    box = page.get_by_label("Search activities, routes, segments and gear")
    box.press_sequentially("run")
    expect(page.locator(".found a").first).to_be_visible()
    expect(page.get_by_role("link", name="All results")).to_be_in_viewport()
    box.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/(activity|route|gear|search)[?]"))


def test_addresses_that_are_not_there_say_so_and_near_ones_lead_on(page, site) -> None:
    address, _ = site
    visit(page, f"{address}/import")
    assert page.url == f"{address}/imports"
    expect(page).to_have_title("Import · MileVault")
    visit(page, f"{address}/activites")
    expect(page.get_by_text("There is no such page")).to_be_visible()
    page.get_by_role("link", name="Activities").last.click()
    expect(page).to_have_title("Activities · MileVault")


def test_back_after_signing_out_shows_the_sign_in(browser, site) -> None:
    address, user_id = site
    with signed_in(browser, address, user_id) as (page, _):
        visit(page, f"{address}/activities")
        page.locator("[data-testid=stSidebarNav]").get_by_role("link", name="Records").click()
        expect(page).to_have_title("Records · MileVault")
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_label("Password", exact=True)).to_be_visible()
        page.go_back()
        expect(page.get_by_label("Password", exact=True)).to_be_visible()
        assert not page.locator(ROWS).count()
