"""What every page looks like in a real browser: complete, without errors and accessible in every size and theme."""

from contextlib import ExitStack

import pytest
from axe_playwright_python.sync_playwright import Axe

from milevault_core import store
from pages._addresses import SITE
from tests import databases
from tests.browser.life import (
    SECTIONS,
    addresses,
    empty_charts,
    resize,
    signed_in,
    too_wide,
    visit,
    wait_for_jobs,
)
from tests.builders.fit import START, activity
from tests.imports.test_files import brought_in
from tests.patience import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
EVERY_CHART_IS_THERE = """() => [...document.querySelectorAll("[data-testid=stVegaLiteChart]")]
    .every(chart => chart.querySelector("svg.marks, canvas.marks") && chart.getBoundingClientRect().height > 60)"""


def test_the_theme_that_was_chosen_holds_for_every_page(page, site) -> None:
    address, _ = site
    is_dark = "() => document.documentElement.dataset.milevault === 'dark'"
    visit(page, f"{address}/profile")
    assert not page.evaluate(is_dark)
    page.get_by_label("Dark", exact=True).check()
    page.wait_for_function(is_dark)
    for path in ("/trends", "/"):
        visit(page, address + path)
        page.wait_for_function(is_dark)
    visit(page, f"{address}/profile")
    page.get_by_label("Same as the system").check()
    page.wait_for_function(f"() => !({is_dark})()")


# A page is loaded at the first of these widths and then resized to the others.
LOOKS = {"light": (1440, 768, 390), "dark": (390, 768, 1440)}
PAGES = [at or "dashboard" for _, _, _, at, _, _ in SITE] + [
    "cards",
    "year",
    *(f"trends-{one}" for one in SECTIONS),
]
# Names, roles and order do not depend on colours, so the second theme only needs the colour rules.
COLOURS_ONLY = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


@pytest.fixture(scope="module")
def tab(browser, served):
    """One tab with ada signed in for all pages, so that the browser loads and compiles scripts only once."""
    url, site = served
    with ExitStack() as stack:
        with databases.opened(url):
            both = stack.enter_context(signed_in(browser, *site))
        yield both


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_quiet_open_to_all_and_no_wider_than_the_screen(tab, site, name: str) -> None:
    """Every page at three widths in both themes, loaded once per theme, wide or at phone width. axe checks the widest,
    which has everything that the narrower ones have, in the same colours."""
    page, seen = tab
    seen.errors.clear()
    seen.hosts.clear()
    for scheme, widths in LOOKS.items():
        page.set_viewport_size({"width": widths[0], "height": 900})
        page.emulate_media(color_scheme=scheme)
        visit(page, site.address + addresses(site.user_id)[name])
        for width in widths:
            look = f"{name}, {width} pixels, {scheme}"
            resize(page, width)
            assert page.evaluate("() => document.documentElement.dataset.milevault") == scheme, look
            check_whole(page, look)
            if width == 1440:
                assert serious_faults(page, {} if scheme == "light" else COLOURS_ONLY) == [], look
    assert not seen.errors
    assert seen.hosts <= {site.address, ""}, "only this server is asked"
    head = page.locator("[data-testid=stMain] h1").inner_text().replace("\u2060", "")
    assert page.title() == f"{head} · MileVault", "a tab has its page's title"


def test_no_page_is_left_out(site) -> None:
    assert list(addresses(site.user_id)) == PAGES


def check_whole(page, what: str) -> None:
    page.wait_for_function(EVERY_CHART_IS_THERE)
    assert not empty_charts(page), what
    assert too_wide(page) <= 0, what
    assert not page.locator("[data-testid=stException]").count(), what


def serious_faults(page, options: dict) -> list[str]:
    """Serious and critical violations found by axe-core, without Streamlit's own menu, whose markup we cannot
    change."""
    options = {"resultTypes": ["violations"]} | options
    context = {"exclude": [["[data-testid=stSidebarNav]"]]}
    found = Axe().run(page, context, options).response["violations"]
    return [
        f"{v['id']}, {len(v['nodes'])} times: {v['nodes'][0]['html'][:160]} "
        f"{[one['message'][:200] for one in v['nodes'][0]['any']]}"
        for v in found
        if v["impact"] in ("serious", "critical")
    ]


def test_the_page_of_every_sport_is_whole_and_quiet_on_a_telephone(browser, site) -> None:
    address, user_id = site
    others = {
        "hiking": 17,
        "rowing": 15,
        "alpine_skiing": 13,
        "paddling": 19,
    }  # missing from the last weeks of the demo life
    for day, number in enumerate(others.values()):
        brought_in(user_id, (f"{number}.fit", activity(300, number, START - day * 86_400).file()))
    with signed_in(browser, address, user_id, 390, 844) as (page, seen):
        wait_for_jobs(page)
        ids = store.read(
            "SELECT sport, max(id) AS id FROM activities WHERE user_id = $1 AND NOT is_transition GROUP BY sport",
            (user_id,),
        )
        assert len(ids) >= 8
        for sport, one in zip(ids["sport"], ids["id"], strict=True):
            visit(page, f"{address}/activity?id={one}")
            check_whole(page, sport)
            expect(page.locator(".figures .figure").nth(1), sport).to_be_visible()
        assert not seen.errors
