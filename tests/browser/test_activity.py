"""The activity page in a real browser: linked chart and map, the brush and its figures, phone, dark theme."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple

import pytest

from bench.hour import hour_fit
from milevault_core.accounts import users
from milevault_core.derive import clean
from milevault_core.imports import files
from tests import databases
from tests.browser.life import signed_in, visit
from tests.pages.server import serving
from tests.patience import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
CHART = '[class*="st-key-timeline-"] svg.marks'
MAP = "[data-testid=stDeckGlJsonChart] canvas"
BOX = "s => { const r = document.querySelector(s).getBoundingClientRect(); return [r.x, r.y, r.width, r.height]; }"
RULES = """() => [...document.querySelectorAll(".crosshair_marks line")]
    .filter(l => +l.getAttribute("opacity") > 0.5).map(l => l.getBoundingClientRect().x)"""
DOT = (
    '() => { const d = document.querySelector(".milevault-dot"); return !!d && d.style.display === "block"; }'
)
STEADY = """() => {
    const view = document.querySelector(".deck-root, #deckgl-wrapper");
    return document.querySelectorAll("[data-stale=true]").length === 0 && !!view; }"""


class Ride(NamedTuple):
    """A stored ride, and the address of its page."""

    url: str
    address: str
    user_id: int
    activity: int


@pytest.fixture(scope="module")
def ride(server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ride]:
    """A server with a ride of half an hour, for tests that do not change it."""
    with databases.fresh(server_url, template) as url:
        with databases.opened(url):
            user_id = users.create("ada", "correct horse battery", time_zone="Europe/Berlin").id
            batch = files.begin(user_id, "page")
            (item,) = files.add(user_id, batch, "ride.fit", hour_fit(1, 1_800))
            (activity,) = files.process(item)
            clean.clean(user_id)
        with serving(url, MAP_TILE_URL="", MILEVAULT_DATA=str(tmp_path_factory.mktemp("data"))) as address:
            yield Ride(url, address, user_id, activity)


@pytest.fixture
def page(browser, ride: Ride):
    """The ride's page, with the user signed in."""
    with ExitStack() as stack:
        with databases.opened(ride.url):
            opened, _ = stack.enter_context(
                signed_in(browser, ride.address, ride.user_id, width=1360, height=1200)
            )
        visit(opened, f"{ride.address}/activity?id={ride.activity}")
        opened.wait_for_selector(CHART)
        opened.wait_for_selector(MAP)
        opened.wait_for_function(STEADY)
        yield opened


def box(page, selector: str) -> tuple[float, float, float, float]:
    return tuple(page.evaluate(BOX, selector))


def fullscreen(page) -> None:
    """Enter and leave the map's fullscreen mode with its own button."""
    before, place = box(page, MAP), page.locator(".st-key-activity-map")
    place.hover()
    place.get_by_role("button", name="Fullscreen", exact=True).click()
    shares = (
        f"(([x, y, wide, high]) => wide > 0.9 * innerWidth && high > 0.8 * innerHeight)(({BOX})('{MAP}'))"
    )
    page.wait_for_function(f"() => {shares}")
    place.get_by_role("button", name="Close fullscreen").click()
    page.wait_for_function(f"wide => Math.abs(({BOX})('{MAP}')[2] - wide) < 2", arg=before[2])
    x, _, wide, high = box(page, MAP)  # Streamlit may have scrolled
    assert (x, wide, high) == pytest.approx((before[0], *before[2:]), abs=2)


def test_without_the_view_of_the_map_there_is_no_dot_and_all_else_works(page) -> None:
    """As after an upgrade that removes React's node: hover.js finds nothing, and everything else still works."""
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.evaluate(
        "() => { const keys = Object.keys; Object.keys = of => keys(of).filter(k => !k.startsWith('__reactFiber$')); }"
    )
    x, y, width, _ = box(page, CHART)
    page.mouse.move(x + 0.5 * width, y + 150)
    page.wait_for_function(f"() => ({RULES})().length === 1")  # Vega's own crosshair
    mx, my, mw, mh = box(page, MAP)
    page.mouse.move(mx + mw / 2, my + mh / 2)
    page.mouse.move(x + 0.4 * width, y + 150)
    page.mouse.down()
    page.mouse.move(x + 0.6 * width, y + 160, steps=5)
    page.mouse.up()
    expect(page.locator(".st-key-stretch").get_by_text("Normalized power")).to_be_visible()
    assert not page.evaluate(DOT)
    page.get_by_role("button", name="Whole activity").click()
    expect(page.locator(".st-key-stretch")).to_have_count(0)
    assert not errors


def test_chart_and_map_go_hand_in_hand(page) -> None:
    """This depends on the keys of Streamlit's containers, deck.gl's view in React and Vega's pointer. If it fails after
    an upgrade, pages/parts/hover.js must find one of them in another way."""
    x, y, width, _ = box(page, CHART)
    page.mouse.move(x + 0.5 * width, y + 150)
    page.wait_for_function(DOT)
    page.wait_for_function(f"() => ({RULES})().length === 1")
    at = page.evaluate(RULES)[0]
    left, top, wide, high = box(page, ".milevault-dot")
    mx, my, mw, mh = box(page, MAP)
    assert mx < left < mx + mw
    assert my < top < my + mh
    page.mouse.move(mx + mw / 2, my - 200)  # outside both
    page.wait_for_function(f"() => !({DOT})()")
    page.mouse.move(left + wide / 2, top + high / 2)  # the other direction, from map to chart
    page.wait_for_function(f"() => ({RULES})().length === 1 && ({DOT})()")
    assert abs(page.evaluate(RULES)[0] - at) < 0.04 * width
    # Brushing shows the figures of the stretch; zooming makes it fill the chart.
    page.mouse.move(x + 0.4 * width, y + 150)
    page.mouse.down()
    page.mouse.move(x + 0.6 * width, y + 160, steps=5)
    page.mouse.up()
    stretch = page.locator(".st-key-stretch")
    expect(stretch.get_by_text("Normalized power")).to_be_visible()
    page.get_by_role("button", name="Zoom the chart").click()
    page.wait_for_function("() => !document.querySelector('.range_brush path') || "
                           "!document.querySelector('.range_brush path').getBoundingClientRect().width")  # fmt: skip
    page.get_by_role("button", name="Whole activity").click()
    expect(stretch).to_have_count(0)
    # The map enters and leaves fullscreen, and the crosshair still moves the dot.
    fullscreen(page)
    page.locator(CHART).scroll_into_view_if_needed()
    x, y, width, _ = box(page, CHART)
    page.mouse.move(x + 0.5 * width, y + 150)
    page.wait_for_function(DOT)
    # A phone with touch, in the dark theme.
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    page.reload()
    page.wait_for_selector(CHART)
    page.wait_for_function(STEADY)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    main = "() => { const m = document.querySelector('[data-testid=stMain]'); return m.scrollWidth - m.clientWidth; }"
    assert page.evaluate(main) <= 0
    # Dragging a finger along the chart moves the dot on the map.
    page.locator(CHART).scroll_into_view_if_needed()
    x, y, width, _ = box(page, CHART)
    touch = page.context.new_cdp_session(page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    for kind, share in (("touchStart", 0.4), *(("touchMove", 0.4 + 0.02 * n) for n in range(1, 8))):
        points = [{"x": x + share * width, "y": y + 60}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_function(DOT)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
