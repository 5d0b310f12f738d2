"""Timeline, map and text in a real browser: only these tests notice a chart that is silently empty."""

import io
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import numpy as np
import pytest

from milevault_core.view import map as map_view
from milevault_core.view.activities.series import COLOURS

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
CHART = "[data-testid=stVegaLiteChart] svg"
# Every drawn line or area of the chart, as [class of its mark group, number of vertices].
PATHS = """() => [...document.querySelectorAll("[data-testid=stVegaLiteChart] g.mark-line, " +
    "[data-testid=stVegaLiteChart] g.mark-area")].flatMap(g => [...g.querySelectorAll("path")].map(p =>
    [g.getAttribute("class"), (p.getAttribute("d").match(/[ML]/g) || []).length]))"""
RULES = """() => [...document.querySelectorAll(".crosshair_marks line")]
    .filter(l => +l.getAttribute("opacity") > 0.5).map(l => l.getBoundingClientRect().height)"""


@pytest.fixture(scope="module")
def address():
    """A server with the tiny script, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "tests/view/chart_app.py",
        "--server.port",
        str(port),
    ]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        for line in server.stdout:
            if "URL:" in line:
                break
        else:
            pytest.fail("the server did not start")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=30) as answer:
            assert answer.status == 200
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture(scope="module")
def context(browser):
    """One context for all tests here, so that the browser loads and compiles scripts only once."""
    opened = browser.new_context(viewport={"width": 1360, "height": 1150})
    opened.set_default_timeout(60_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context):
    page = context.new_page()
    yield page
    page.close()


def open_chart(page, address: str, query: str = "") -> dict:
    page.goto(f"{address}/?{query}")
    page.wait_for_selector(f"{CHART} g.mark-line path")
    page.wait_for_function("() => document.querySelectorAll('[data-stale=true]').length === 0")
    return page.locator(CHART).first.bounding_box()


def test_every_row_is_drawn(page, address):
    open_chart(page, address, "n=18000&map=no")
    drawn = page.evaluate(PATHS)
    for key in COLOURS:
        counts = [n for name, n in drawn if f"{key}_" in name]
        assert max(counts) >= 50, (key, drawn)


def test_the_crosshair_runs_through_all_rows_and_says_every_value(page, address):
    box = open_chart(page, address, "map=no")
    assert page.evaluate(RULES) == []
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 90)
    page.wait_for_selector("#vg-tooltip-element.visible")
    page.wait_for_function(f"() => ({RULES})().length === 1")
    assert page.evaluate(RULES)[0] > 0.9 * (box["height"] - 30)
    for key in COLOURS:
        assert page.locator(f".{key}_dot_marks path").count() == 1, key
        assert page.locator(f".{key}_value_marks text").count() == 1, key
    tip = page.locator("#vg-tooltip-element").inner_text()
    for word in ("Time", "Distance", "Clock", "Elevation", "Speed", "Heart rate", "Power", "Cadence", "bpm"):
        assert word in tip
    page.mouse.move(box["x"] - 300, box["y"] + 20)
    page.wait_for_function(f"() => ({RULES})().length === 0")


def test_the_brush_arrives_and_stays(page, address):
    box = open_chart(page, address, "map=no")
    page.get_by_text("Chosen: None").wait_for()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 210, steps=5)
    page.mouse.up()
    page.get_by_text("Chosen: (").wait_for()
    assert page.locator(".range_brush path").first.bounding_box()["width"] > box["width"] * 0.15


def test_the_chart_keeps_to_its_width_on_a_telephone(page, address):
    page.set_viewport_size({"width": 390, "height": 1900})
    open_chart(page, address, "map=no")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    box = page.locator(CHART).first.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


def test_indoors_there_is_a_chart_and_no_map(page, address):
    open_chart(page, address, "indoor=1")
    assert page.locator("[data-testid=stDeckGlJsonChart]").count() == 0
    assert max(n for name, n in page.evaluate(PATHS) if "heart_rate" in name) >= 50


def ramp_pixels(png: bytes) -> dict[tuple, int]:
    """Number of pixels of each ramp colour (within 6 of 255) in a screenshot."""
    from PIL import Image

    seen = np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)
    near = {tuple(c): int((np.abs(seen - c).max(axis=2) <= 6).sum()) for c in map_view.RAMP}
    return {colour: n for colour, n in near.items() if n}


def test_the_map_shows_the_track_in_its_colours(page, address):
    open_chart(page, address)
    page.wait_for_selector("[data-testid=stDeckGlJsonChart] canvas")
    found: dict = {}
    for _ in range(40):  # each screenshot waits for a frame; software WebGL needs several
        found = ramp_pixels(page.locator("[data-testid=stDeckGlJsonChart]").screenshot())
        if sum(found.values()) >= 200 and len(found) >= 8:
            break
    assert sum(found.values()) >= 200, found
    assert len(found) >= 8, found


def test_a_users_text_is_shown_as_it_is(page, address):
    from tests.view.chart_app_text import NASTY

    page.goto(f"{address}/?text=1")
    page.get_by_text("q~~r").or_(page.get_by_text("~~r~~")).first.wait_for()
    blocks = page.locator("[data-testid=stMarkdownContainer], [data-testid=stCaptionContainer]")
    blocks.nth(1).wait_for()
    for i in range(2):
        assert blocks.nth(i).inner_text().replace("\u2060", "") == " ".join(NASTY.split())
        assert blocks.nth(i).locator("a, em, strong, code, b, .katex, span").count() == 0
