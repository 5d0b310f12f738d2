"""A small demo life behind a real server, and a browser signed in to it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import TimeoutError

from milevault_core import store
from milevault_core.accounts import sessions, users
from milevault_core.demo import life, make, stored_plans, stored_segments
from milevault_core.demo.athlete import SEED, sized
from milevault_core.derive import clean
from milevault_core.store import queue
from pages._addresses import SITE

SECTIONS = ("form", "intensity", "efficiency", "curves", "forecast", "streaks")  # of the Trends page


def live(count: int | None = None) -> int:
    """An administrator "ada" with the last `count` activities of the demo's athlete (None: all), everything derived."""
    user_id = users.create("ada", "correct horse battery", is_admin=True, time_zone="Europe/Berlin").id
    (athlete,) = sized("demo", SEED, life.yesterday())
    batch = make.begin(user_id, athlete)
    with store.session() as session:
        stored_segments.add(session, user_id, athlete)
        stored_plans.add(session, user_id, athlete)
    first = max(0, athlete.activities - count) if count else 0
    make.some(user_id, batch, athlete, first, None)
    make.days(user_id, batch, athlete, 0.9 if count else 0.0)
    clean.clean(user_id)
    clean.clean(user_id, "routes")
    clean.clean(user_id)
    return user_id


@dataclass
class Seen:
    """Errors and requests of a page."""

    errors: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)


# A browser context that is not in use, kept because its cache holds what it has loaded and compiled.
_spare: dict[Any, Any] = {}


@contextmanager
def signed_in(
    browser,
    address: str,
    user_id: int,
    width: int = 1440,
    height: int = 900,
    scheme: str = "light",
    **options,
) -> Iterator:
    """A browser page with the user signed in, and its errors and requests. A context with options is only used here;
    any other is passed on to the next caller, without cookies and stored data."""
    context = (not options and _spare.pop(browser, None)) or browser.new_context(**options)
    context.set_default_timeout(60_000)
    context.clear_cookies()
    context.add_cookies([{"name": "mv_session", "value": sessions.create(user_id), "url": address}])
    page, seen = context.new_page(), Seen()
    stored = {"origin": address, "storageTypes": "local_storage,indexeddb,cache_storage,service_workers"}
    context.new_cdp_session(page).send("Storage.clearDataForOrigin", stored)
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on("console", lambda message: _note(message, seen))
    page.on("request", lambda request: seen.hosts.add(_host(request.url)))
    try:
        yield page, seen
    finally:
        for opened in context.pages:
            opened.close()
        if options or browser in _spare:
            context.close()
        else:
            _spare[browser] = context


def _host(url: str) -> str:
    return "/".join(url.split("/")[:3]) if url.startswith("http") else ""


def _note(message, seen: Seen) -> None:
    if message.type == "error":
        seen.errors.append(f"{message.text} {message.location.get('url', '')}")


def visit(page, address: str) -> None:
    """Open an address and wait until the page is completely drawn."""
    page.goto(address)
    drawn(page)


def wait_for_jobs(page, patience_s: float = 180) -> None:
    """Wait until the workers have nothing left to do."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        with store.session() as session:
            if not queue.waiting(session):
                return
        page.wait_for_timeout(100)
    raise AssertionError("The workers did not come to an end.")


def open_list(page, name: str) -> None:
    """Open a field's list once the page is drawn, because it closes again when the page scrolls."""
    drawn(page)
    field = page.get_by_role("combobox", name=name)
    field.scroll_into_view_if_needed()
    field.click()


def drawn(page) -> None:
    """Wait for the end of a script run: there is a title, and nothing is running."""
    page.wait_for_selector("[data-testid=stMain] h1")
    page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')")
    page.wait_for_selector("#milevault-style", state="attached")


# Charts adapt to a new size a few frames later without an event, so wait until the layout is unchanged for 250 ms.
_HOLDS = """width => {
    const main = document.querySelector("[data-testid=stMain]"), now = performance.now();
    const charts = [...document.querySelectorAll("[data-testid=stVegaLiteChart], svg.marks, canvas.marks")];
    const layout = [main, ...charts].map(e => [e.clientWidth, e.scrollWidth, e.getBoundingClientRect().width]).join();
    if (layout !== window.milevaultLayout) [window.milevaultLayout, window.milevaultSince] = [layout, now];
    return innerWidth === width && now - window.milevaultSince > 250;
}"""


def resize(page, width: int) -> None:
    """Resize the open page to this width and wait until its layout is stable."""
    page.set_viewport_size({"width": width, "height": page.viewport_size["height"]})
    page.wait_for_function(_HOLDS, arg=width)


def too_wide(page) -> int:
    """How many pixels the page can scroll sideways."""
    return page.evaluate(
        "() => { const m = document.querySelector('[data-testid=stMain]'); return m.scrollWidth - m.clientWidth; }"
    )


def addresses(user_id: int) -> dict[str, str]:
    """Short name -> address, for every page of the site map and for other views of some of them."""
    runs = store.read(
        "SELECT id FROM activities WHERE user_id = $1 AND sport = 'running' AND distance_m > 1000 "
        "ORDER BY start_time DESC LIMIT 2", (user_id,)
    )["id"].tolist()  # fmt: skip
    last = store.read("SELECT max(local_day) AS day FROM activities WHERE user_id = $1", (user_id,))[
        "day"
    ].iloc[0]
    route = store.read("SELECT min(id) AS id FROM named_routes WHERE user_id = $1", (user_id,))["id"].iloc[0]
    asked = {
        "activity": f"?id={runs[0]}", "compare": f"?id={runs[0]}&id={runs[1]}", "calendar": f"?month={last:%Y-%m}",
        "day": f"?date={last}", "search": "?q=run", "not-found": "?address=activites&maybe=activities",
        "route": "" if route is None or route != route else f"?id={int(route)}",
    }  # fmt: skip
    pages = {at or "dashboard": f"/{at}{asked.get(at, '')}" for _, _, _, at, _, _ in SITE}
    pages |= {"cards": "/activities?as=Cards", "year": f"/calendar?year={last:%Y}"}
    passed = (
        "SELECT segment_id AS id FROM segment_efforts WHERE user_id = $1 GROUP BY 1 ORDER BY count(*) DESC"
    )
    for segment in store.read(f"{passed} LIMIT 1", (user_id,))["id"]:
        pages["segment"] = f"/segment?id={segment}"
    return pages | {f"trends-{one}": f"/trends?show={one}" for one in SECTIONS}


# A chart on a canvas always counts as drawn; tests about such charts check its pixels.
_EMPTY = """() => [...document.querySelectorAll("[data-testid=stVegaLiteChart]")].filter(chart => {
    if (chart.querySelector("canvas.marks")) return false;
    return ![...chart.querySelectorAll("svg.marks .role-mark")].some(group => group.querySelector("path, line"));
}).map(chart => chart.textContent.slice(0, 80) || "no text")"""


def empty_charts(page) -> list[str]:
    """The texts of charts in which nothing is drawn.

    A chart is empty for a moment while its page reruns; only those that stay empty until the browser's timeout count.
    """
    try:
        page.wait_for_function(f"() => !({_EMPTY})().length")
    except TimeoutError:
        return page.evaluate(_EMPTY)
    return []
