"""What a new user does, in a real browser: first account, a file, the activity, signing out."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench.hour import hour_fit
from tests.patience import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
PATIENCE_MS = 60_000


def make_account(page, link: str) -> None:
    page.goto(link)
    page.get_by_label("User name").fill("ada")
    page.get_by_label("Password", exact=True).fill("correct horse battery")
    page.get_by_label("Repeat the password").fill("correct horse battery")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible(timeout=PATIENCE_MS)


def upload(page, new_site, files: list[dict]) -> None:
    page.goto(new_site.url + "/imports")
    page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(files)
    page.get_by_role("button", name="Import these files").click()


def coloured_pixels(png: bytes) -> int:
    """Number of pixels in the ramp's colours, which are strongly saturated; a blank map, the grey casing and text have
    none."""
    hsv = np.asarray(Image.open(io.BytesIO(png)).convert("HSV"), dtype=int)
    return int(((hsv[..., 1] > 90) & (hsv[..., 2] > 90)).sum())


def test_from_a_file_to_a_chart(browser, new_site, tmp_path: Path) -> None:
    context = browser.new_context(viewport={"width": 1360, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    make_account(page, new_site.first_account)

    fit = {"name": "ride.fit", "mimeType": "application/octet-stream", "buffer": hour_fit(1, 1800)}
    bad = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"just a note"}
    upload(page, new_site, [fit, bad])
    expect(page.get_by_text("ride.fit: Imported", exact=False)).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("notes.txt:", exact=False)).to_be_visible()
    page.get_by_role("link", name="Open").first.click()

    expect(page.get_by_role("heading", name="ride", exact=False)).to_be_visible(timeout=PATIENCE_MS)
    chart = page.locator("[data-testid=stVegaLiteChart] svg").first
    expect(chart).to_be_visible(timeout=PATIENCE_MS)
    lines = page.locator("[data-testid=stVegaLiteChart] svg path").evaluate_all(
        "paths => paths.map(p => (p.getAttribute('d') || '').split(/[LMC]/).length - 1)"
    )
    assert sum(n >= 50 for n in lines) >= 5, lines  # elevation, speed, heart rate, power, cadence

    canvas = page.locator("[data-testid=stDeckGlJsonChart]").first
    expect(canvas).to_be_visible()
    deadline_polls = 120
    for _ in range(deadline_polls):
        if coloured_pixels(canvas.screenshot()) >= 200:
            break
        page.wait_for_timeout(250)
    assert coloured_pixels(canvas.screenshot()) >= 200
    page.screenshot(path=tmp_path / "activity.png", full_page=True)

    link = page.get_by_role("link", name="GPX")
    download = new_site.url + link.get_attribute("href")
    gpx = context.request.get(download)
    assert gpx.ok
    assert b"<trkpt" in gpx.body()
    original = page.get_by_role("link", name="ride.fit", exact=False).first
    assert context.request.get(new_site.url + original.get_attribute("href")).body() == fit["buffer"]

    page.goto(new_site.url + "/activities")
    expect(page.locator("tbody a.go").first).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Password", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    page.goto(new_site.url + "/activities")
    expect(page.get_by_label("Password", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    assert b"<trkpt" not in context.request.get(download).body()
    context.close()
