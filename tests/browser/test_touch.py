"""A finger moving along the timeline: the script that links chart and map, on a bare page with a chart's outline; and a
finger that reaches a map.
"""

import pytest

from milevault_core import config
from tests.browser.life import addresses, signed_in, visit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SCRIPT = (config.ROOT / "pages" / "parts" / "hover.js").read_text(encoding="utf-8")
PARTS = "".join(f'<rect id="r{n}" x="{n * 30}" y="0" width="30" height="100"/>' for n in range(10))
PAGE = f"""<body style="margin:0"><div class="st-key-timeline-1"><svg class="marks" width="300" height="100">
<path class="background" d="M0 0h300v100h-300z"/>{PARTS}</svg></div><script>
window.under = [];
for (const part of document.querySelectorAll("rect")) part.addEventListener("pointermove", () => under.push(part.id));
{SCRIPT.replace("export default function", "function link")}
link({{ data: {{ lon: [], lat: [], x: [], lo: 0, hi: 1 }} }});
</script></body>"""


def test_the_crosshair_follows_a_finger(browser) -> None:
    """Vega places the crosshair by the chart element under the pointer."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.set_content(PAGE)
    touch = context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": 15, "y": 50}]})
    for step in range(1, 28):
        points = [{"x": 15 + 10 * step, "y": 50}]
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": points})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert page.evaluate("[...new Set(under)]")[-1] == "r9"
    context.close()


def test_a_chart_that_is_being_drawn_is_no_error(browser) -> None:
    """Vega adds the svg to the page before its content."""
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_content(PAGE.replace('<path class="background" d="M0 0h300v100h-300z"/>', "").replace(
        "<script>", '<div class="st-key-activity-map"><div data-testid="stDeckGlJsonChart"></div></div><script>', 1
    ).replace("lon: [], lat: [], x: []", "lon: [8], lat: [47], x: [0]"))  # fmt: skip
    page.mouse.move(50, 50)
    page.mouse.move(60, 50)
    assert page.evaluate("under.length") > 0
    assert errors == []
    page.close()


def test_a_finger_on_a_map_scrolls_past_it(browser, site) -> None:
    address, user_id = site
    with signed_in(browser, address, user_id, 390, 844, has_touch=True, is_mobile=True) as (page, _):
        visit(page, address + addresses(user_id)["activity"])
        box = page.locator("[data-testid=stDeckGlJsonChart] canvas").first.bounding_box()
        top = "() => Math.max(...[...document.querySelectorAll('*')].map(e => e.scrollTop))"
        before, x, y = page.evaluate(top), box["x"] + 100, min(box["y"] + 200, 800)
        touch = page.context.new_cdp_session(page)
        touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        for step in range(1, 16):
            points = [{"x": x, "y": y - 10 * step}]
            touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": points})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        page.wait_for_function(f"() => ({top})() > {before} + 50")
