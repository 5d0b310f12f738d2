"""The Chromium that all tests of a run share, because Playwright starts only once per process."""

import os
import shutil

import pytest

FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--enable-unsafe-swiftshader", "--use-angle=swiftshader",
         "--ignore-gpu-blocklist",
         # Only maps need WebGL, rendered in software here. Other pages take half the time without it, but Debian turns
         # it on.
         "--disable-gpu-rasterization", "--disable-gpu-compositing",
         "--host-resolver-rules=MAP vault.test 127.0.0.1"]  # fmt: skip


@pytest.fixture(scope="session")
def browser():
    path = os.environ.get("MILEVAULT_CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.skip("no Chromium here: 'manage.py test' brings one")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=60_000)  # long enough for a busy machine; for all tests

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()
