"""Names that contain markup, in a real browser: on pages, in dialogs, and in tooltips of charts and maps."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from milevault_core import store
from milevault_core.store.routes import decisions
from tests.browser.life import addresses, signed_in, visit
from tests.patience import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
# HTML, Markdown, a formula, a deck.gl template, and a character that reverses the reading direction.
EVIL = 'QX7 <img src=x onerror="evil=1"><b>b</b> **m** [x](javascript:evil=2) =1+1 {v} $x$ \u202er'
LITERAL = EVIL.replace("\u202e", "")  # as shown: the text after it is not reversed
NAMED = (
    ("activities", "name"), ("activities", "gear"), ("activities", "tags"), ("gear_items", "label"),
    ("route_segments", "name"), ("import_items", "name"), ("imports", "label"),
)  # fmt: skip
# What a page shows, including shadow roots: texts, titles and inputs; and elements that the evil text was turned into.
SHOWN = """() => {
    const texts = [document.body.textContent], made = [], roots = [document];
    const markup = "img[src=x], [onerror], a[href^='javascript:'], .katex";
    const isOurs = e => !["b", "m", "x"].includes(e.textContent);
    for (const root of roots) for (const e of root.querySelectorAll("*")) {
        if (e.shadowRoot) { roots.push(e.shadowRoot); texts.push(e.shadowRoot.textContent); }
        texts.push(e.title ?? "", e.value ?? "", e.ariaLabel ?? "");
        if (e.matches(markup) || (e.matches("b, strong, a") && !isOurs(e))) made.push(e.outerHTML.slice(0, 200));
    }
    return [texts.join("\\n").replaceAll("\u2060", ""), made];
}"""
EVIL_PAGES = (
    "activities", "cards", "activity", "routes", "route", "segments", "gear", "imports", "day", "calendar",
)  # fmt: skip
MAP = "[data-testid=stDeckGlJsonChart] canvas"
TIPS = {"chart": "#vg-tooltip-element.visible", "map": ".deck-tooltip"}


@pytest.fixture
def evil(site) -> Iterator[None]:
    """The demo life of `site` with evil names, restored afterwards."""
    _, user_id = site
    with store.session() as session:
        before = {
            (table, column): session.execute(
                text(f"SELECT id, {column} FROM {table} WHERE user_id = {user_id}")
            ).all()
            for table, column in NAMED
        }
        route = session.scalar(text(f"SELECT min(id) FROM named_routes WHERE user_id = {user_id}"))
        decisions.rename_route(session, user_id, route, EVIL)
        for table, column in NAMED:
            session.execute(
                text(f"UPDATE {table} SET {column} = :evil WHERE user_id = {user_id}"), {"evil": EVIL}
            )
        # A segment's own map only shows its name if its altitudes are not known.
        heights = session.execute(
            text(f"SELECT id, altitudes FROM route_segments WHERE user_id = {user_id}")
        ).all()
        session.execute(text(f"UPDATE route_segments SET altitudes = '' WHERE user_id = {user_id}"))
    yield
    with store.session() as session:
        decisions.rename_route(session, user_id, route, "")
        for number, was in heights:
            update = text("UPDATE route_segments SET altitudes = :was WHERE id = :id")
            session.execute(update, {"was": was, "id": number})
        for (table, column), rows in before.items():
            for number, was in rows:
                update = text(f"UPDATE {table} SET {column} = :was WHERE id = :id")
                session.execute(update, {"was": was, "id": number})


def hovered(page, of: str, kind: str) -> str:
    """Text of the tooltip of a chart or map. The pointer moves down the middle until it hits a line, which every line
    from one side to the other crosses."""
    drawing = page.locator(of).first
    drawing.scroll_into_view_if_needed()
    box = drawing.bounding_box()
    for share in range(1, 100):
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * share / 100, steps=2)
        page.evaluate("() => new Promise(requestAnimationFrame)")
        tip = page.locator(TIPS[kind])
        if tip.count() and (said := tip.first.text_content()):
            return said
    return ""


def said_by_bars(page) -> Iterator[str]:
    """Text of each bar's tooltip, last bar first."""
    for bar in reversed(page.locator("svg.marks .mark-rect.role-mark path").all()):
        bar.scroll_into_view_if_needed()
        box = bar.bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=2)
        page.evaluate("() => new Promise(requestAnimationFrame)")
        tip = page.locator(TIPS["chart"])
        yield (tip.first.text_content() or "") if tip.count() else ""


def check_literal(page, what: str) -> None:
    """Check that the evil text is shown literally and no element was made of it."""
    page.wait_for_function(f"evil => ({SHOWN})()[0].includes(evil)", arg=LITERAL)
    assert page.evaluate(SHOWN)[1] == [], what


def test_evil_names_are_shown_as_they_are(browser, site, evil) -> None:
    address, user_id = site
    at = addresses(user_id)
    with signed_in(browser, address, user_id, height=1400) as (page, _):
        shown = set()
        for name in EVIL_PAGES:
            visit(page, address + at[name])
            texts, made = page.evaluate(SHOWN)
            assert made == [], name
            shown |= {name} if LITERAL in texts else set()
        assert (
            len(shown) > 3
        )  # the others may not have drawn it yet; tests/pages/test_page_matrix.py checks their texts
        visit(page, address + at["activity"])
        page.get_by_role("button", name="Edit", exact=True).click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_label("Name", exact=True)).to_have_value(EVIL)
        expect(dialog).to_contain_text(EVIL)  # tags, which are shown as stored where they are edited
        check_literal(page, "dialog")
        page.keyboard.press("Escape")
        page.get_by_placeholder("Search").fill("QX7")
        expect(page.locator(".found a").first).to_contain_text(LITERAL)
        check_literal(page, "search")
        visit(page, address + at["compare"])
        page.wait_for_selector("svg.marks")
        assert LITERAL in hovered(page, "svg.marks", "chart")
        check_literal(page, "chart")
        visit(page, address + at["day"])
        page.wait_for_selector("svg.marks .mark-rect path")
        assert any(LITERAL in said for said in said_by_bars(page)), "the workout among the hours of its day"
        check_literal(page, "day")
        visit(page, address + at["segment"])
        page.wait_for_selector(MAP)
        assert hovered(page, MAP, "map") == LITERAL, "a tooltip is text, and {v} in it is no template"
        check_literal(page, "map")
