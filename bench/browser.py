"""How long Chromium takes to draw the main pages, and what a first visit transfers."""

import os
import shutil
from urllib.parse import urlsplit

from bench import figure

FLAGS = ["--no-sandbox", "--disable-quic", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
# Page -> the longest it may take until it is drawn, in s.
MAIN = {"": 0.6, "activities": 0.6, "calendar": 0.6, "activity": 1.1, "records": None, "routes": None}
DRAWN = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  return app && app.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-testid="stSkeleton"]')
    && document.querySelector('[data-testid="stHeading"], h1');
}"""


def drawing(address: str, token: str, examples: dict[str, list[str]]) -> list[dict]:
    """Nothing where there is no Chromium."""
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
        for each, limit in MAIN.items():
            url = f"{address}/{each}" + (f"?{examples[each][0]}" if examples[each][0] else "")
            page.goto(url)
            page.wait_for_function(DRAWN, timeout=120_000)
            drawn_s = page.evaluate("performance.now()") / 1000
            page.wait_for_load_state("networkidle")
            if each == "":
                figures.append(
                    figure("first visit, dashboard: sent in all", sum(sent) / 2**20, "MB", "at most 2")
                )
            if each == "activity":
                figures.append(figure("with an activity: sent in all", sum(sent) / 2**20, "MB", "at most 4"))
            budget = f"at most {limit}" if limit else ""
            figures.append(figure(f"{urlsplit(url).path}: drawn in Chromium after", drawn_s, "s", budget))
        browser.close()
    return figures


def _count(context, page) -> list[float]:
    """Bytes as they come over the wire, one after another."""
    sent: list[float] = []
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
    tools.on(
        "Network.webSocketFrameReceived", lambda event: sent.append(len(event["response"]["payloadData"]))
    )
    return sent
