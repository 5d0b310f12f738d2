"""What one sees every day, in a real browser: lists that open, sort and come back, every page in its sizes."""

import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator

import pytest
from PIL import Image
from sqlalchemy import text

from milevault_core import store
from milevault_core.derive import clean
from milevault_core.store import queue
from milevault_core.store.routes import decisions
from milevault_core.view.parts import colours
from pages._addresses import SITE
from tests import databases
from tests.browser.life import addresses, empty_charts, live, signed_in, too_wide, visit
from tests.builders.fit import START, activity
from tests.imports.test_files import brought_in
from tests.pages import server
from tests.patience import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
EVERY_CHART_IS_THERE = """() => [...document.querySelectorAll("[data-testid=stVegaLiteChart]")]
    .every(chart => chart.querySelector("svg.marks, canvas.marks") && chart.getBoundingClientRect().height > 60)"""
ROWS = "table.things tbody tr:not(.group)"


@pytest.fixture(scope="module")
def site(server_url: str, template: str) -> Iterator[tuple[str, int]]:
    """A server and a worker with a demo life of sixty activities; its address and the user."""
    with databases.fresh(server_url, template) as url:
        store.close()
        queue.app.cache_clear()
        store.open(url)
        user_id = live(60)
        environment = os.environ | {"DATABASE_URL": url, "JOBS_WORKERS": "1", "MILEVAULT_ENV_FILE": ""}
        jobs = subprocess.Popen([sys.executable, "-m", "jobs"], cwd=server.ROOT, env=environment)
        try:
            with server.serving(url, MAP_TILE_URL="", MILEVAULT_ENV_FILE="") as address:
                yield address, user_id
        finally:
            jobs.terminate()
            jobs.wait(60)
        store.close()
        queue.app.cache_clear()


@pytest.fixture
def page(browser, site):
    with signed_in(browser, *site) as (opened, seen):
        yield opened
        assert not seen.errors


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
    expect(links).not_to_have_count(50)  # the list follows its filter's chip
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
    page.keyboard.press("Tab")  # past the date to the next row
    page.keyboard.press("Enter")
    page.wait_for_url("**/activity?id=*")
    page.go_back()
    page.locator(f"{ROWS} td[data-label=Date] a").first.click()  # lies above the link of the row
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
    expect(table.locator("tbody tr").first).to_be_attached()  # it is drawn on a canvas; these are its words
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


# Every page in two of the six, and a quarter of them in each of the others: a visit takes seconds.
WHOLE = {(1440, "light"), (390, "dark")}
QUARTERS = [(1440, "dark"), (768, "light"), (768, "dark"), (390, "light")]


@pytest.mark.parametrize(("width", "scheme"), sorted(WHOLE) + QUARTERS)
def test_every_page_is_whole_quiet_and_no_wider_than_the_screen(
    browser, site, width: int, scheme: str
) -> None:
    address, user_id = site
    is_whole = (width, scheme) in WHOLE
    with signed_in(browser, address, user_id, width, 900, scheme) as (page, seen):
        titles = set()
        for number, (name, path) in enumerate(addresses(user_id).items()):
            if not is_whole and number % 4 != QUARTERS.index((width, scheme)):
                continue
            visit(page, address + path)
            assert too_wide(page) <= 0, name
            assert not page.locator("[data-testid=stException]").count(), name
            page.wait_for_function(EVERY_CHART_IS_THERE)
            assert not empty_charts(page), name
            titles.add(page.title())
        assert not seen.errors
        assert seen.hosts <= {address, ""}, "only this server is asked"
        assert not is_whole or len(titles) >= len(SITE) - 1, "every tab has its page's title"


# Each part, by its key in the gallery: its pieces, each in a state of its own, how many, and its height from-to.
PARTS = {
    "sign": ("svg[aria-label=MileVault]", 1, (30, 80)),
    "figures": (".figure", 5, (100, 600)),
    "said": (".said > *", 3, (15, 120)),
    "cards": (".card", 3, (150, 1100)),
    "things": ("table.things tbody tr", 3, (150, 600)),
    "no_things": (".nothing", 1, (15, 60)),
    "progress": (".progress > li", 3, (80, 500)),
    "notices": (".notices > li", 1, (30, 120)),
    "chips": (".chips > a", 3, (20, 120)),
    "keys": (".keys > li", 2, (15, 80)),
    "empty": (".way", 2, (80, 500)),
}
TOLD = [
    "▲ 42 min more than usual", "▼ 12 km less than usual", "as usual", "Nothing yet", "strokes/min", "Fitness 54",
    "Longest ride in a year", "Lengths <b>before</b> work", "November 2026", "2 activities · 2 h 10",
    "51 to 100 of 402", "Nothing to show.", "Behind by 980 km", "On track", "Reached on 3 November", "Decide",
    "Clear all", "Import files", "Look around", "Reading 40 of 100 files", "Waiting for a worker", "Delete for good",
]  # fmt: skip


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_the_gallery_shows_every_part_in_every_state(browser, site, width: int, scheme: str) -> None:
    address, user_id = site
    is_dark = scheme == "dark"
    with signed_in(browser, address, user_id, width, 900, scheme) as (page, seen):
        visit(page, f"{address}/gallery")
        expect(page.locator(".st-key-empty .way")).to_have_count(2)  # the last part
        for one in (
            "Waiting for a worker",
            "Reading 40 of 100 files",
        ):  # Streamlit's bar comes when its script has come
            expect(page.get_by_text(one)).to_be_visible()
        told = [page.locator("[data-testid=stMain]").inner_text(), *page.locator(".root").all_inner_texts()]
        text = " ".join(" ".join(told).split())
        assert [one for one in TOLD if one not in text] == []
        for part, (pieces, many, (low, high)) in PARTS.items():
            place = page.locator(f".st-key-{part}")
            assert place.locator(pieces).count() >= many, part
            picture = taken(place)
            assert low <= picture.height <= high, f"{part} is {picture.height} pixels high"
            assert picture.width > 0.6 * width - 300, f"{part} is {picture.width} pixels wide"
            (most, ground), *drawn = most_common(picture)
            assert (sum(ground) < 3 * 60) is is_dark, f"{part} stands on {ground}"
            assert sum(pixels for pixels, _ in drawn) > 0.002 * most, f"nothing is drawn of {part}"
        there = {colour for _, colour in most_common(taken(page.locator(".st-key-colours")))}
        wanted = [two[is_dark] for two in colours.FAMILIES.values()] + list(colours.METRICS.values())
        assert [one for one in wanted if tuple(bytes.fromhex(one[1:])) not in there] == []
        assert too_wide(page) <= 0
        if width > 1000:
            expect(page.locator(".st-key-filters").get_by_label("Sports")).to_be_visible()
        page.get_by_role("button", name="Delete for good").first.click()
        expect(page.get_by_text("It cannot be brought back.")).to_be_visible()
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Show the undo notice").click()
        page.get_by_role("button", name="Undo", exact=True).click()
        expect(page.locator(".undo")).to_have_count(0)
        assert not seen.errors


