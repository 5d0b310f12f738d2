"""`manage.py test`: what the tests need, then pytest and, beside it, ruff and mypy over the whole code.

`manage.py test --changed` runs the tests of what has changed since the main branch, as far as they take a minute or
two: see milevault_core/operate/changed.py. `manage.py test --mutations [NAME …]` breaks the code on purpose, a fault at
a time, and runs the test of each (tests/mutations.py). Other words go to pytest, and then nothing runs beside it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from milevault_core.commands import ROOT, command
from milevault_core.operate import changed

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


# Whatever they keep for the next time is kept outside the checkout, so that a clean one has it too.
_KEPT = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "milevault"
_CHECKS = {
    "ruff check": ["ruff", "check", "--cache-dir", str(_KEPT / "ruff"), "."],
    "ruff format": ["ruff", "format", "--check", "--cache-dir", str(_KEPT / "ruff"), "."],
    "mypy": ["mypy", "--cache-dir", str(_KEPT / "mypy")],
}


@command(
    "test", "develop", "run every test; further words go to pytest", reads_environment=False, takes_rest=True
)
def test(options) -> int:
    return run_tests(options.rest)


def run_tests(words: list[str]) -> int:
    """Bring a browser if there is none, then run pytest with `words` as further arguments; its exit code."""
    if "--mutations" in words:
        others = [word for word in words if word != "--mutations"]
        return subprocess.call([sys.executable, "-m", "tests.mutations", *others], cwd=ROOT)
    is_changed = "--changed" in words
    if is_changed:
        chosen, left = changed.tests(ROOT)
        if not chosen:
            print("Nothing has changed.")
            return 0
        print(f"Running {len(chosen)} files of tests, those nearest to what has changed.")
        if left:
            print(f"{left} further ones would take longer than a minute or two: the full run has them.")
        words = [*(word for word in words if word != "--changed"), *chosen]
    environment = os.environ | {"MILEVAULT_CHROMIUM": find_browser() or ""}
    # What hypothesis has read of our code, file by file, else in every process of a clean checkout anew.
    environment.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(_KEPT / "hypothesis"))
    # Tests are compiled once and not at every start: half of what it takes to collect them.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    checks = {} if words else {name: _start(command) for name, command in _CHECKS.items()}
    is_few = any(word.startswith(("-n", "tests")) for word in words) and not is_changed
    # One more than two processors: a fifth of a test's time is waiting, for a browser, a worker, a database. Not by the
    # number of processors: a container sees those of its machine, and may use two.
    parallel = [] if is_few else ["-n", "3", "--dist", "worksteal"]
    command = [sys.executable, "-m", "pytest", *parallel, *words]
    code = subprocess.call(command, cwd=ROOT, env=environment)
    for name, process in checks.items():
        said, _ = process.communicate()
        if process.returncode:
            print(f"{name} found something:\n{said}")
            code = code or 1
    return code


def _start(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


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
        print("No Chromium is available: the browser tests will be skipped.", file=sys.stderr)
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
