"""From entering the password to the imported night, with real processes: the page in a browser, the jobs process with
its workers, and the stand-in for Garmin Connect.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.browser.test_journey import PATIENCE_MS, make_account
from tests.builders import gpx
from tests.garmin.standin import CANARY, CODE, EMAIL, PASSWORD, StandIn, entry, zipped
from tests.patience import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]


@pytest.fixture
def garmin(monkeypatch: pytest.MonkeyPatch):
    """A stand-in for Garmin. Request it before `new_site`, whose processes use it."""
    yesterday = datetime.now(UTC).replace(hour=10, minute=0, second=0, microsecond=0) - timedelta(days=1)
    with StandIn() as made:
        made.wants_code = True
        made.first_day, made.last_day = yesterday.date() - timedelta(days=2), yesterday.date()
        told = entry(1, f"{yesterday:%Y-%m-%d %H:%M:%S}", activityName="Morning by the lake")
        made.activities = [told]
        track = gpx.gpx(gpx.track(gpx.points(600, start=yesterday))).encode()
        made.files[told["activityId"]] = zipped({"1_ACTIVITY.gpx": track})
        monkeypatch.setenv("GARMIN_STAND_IN", made.url)
        monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent / "redirected"))
        yield made


def until_shown(page, address: str, text: str, times: int = 30) -> None:
    """Reload an address until it shows the text."""
    for _ in range(times):
        page.goto(address)
        try:
            expect(page.get_by_text(text).first).to_be_visible(timeout=8000)
        except AssertionError:
            continue
        return
    raise AssertionError(f"{text} is nowhere on {address}: {page.locator('main').inner_text()[:2000]}")


def test_from_the_password_to_the_night(garmin: StandIn, new_site, browser, tmp_path: Path) -> None:
    context = browser.new_context(viewport={"width": 1360, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    make_account(page, new_site.first_account)
    page.goto(new_site.url + "/garmin")

    def sign_in(password: str) -> None:
        page.get_by_label("E-mail address at Garmin").fill(EMAIL)
        page.get_by_label("Password at Garmin").fill(password)
        page.get_by_role("button", name="Sign in at Garmin").click()

    sign_in("not this one")
    expect(page.get_by_text("Garmin does not accept this e-mail address")).to_be_visible(timeout=PATIENCE_MS)
    sign_in(PASSWORD)
    expect(page.get_by_text("Garmin has sent you a code")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_label("Code", exact=True).fill("000000")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("That was not the right code")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_label("Code", exact=True).fill(CODE)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("In sync.", exact=False)).to_be_visible(timeout=3 * PATIENCE_MS)
    assert CANARY not in page.content()

    # After the download, the workers import and compute it.
    until_shown(page, new_site.url + "/activities", "Morning by the lake")
    until_shown(page, f"{new_site.url}/sleep?date={garmin.last_day}", "7 h 00")
    until_shown(page, f"{new_site.url}/day?date={garmin.last_day}", "Morning by the lake")
    until_shown(page, f"{new_site.url}/health", "Productive")

    page.goto(new_site.url + "/garmin")
    page.get_by_role("button", name="Disconnect").click()
    page.get_by_role("button", name="Disconnect").last.click()
    expect(page.get_by_label("Password at Garmin")).to_be_visible(timeout=PATIENCE_MS)
    until_shown(page, new_site.url + "/activities", "Morning by the lake")
    context.close()