def taken(locator) -> Image.Image:
    """The picture of a part, as it stands on the screen."""
    return Image.open(io.BytesIO(locator.screenshot())).convert("RGB")


def most_common(picture: Image.Image) -> list[tuple[int, tuple[int, int, int]]]:
    """(pixels, colour) of a picture, the most common first."""
    return sorted(picture.getcolors(picture.width * picture.height), reverse=True)


def test_the_page_of_every_sport_is_whole_and_quiet_on_a_telephone(browser, site) -> None:
    address, user_id = site
    others = {
        "hiking": 17,
        "rowing": 15,
        "alpine_skiing": 13,
        "paddling": 19,
    }  # that the demo life's last weeks lack
    for day, number in enumerate(others.values()):
        brought_in(user_id, (f"{number}.fit", activity(300, number, START - day * 86_400).file()))
    clean.clean(user_id)
    ids = store.read(
        "SELECT sport, max(id) AS id FROM activities WHERE user_id = $1 AND NOT is_transition GROUP BY sport",
        (user_id,),
    )
    assert len(ids) >= 8
    with signed_in(browser, address, user_id, 390, 844) as (page, seen):
        for sport, one in zip(ids["sport"], ids["id"], strict=True):
            visit(page, f"{address}/activity?id={one}")
            assert too_wide(page) <= 0, sport
            assert not page.locator("[data-testid=stException]").count(), sport
            page.wait_for_function(EVERY_CHART_IS_THERE)
            assert not empty_charts(page), sport
            expect(page.locator(".figures .figure").nth(1), sport).to_be_visible()
        assert not seen.errors


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_fault_for_those_who_see_or_hear_otherwise(browser, site, scheme: str) -> None:
    """axe-core over every page; Streamlit's own menu is left out, whose lists are not ours to mend."""
    from axe_playwright_python.sync_playwright import Axe

    address, user_id = site
    with signed_in(browser, address, user_id, scheme=scheme) as (page, _):
        serious = []
        for name, path in addresses(user_id).items():
            visit(page, address + path)
            page.wait_for_function(EVERY_CHART_IS_THERE)
            found = (
                Axe().run(page, context={"exclude": [["[data-testid=stSidebarNav]"]]}).response["violations"]
            )
            serious += [
                f"{name}: {v['id']}, {len(v['nodes'])} times: {v['nodes'][0]['html'][:160]} "
                f"{[one['message'][:200] for one in v['nodes'][0]['any']]}"
                for v in found
                if v["impact"] in ("serious", "critical")
            ]
        assert not serious, "\n".join(serious)


# Markup, Markdown, a formula, a template of deck.gl's, and a mark that turns the reading direction.
EVIL = 'QX7 <img src=x onerror="evil=1"><b>b</b> **m** [x](javascript:evil=2) =1+1 {v} $x$ \u202er'
LITERAL = EVIL.replace("\u202e", "")  # as it is shown: what follows is not turned
NAMED = (
    ("activities", "name"), ("activities", "gear"), ("activities", "tags"), ("gear_items", "label"),
    ("route_segments", "name"), ("import_items", "name"), ("imports", "label"),
)  # fmt: skip
# What a page shows, also in shadow roots: its texts, titles and inputs; and the elements that the text would become.
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
    """The life of `site` with evil names, which are taken back."""
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
        # A segment says its name on its own map where its heights are not known.
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
    """What the tooltip of a chart or a map says, once the pointer has found a line: from the top to the bottom of the
    middle, which every line crosses that reaches from one side to the other."""
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
    """What the tooltip of each bar says, the last one first."""
    for bar in reversed(page.locator("svg.marks .mark-rect.role-mark path").all()):
        bar.scroll_into_view_if_needed()
        box = bar.bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=2)
        page.evaluate("() => new Promise(requestAnimationFrame)")
        tip = page.locator(TIPS["chart"])
        yield (tip.first.text_content() or "") if tip.count() else ""


def check_literal(page, what: str) -> None:
    """The evil text is there as it is, and nothing was made of it."""
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
        )  # the others may still be drawing it; their texts are in tests/pages/test_page_matrix.py
        visit(page, address + at["activity"])
        page.get_by_role("button", name="Edit", exact=True).click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_label("Name", exact=True)).to_have_value(EVIL)
        expect(dialog).to_contain_text(EVIL)  # tags, which are shown as they are stored where they are edited
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
