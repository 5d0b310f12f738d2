"""`manage.py test`: what the tests need, then pytest, whose own line comes last but for the expected skips."""

import os
import shutil
import subprocess
import sys

from milevault_core.commands import ROOT, command

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@command(
    "test", "develop", "run every test; further words go to pytest", reads_environment=False, takes_rest=True
)
def test(options) -> int:
    return run_tests(options.rest)


def run_tests(words: list[str]) -> int:
    """Bring a browser if there is none, then run pytest with `words` as further arguments; its exit code."""
    environment = os.environ | {"MILEVAULT_CHROMIUM": find_browser() or ""}
    parallel = [] if "-n" in words or any(w.startswith(("-n", "tests")) for w in words) else ["-n", "2"]
    command = [sys.executable, "-m", "pytest", *parallel, *words]
    return subprocess.call(command, cwd=ROOT, env=environment)


def find_browser() -> str | None:
    """A Chromium: the machine's, else Debian's package where apt is there and we may, else Playwright's own."""
    found = next((path for name in _CHROMIUM if (path := shutil.which(name))), None)
    if found:
        return found
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("Installing Chromium for the browser tests …", file=sys.stderr)
        if _apt("update") and _apt("install", "-y", "--no-install-recommends", "chromium"):
            return shutil.which("chromium")
    own = _playwrights_own()
    if not own:
        print("No Chromium could be had: the browser tests will be skipped.", file=sys.stderr)
    return own


def _apt(*words: str) -> bool:
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.call(["apt-get", "-qq", *words], stdout=subprocess.DEVNULL, env=quiet) == 0


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not os.path.exists(path):
        subprocess.call(
            [sys.executable, "-m", "playwright", "install", "chromium"], stdout=subprocess.DEVNULL
        )
    return path if os.path.exists(path) else None
