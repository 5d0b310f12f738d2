"""Pictures of every page: `python -m tests.browser.pictures FOLDER [--all]`.

Creates a demo life in a scratch database, starts a real server on it, and visits every page with Chromium. Without
--all: wide screen in light and phone in dark, as in docs/pictures; with it, every page in light and dark at 1440, 768
and 390 pixels.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from milevault_core import store
from milevault_core.store.embedded_server import embedded
from tests.browser.life import addresses, live, signed_in, visit
from tests.chromium import FLAGS
from tests.pages import server

SIZES = {1440: 900, 768: 1024, 390: 844}
FEW = ((1440, "light"), (390, "dark"))
DRAWN = """() => !document.querySelector("[data-testid=stSkeleton]") &&
    [...document.querySelectorAll("[data-testid=stVegaLiteChart]")]
        .every(chart => chart.querySelector("svg.marks, canvas.marks"))"""
TALLEST = 2600  # pixels; below that, a page only has more of the same


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true", help="every size, in light and dark")
    options = parser.parse_args()
    os.environ["MILEVAULT_ENV_FILE"] = ""
    wanted = [(w, s) for w in SIZES for s in ("light", "dark")] if options.all else FEW
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="milevault-pictures-") as folder:
        running = embedded.start(Path(folder) / "data")
        try:
            store.open(running.dsn)
            user_id = live()
            with server.serving(running.dsn, MAP_TILE_URL="", MILEVAULT_ENV_FILE="") as address:
                take(address, user_id, options.folder, wanted)
        finally:
            store.close()
            running.leave()
    return 0


def take(address: str, user_id: int, folder: Path, wanted) -> None:
    """Take a JPEG of every page in each of the given sizes and colour schemes."""
    path = os.environ.get("MILEVAULT_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for width, scheme in wanted:
            with signed_in(browser, address, user_id, width, SIZES[width], scheme) as (page, seen):
                for name, where in addresses(user_id).items():
                    page.set_viewport_size({"width": width, "height": SIZES[width]})
                    visit(page, address + where)
                    high = page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollHeight")
                    high = min(max(high, SIZES[width]), TALLEST)
                    page.set_viewport_size({"width": width, "height": high})
                    page.wait_for_function(DRAWN)
                    page.wait_for_timeout(900)  # charts are redrawn at a new size without an event
                    target = folder / f"{name}-{width}-{scheme}.jpg"
                    page.screenshot(path=target, type="jpeg", quality=62)
                if seen.errors:
                    sys.stderr.write(f"{width} {scheme}: {seen.errors}\n")
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
