"""Lists in a real browser: opening a row, sorting, going back, and undo."""

import re
import zipfile

import pytest

from milevault_core import store
from tests.browser.life import visit
from tests.patience import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
ROWS = "table.things tbody tr:not(.group)"


def test_a_list_sorts_by_the_number_opens_and_one_back_leads_to_where_one_was(page, site) -> None:
    address, _ = site
    visit(page, f"{address}/activities")
    page.get_by_role("link", name="Time", exact=True).click()
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("Time")
    times = page.locator(f"{ROWS} td[data-label=Time]").all_inner_texts()
    seconds = [sum(60**n * int(part) for n, part in enumerate(reversed(t.split(":")))) for t in times if t]
    assert seconds == sorted(seconds, reverse=True)
    assert len(times) == 50
    page.get_by_label("Name").fill("run")
    page.get_by_label("Name").press("Enter")
    expect(page.locator("a.chip")).to_contain_text("run")
    links = page.locator(f"{ROWS} a.go")
    expect(links).not_to_have_count(50)  # the list updates after the filter's chip appears
    names = links.all_inner_texts()
    assert names
    page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollTo(0, 300)")
    before = page.url
    links.nth(6).click()
    page.wait_for_url("**/activity?id=*")
    expect(page.get_by_role("heading", name=names[6])).to_be_visible()
    page.go_back()
    expect(page.locator("a.chip")).to_contain_text("run")
    assert page.url == before
    expect(links).to_have_text(names)
    assert page.get_by_label("Name").input_value() == "run"
    page.wait_for_function("() => document.querySelector('[data-testid=stMain]').scrollTop >= 290")
    page.reload()
    expect(page.locator("a.chip")).to_contain_text("run")
    expect(links).to_have_text(names)
    page.locator("a.chip").click()
    expect(page.locator("a.chip")).to_have_count(0)
    expect(page.get_by_label("Name")).to_have_value("")


def test_rows_open_with_the_keyboard_and_in_a_new_tab(page, site) -> None:
    address, _ = site
    visit(page, f"{address}/activities")
    first = page.locator(f"{ROWS} a.go").first
    with page.context.expect_page() as opened:
        first.click(button="middle")
    opened.value.wait_for_url("**/activity?id=*")
    opened.value.close()
    assert page.url.endswith("/activities")
    first.focus()
    page.keyboard.press("Tab")
    assert page.url.endswith("/activities"), "Tab moves on, it opens nothing"
    expect(page.locator(f"{ROWS} td[data-label=Date] a").first).to_be_focused()
    page.keyboard.press("Tab")  # past the date link to the next row
    page.keyboard.press("Enter")
    page.wait_for_url("**/activity?id=*")
    page.go_back()
    page.locator(f"{ROWS} td[data-label=Date] a").first.click()  # is on top of the row's link
    page.wait_for_url("**/day?date=*")


def test_a_deleted_activity_comes_back_with_undo(page, site) -> None:
    address, user_id = site
    visit(page, f"{address}/activities")
    name = page.locator(f"{ROWS} a.go").first.inner_text()
    page.locator(f"{ROWS} a.go").first.click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("The activity is in the trash.")).to_be_visible()
    assert len(store.read("SELECT 1 FROM trashed_activities WHERE user_id = $1", (user_id,))) == 1
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(f"{ROWS} a.go").first).to_have_text(name)
    assert len(store.read("SELECT 1 FROM trashed_activities WHERE user_id = $1", (user_id,))) == 0


def test_a_rule_renames_and_its_undo_takes_that_back(page, site) -> None:
    address, user_id = site

    def names() -> list[str]:
        return store.read("SELECT name FROM activities WHERE user_id = $1 ORDER BY id", (user_id,))[
            "name"
        ].tolist()

    before = names()
    visit(page, f"{address}/rules")
    page.get_by_label("The name contains").fill("Run")
    page.get_by_label("Name it").fill("By the rule")
    page.get_by_role("button", name="See what it would change").click()
    page.get_by_role("button", name="Change them and keep the rule").click()
    rule = page.get_by_text("then set the name to “By the rule”.")
    expect(page.get_by_text("activities changed.")).to_be_visible()
    expect(rule).to_be_visible()
    assert 1 < names().count("By the rule") < len(before)
    page.locator(".undo button[data-say=undo]").click()
    expect(rule).to_have_count(0)
    assert names() == before


def test_several_are_selected_with_the_mouse_and_downloaded(page, site) -> None:
    address, user_id = site
    visit(page, f"{address}/activities")
    page.get_by_text("Select several").click()
    table = page.get_by_test_id("stDataFrame")
    table.scroll_into_view_if_needed()
    expect(table.locator("tbody tr").first).to_be_attached()  # its texts: it is drawn on a canvas
    place = table.bounding_box()
    for row in (1, 2):
        page.mouse.click(place["x"] + 16, place["y"] + 18 + 35 * row)
    expect(page.get_by_text("2 activities selected")).to_be_visible()
    latest = store.read(
        "SELECT id FROM activities WHERE user_id = $1 ORDER BY start_time DESC LIMIT 2", (user_id,)
    )
    link = page.get_by_role("link", name="Download")
    expect(link).to_have_attribute("href", re.compile("&".join(f"id={i}" for i in latest["id"]) + "$"))
    with page.expect_download() as got:
        link.click()
    with zipfile.ZipFile(got.value.path()) as archive:
        assert len(archive.namelist()) == 2
