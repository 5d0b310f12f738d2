"""How long Chromium takes to draw the main pages, and what a first visit transfers."""

import os
import shutil
from statistics import median
from typing import TYPE_CHECKING

from bench import figure

if TYPE_CHECKING:
    from playwright.sync_api import Page

FLAGS = ["--no-sandbox", "--disable-quic", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
VISITS = 4  # the first is with a new browser, which loads and compiles everything
# Page -> the longest time until it may be drawn, in s. The last page has only a sentence: it shows what Streamlit, the
# menu and the sign-in take on this machine, which is the minimum for any page.
MAIN = {
    "": 0.6, "activities": 0.6, "calendar": 0.6, "activity": 1.1, "records": None, "routes": None, "not-found": None,
}  # fmt: skip
DRAWN = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  return app && app.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-testid="stSkeleton"]')
    && document.querySelector('[data-testid="stHeading"], h1');
}"""


def drawing(address: str, token: str, examples: dict[str, list[str]]) -> list[dict]:
    """Times and bytes of the main pages in Chromium; empty without Chromium."""
    path = os.environ.get("MILEVAULT_CHROMIUM") or shutil.which("chromium")
    if not path:
        return []
    from playwright.sync_api import sync_playwright

    figures = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        context = browser.new_context()
        context.add_cookies([{"name": "mv_session", "value": token, "url": address}])
        page = context.new_page()
        sent = _count(context, page)
        drawn_s: dict[str, list[float]] = {}
        for visit, each in ((visit, each) for visit in range(VISITS) for each in MAIN):
            url = f"{address}/{each}" + (
                f"?{examples[each][visit % len(examples[each])]}" if examples[each][0] else ""
            )
            page.goto(url)
            page.wait_for_function(DRAWN, timeout=120_000)
            drawn_s.setdefault(each, []).append(page.evaluate("performance.now()") / 1000)
            _wait_until_quiet(page, sent)
            if visit:
                continue
            if each == "":
                figures.append(
                    figure("first visit, dashboard: sent in all", sum(sent) / 2**20, "MB", "at most 2")
                )
            if each == "activity":
                figures.append(figure("with an activity: sent in all", sum(sent) / 2**20, "MB", "at most 4"))
        browser.close()
    for each, limit in MAIN.items():
        first_s, *later_s = drawn_s[each]
        budget = f"at most {limit}" if limit else ""
        figures.append(figure(f"/{each}: drawn in Chromium that never saw it, after", first_s, "s"))
        figures.append(figure(f"/{each}: drawn in Chromium after", median(later_s), "s", budget))
    return figures


def _wait_until_quiet(page: "Page", sent: list[float]) -> None:
    """Wait until nothing has arrived for a second; "networkidle" never happens on a page that polls."""
    came = -1
    while came != len(sent):
        came = len(sent)
        page.wait_for_timeout(1_000)


def _count(context, page) -> list[float]:
    """The sizes in bytes of what comes over the wire, as a list that keeps growing."""
    sent: list[float] = []
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
    tools.on(
        "Network.webSocketFrameReceived", lambda event: sent.append(len(event["response"]["payloadData"]))
    )
    return sent
