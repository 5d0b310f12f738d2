"""Back after using the side menu: a page's choices are as they were, and the page visited in between has its own."""

import re

import pytest
from playwright.sync_api import WebSocketRoute

from milevault_core import store
from tests.browser.life import drawn, open_list, visit
from tests.patience import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
MENU = "[data-testid=stSidebarNav]"
MAIN = "document.querySelector('[data-testid=stMain]')"
ROWS = "table.things tbody tr:not(.group)"
CHECKED = 'label:has(input:checked):has-text("{}")'


def menu(page, title: str) -> None:
    page.locator(MENU).get_by_role("link", name=title, exact=True).click()
    expect(page).to_have_title(f"{title} · MileVault")
    drawn(page)


def test_trends_has_its_choices_after_the_menu_and_back(page, site) -> None:
    address, _ = site
    visit(page, f"{address}/trends")
    page.get_by_text("Fitness and form", exact=True).click()
    page.wait_for_url(re.compile("show=Fitness"))
    first = page.locator(".figures .value").first
    of_all_sports = first.inner_text()
    open_list(page, "Sports")
    page.get_by_role("option", name="Running").click()
    page.wait_for_url(re.compile("sport=Running"))
    page.keyboard.press("Escape")
    expect(first).not_to_have_text(of_all_sports)  # the address changes before the content does
    drawn(page)
    chosen, figure = page.url, first.inner_text()
    menu(page, "Records")
    assert page.url == f"{address}/records", "a page of the menu begins with nothing chosen"
    page.go_back()
    expect(page).to_have_title("Trends · MileVault")
    expect(first).to_have_text(figure)
    assert page.url == chosen
    expect(page.get_by_role("button", name="Remove Running")).to_be_visible()
    page.evaluate("""() => {
        history.pushState({}, "", "/trends?show=streaks");
        dispatchEvent(new PopStateEvent("popstate", { state: {} }));
    }""")  # as our links do
    expect(page.get_by_role("link", name="Eddington number: what is this?")).to_be_visible()
    assert page.url == f"{address}/trends?show=streaks"


@pytest.mark.parametrize(
    ("path", "shows"),
    [
        ("activities?sport=Running&as=Cards", 'a.chip:has-text("Running")'),
        ("calendar?month={month}", "h1"),
        ("records?record_sport=Cycling&kind=Everything", CHECKED.format("Everything")),
        ("health?show=Over+time", CHECKED.format("Over time")),
    ],
)
def test_a_page_has_its_choices_after_the_menu_and_back(page, site, path: str, shows: str) -> None:
    address, user_id = site
    last = store.read("SELECT max(local_day) AS day FROM activities WHERE user_id = $1", (user_id,))
    visit(page, f"{address}/{path.format(month=f'{last["day"].iloc[0]:%Y-%m}')}")
    expect(page.locator(shows).first).to_be_visible()
    chosen, title = page.url, page.title()
    assert "?" in chosen
    menu(page, "Trends")
    assert page.url == f"{address}/trends"
    page.go_back()
    expect(page).to_have_title(title)
    expect(page.locator(shows).first).to_be_visible()
    assert page.url == chosen


def test_back_leads_to_where_one_was_however_slow_the_page_is(page, site) -> None:
    """The server's messages after Back are held back until the old page has been scrolled to the list's position, and
    the browser is busy meanwhile."""
    address, _ = site
    held: list[str | bytes] | None = None  # None: nothing is held

    def to_browser(message: str | bytes) -> None: ...

    def between(browser: WebSocketRoute) -> None:
        nonlocal to_browser
        server, to_browser = browser.connect_to_server(), browser.send

        def pass_on(message: str | bytes) -> None:
            if held is None:
                browser.send(message)
            else:
                held.append(message)

        server.on_message(pass_on)

    page.route_web_socket("**/_stcore/stream", between)
    visit(page, f"{address}/activities")
    rows = page.locator(f"{ROWS} a.go")
    expect(rows).to_have_count(50)
    page.evaluate(f"() => {MAIN}.scrollTo(0, 600)")
    rows.nth(20).click()
    page.wait_for_url("**/activity?id=*")
    expect(page.get_by_text("Best efforts", exact=True).first).to_be_visible()
    drawn(page)
    high = f"{MAIN}.scrollHeight - {MAIN}.clientHeight > 700"
    page.wait_for_function(f"() => {high}")  # enough to stand where the list did
    held = []
    page.go_back()
    page.evaluate(
        "() => { const was = Date.now; Date.now = () => was() + 31000; }"
    )  # as if the browser had been too busy to handle events for that long
    for _ in range(2):
        page.evaluate(f"() => {MAIN}.scrollTo(0, 0)")  # as when the first content is short
        page.wait_for_function(f"() => {MAIN}.scrollTop > 300")
    page.evaluate(f"() => {MAIN}.scrollTo(0, 0)")
    now, held = held, None
    for message in now:
        to_browser(message)
    expect(rows).to_have_count(50)
    page.wait_for_function(f"() => {MAIN}.scrollTop > 300")


def test_forward_leads_to_where_one_was_too(page, site) -> None:
    address, _ = site
    visit(page, f"{address}/activities")
    rows = page.locator(f"{ROWS} a.go")
    expect(rows).to_have_count(50)
    rows.nth(30).scroll_into_view_if_needed()
    was = page.evaluate(f"() => {MAIN}.scrollTop")
    assert was > 300
    rows.nth(30).click()
    page.wait_for_url("**/activity?id=*")
    expect(page.get_by_text("Best efforts", exact=True).first).to_be_visible()
    drawn(page)
    page.evaluate(f"() => {MAIN}.scrollTo(0, 700)")
    page.go_back()
    expect(rows).to_have_count(50)
    page.wait_for_function(f"() => Math.abs({MAIN}.scrollTop - {was}) < 3")
    drawn(page)
    page.keyboard.press("Shift")  # any input ends the restoring of the scroll position
    page.go_forward()
    page.wait_for_url("**/activity?id=*")
    page.wait_for_function(f"() => Math.abs({MAIN}.scrollTop - 700) < 3")


def test_back_to_a_page_that_is_shorter_now_leads_to_its_end(page, site) -> None:
    address, _ = site
    visit(page, f"{address}/activities")
    rows = page.locator(f"{ROWS} a.go")
    expect(rows).to_have_count(50)
    end = f"{MAIN}.scrollHeight - {MAIN}.clientHeight"
    page.evaluate(f"() => {MAIN}.scrollTo(0, {end})")
    was = page.evaluate(f"() => {MAIN}.scrollTop")
    menu(page, "Goals")
    # More of the list is visible, so there is less to scroll.
    page.set_viewport_size({"width": 1280, "height": 1500})
    page.go_back()
    expect(rows).to_have_count(50)
    page.wait_for_function(f"() => {MAIN}.scrollTop > 100 && Math.abs({MAIN}.scrollTop - ({end})) < 3")
    assert page.evaluate(f"() => {MAIN}.scrollTop") < was
