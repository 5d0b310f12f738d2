"""Opened over http while BASE_URL is https, the sign-in page says that the cookie cannot be stored, and what to do."""

from urllib.parse import urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from milevault_core import config
from milevault_core.accounts import users
from pages import _login
from tests.pages import server
from tests.patience import expect

BASE, PASSWORD = "https://vault.example.org", "correct horse 7"
SAID = "You cannot stay signed in at this address"


@pytest.mark.parametrize(
    ("base_url", "opened", "is_said"),
    [
        (BASE, "http://vault.test:8501/activities", True),
        (BASE, "http://192.168.1.5/", True),
        (BASE, "https://vault.example.org/", False),
        (BASE, "http://localhost:8501/", False),
        (BASE, "http://127.0.0.1:8501/", False),
        ("", "http://vault.test/", False),
        ("http://vault.test", "http://vault.test/", False),
    ],
)
def test_it_is_said_where_it_is_so(user: int, monkeypatch, base_url: str, opened: str, is_said: bool) -> None:
    monkeypatch.setenv("BASE_URL", base_url)
    config.settings.cache_clear()
    page = AppTest.from_file(str(server.ROOT / "pages" / "_site.py"), default_timeout=60)
    page.context = {"url": opened}  # type: ignore[attr-defined]
    page.run()
    assert not page.exception
    assert any(SAID in one.value for one in page.warning) is is_said


@pytest.mark.parametrize(
    ("host", "is_here"),
    [("localhost", True), ("a.localhost", True), ("127.0.0.1", True), ("::1", True), ("127.0.0.1.evil.example", False),
     ("vault.test", False), ("10.0.0.1", False), (None, False), ("notlocalhost", False)],
)  # fmt: skip
def test_this_machine(host: str | None, is_here: bool) -> None:
    assert _login.is_this_machine(host) is is_here


@pytest.mark.browser
def test_in_a_browser(database, database_url: str, browser) -> None:
    """A user who signs in anyway is sent back to the form, with the message."""
    users.create("ann", PASSWORD)
    with server.serving(database_url, BASE_URL=BASE) as address:
        context = browser.new_context()
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.goto(f"http://vault.test:{urlsplit(address).port}/activities?q=x")
        expect(page.get_by_text(SAID, exact=False)).to_be_visible()
        link = page.get_by_role("link", name=f"Open {BASE}")
        expect(link).to_have_attribute("href", f"{BASE}/activities?q=x")
        page.get_by_label("User name").fill("ann")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/activities?q=x")
        expect(page.get_by_text(SAID, exact=False)).to_be_visible()
        expect(page.get_by_label("User name")).to_be_visible()
        assert {one["name"] for one in context.cookies()} <= {"_streamlit_xsrf"}, "nothing of ours was kept"
        context.close()
