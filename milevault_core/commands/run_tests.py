"""`manage.py test`: provide what the tests need, then run pytest and, in parallel, ruff and mypy over the whole code.

`manage.py test --changed` runs the tests of what differs from the main branch, as many as fit in a minute or two: see
milevault_core/operate/changed.py. `manage.py test --mutations [NAME …]` breaks the code on purpose, one fault at a
time, and runs the test for each (tests/mutations.py). Other arguments go to pytest, and then ruff and mypy do not run.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from milevault_core.commands import ROOT, command
from milevault_core.operate import changed

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


# Caches are kept outside the checkout, so that a fresh checkout can use them too.
_KEPT = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "milevault"
_CHECKS = {
    "ruff check": ["ruff", "check", "--cache-dir", str(_KEPT / "ruff"), "."],
    "ruff format": ["ruff", "format", "--check", "--cache-dir", str(_KEPT / "ruff"), "."],
    "mypy": ["mypy", "--cache-dir", str(_KEPT / "mypy")],
}


@command(
    "test", "develop", "run every test; more arguments go to pytest", reads_environment=False, takes_rest=True
)
def test(options) -> int:
    return run_tests(options.rest)


def run_tests(words: list[str]) -> int:
    """Install a browser if there is none, then run pytest with `words` as further arguments; returns the exit code."""
    if "--mutations" in words:
        others = [word for word in words if word != "--mutations"]
        return subprocess.call([sys.executable, "-m", "tests.mutations", *others], cwd=ROOT)
    is_changed = "--changed" in words
    if is_changed:
        chosen, left = changed.tests(ROOT)
        if not chosen:
            print("Nothing has changed.")
            return 0
        print(f"Running {len(chosen)} test files, those closest to the changes.")
        if left:
            print(f"{left} more would take longer than a minute or two: they are left to the full run.")
        words = [*(word for word in words if word != "--changed"), *chosen]
    environment = os.environ | {"MILEVAULT_CHROMIUM": find_browser() or ""}
    # Hypothesis caches what it reads from our source files here; otherwise every process of a fresh checkout would read
    # them again.
    environment.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(_KEPT / "hypothesis"))
    # Let Python cache compiled tests: compiling them takes half of the collection time.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    checks = {} if words else {name: _start(command) for name, command in _CHECKS.items()}
    is_few = any(word.startswith(("-n", "tests")) for word in words) and not is_changed
    # Three processes for two processors, because a fifth of a test's time is spent waiting for a browser, a worker or a
    # database. Not the number of processors found: a container sees all of its host's but may use only two.
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
    """The path of Chromium: the installed one, else Debian's package (installed if apt-get exists and we are root),
    else Playwright's own; None if there is none."""
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
