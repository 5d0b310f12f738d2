"""From the sign-in form to the ticket: it is bound to the browser and in no address; a message says when it cannot
work.
"""

import html
import re

import pytest
from streamlit.testing.v1 import AppTest

from milevault_core.accounts import sign_in, users
from milevault_core.store.engine import Database
from milevault_core.web.cookies import BROWSER
from pages import _login, _page
from tests.pages.conftest import ROOT

GOOD, WORD = "correct horse 7", "B" * 43


@pytest.fixture
def signed_in(database: Database, monkeypatch: pytest.MonkeyPatch):
    """The sign-in page after ann has filled it in. word: the value of her browser's cookie."""
    users.create("ann", GOOD)

    def run(word: str | None, **parameters: str) -> AppTest:
        monkeypatch.setattr(_page, "context_cookie", {BROWSER: word}.get)
        app = AppTest.from_file(str(ROOT / "pages" / "_site.py"), default_timeout=60)
        app.context = {"url": "http://localhost/"}  # type: ignore[attr-defined]
        for name, value in parameters.items():
            app.query_params[name] = value
        app.run()
        for field, value in zip(app.text_input, ("ann", GOOD), strict=True):
            field.set_value(value)
        app = app.button[0].click().run()
        assert not app.exception, app.exception
        return app

    return run


def told(app: AppTest) -> dict[str, str]:
    """The data attributes that the page's script gets."""
    scripts = [each.proto.body for each in app.get("html") if "door.js" in each.proto.body]
    return {
        name: html.unescape(value)
        for one in scripts
        for name, value in re.findall(r'data-(\w+)="(.*?)"', one)
    }


def test_the_ticket_is_this_browsers(signed_in) -> None:
    sent = told(signed_in(WORD, q="a b"))
    assert (sent["go"], sent["post"]) == ("/?q=a+b", "/signin/finish")
    assert sent["refused"] == "/?q=a+b&signin=again"
    assert sign_in.redeem_ticket(sent["ticket"], "C" * 43) is None
    assert sign_in.redeem_ticket(sent["ticket"], WORD) is not None


@pytest.mark.parametrize("word", [None, "", "short", "ä" * 43])
def test_a_browser_without_cookies_is_told_so(signed_in, word: str | None) -> None:
    app = signed_in(word)
    assert told(app) == {}
    assert [each.value for each in app.error] == [_login.NO_COOKIE]


def test_after_a_refusal_it_is_said_once(signed_in) -> None:
    app = signed_in(WORD, signin="again", q="x")
    assert _login.CHANGED in [each.value for each in app.error]
    assert told(app)["go"] == "/?q=x"
